"""The effect of a change on addresses and on Antrea."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.range_change import Effect
from ippoolctl.domain.addresses.ranges import merge, read_range, size
from ippoolctl.domain.annotations.applied import KUBECTL_APPLIED
from ippoolctl.domain.annotations.marks import UNFINISHED
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Origin, Pool, SubnetInfo
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.diff import Change, comparable, diff
from tests.builders import live_pool, pool, pool_object
from tests.domain.strategies import spellings
from tests.examples import examples


@pytest.mark.parametrize(
    ("before", "after", "effect", "gained", "lost"),
    [
        (["10.0.0.0/24"], ["10.0.0.0/24", "10.0.1.0/24"], Effect.EXTENDED, 256, 0),
        (["10.0.0.0/24", "10.0.1.0/24"], ["10.0.1.0/24", "10.0.0.0/24"], Effect.REORDERED, 0, 0),
        (["10.0.0.1/24"], ["10.0.0.0/24"], Effect.RESPELLED, 0, 0),
        (["10.0.0.0/24"], ["10.0.0.0/25", "10.0.0.128/25"], Effect.RESPELLED, 0, 0),
        (["10.0.0.0/24"], ["10.0.0.0/23"], Effect.REPLACED, 256, 0),
        (["10.0.0.0/24"], ["10.0.0.0/25"], Effect.REPLACED, 0, 128),
    ],
)
def test_each_change_of_ranges_has_an_effect_and_counts(
    before, after, effect, gained, lost
) -> None:
    (found,) = diff([pool("p", *before)], [pool("p", *after)], LATEST)

    assert (found.change, found.ranges.effect) == (Change.CHANGED, effect)
    assert (found.ranges.gained_size, found.ranges.lost_size) == (gained, lost)


@pytest.mark.parametrize(
    ("before", "after", "classes"),
    [
        (["10.0.0.0/26"], ["10.0.0.0/26", "10.0.0.64/26"], ["append"]),
        (["10.0.0.0/26"], ["10.0.0.64/26", "10.0.0.0/26"], ["append", "reorder"]),
        (["10.0.0.0/26", "10.1.0.0/26"], ["10.1.0.0/26", "10.0.0.0/26"], ["reorder"]),
        (["10.0.0.1/24"], ["10.0.0.0/24"], ["respell"]),
        (["10.0.0.0/24"], ["10.0.0.128/25", "10.0.0.0/25"], ["respell"]),
        (["10.0.0.0/26"], ["10.0.0.0/25"], ["expand"]),
        (["10.0.0.0/25"], ["10.0.0.0/26"], ["shrink"]),
        (["10.0.0.0-10.0.0.9"], ["10.0.0.5-10.0.0.14"], ["rewrite"]),
        (["10.0.0.0/24", "10.1.0.0/24"], ["10.0.0.0/24"], ["remove"]),
        (["10.0.0.0/24"], ["10.1.0.0/24"], ["remove", "append"]),
        (["10.0.0.0/24", "10.0.0.0/25"], ["10.0.0.0/24"], ["respell"]),
        (["010.0.0.0-10.0.0.9"], ["10.1.0.0/24"], ["remove", "append"]),
        (
            ["10.0.0.0/25", "10.1.0.1/24", "10.2.0.0/24"],
            ["10.0.0.0/26", "10.1.0.0/24", "10.3.0.0/24"],
            ["shrink", "respell", "remove", "append"],
        ),
    ],
)
def test_each_change_of_ranges_has_a_class(before, after, classes) -> None:
    (found,) = diff([pool("p", *before)], [pool("p", *after)], LATEST)

    assert [each.value for each in found.classes] == classes
    denied = any(
        "cannot be updated" in each or "existing IPRanges" in each for each in found.refusals
    )
    assert found.in_place is not denied


def test_an_edit_of_one_range_names_its_own_addresses() -> None:
    before = ["10.0.0.0/26", "10.1.0.0/25", "10.2.0.0/24"]
    after = ["10.0.0.0/25", "10.1.0.0/26", "10.2.0.0/24"]

    (found,) = diff([pool("p", *before)], [pool("p", *after)], LATEST)

    expanded, shrunk = found.ranges.edits
    assert (expanded.removed, expanded.added) == (("10.0.0.0/26",), ("10.0.0.0/25",))
    assert [span_text(*each) for each in expanded.gained] == ["10.0.0.64-10.0.0.127"]
    assert (expanded.lost, shrunk.gained) == ((), ())
    assert [span_text(*each) for each in shrunk.lost] == ["10.1.0.64-10.1.0.127"]


def test_each_field_has_a_class_and_unknown_fields_of_the_spec_count() -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
    old = pool("p", "10.0.0.2-10.0.0.9", subnetInfo=subnet, ipFamilies=["IPv4"], zone={"a": 1})
    new = pool("p", "10.0.0.2-10.0.0.9", ipFamilies=["IPv6"], zone={"a": 1})
    new = new._replace(labels={"team": "net"}, annotations={"note": "x"})
    new = new._replace(node_selector={"matchLabels": {"role": "gw"}})

    (found,) = diff([old], [new], LATEST)

    assert [each.value for each in found.classes] == [
        "labels",
        "annotations",
        "selector",
        "subnet",
        "other",
    ]
    other = found.fields[-1]
    assert (other.field, other.old, other.new) == ("spec.ipFamilies", ["IPv4"], ["IPv6"])


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"a": "b"}},
        {"annotations": {"a": "b"}},
        {"node_selector": {"a": "b"}},
        {"subnet": SubnetInfo("10.0.0.1", 24)},
        {"pruned": (("spec", "zone"),), "written": {("spec", "zone"): "a"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_field_alone_is_a_difference(change: dict[str, Any]) -> None:
    plain = pool("p", "10.0.0.2-10.0.0.9")
    other = plain._replace(**change)

    (there,), (back,) = diff([plain], [other], LATEST), diff([other], [plain], LATEST)

    assert [each.change for each in (there, back)] == [Change.CHANGED] * 2
    assert [len(each.fields) for each in (there, back)] == [1, 1]


def test_pools_that_share_one_address_overlap() -> None:
    pools = [pool("a", "10.0.0.0-10.0.0.5"), pool("b", "10.0.0.5-10.0.0.9")]

    assert [bool(each.refusals) for each in diff([], pools, LATEST)] == [True, True]


def test_a_subnet_that_the_older_version_of_the_api_does_not_have_is_removed() -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
    old = pool("p", "10.0.0.2-10.0.0.9", subnetInfo=subnet)
    new = pool("p", "10.0.0.2-10.0.0.9", version="v1alpha2", subnetInfo=subnet)

    (found,) = diff([old], [new], LATEST)

    (removed,) = found.fields
    assert (removed.kind.value, removed.new) == ("subnet", None)
    assert removed.old == {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": None}


def test_an_unknown_field_of_a_range_is_compared_wherever_the_range_stands() -> None:
    first, second = {"cidr": "10.0.0.0/24", "note": "a"}, {"cidr": "10.1.0.0/24"}
    old, new = pool("p", ipRanges=[first, second]), pool("p", ipRanges=[second, first])
    changed = pool("p", ipRanges=[second, first | {"note": "b"}])

    assert [each.value for each in diff([old], [new], LATEST)[0].classes] == ["reorder"]
    (found,) = diff([new], [changed], LATEST)
    assert [each.field for each in found.fields] == ["spec.ipRanges[1].note"]


def test_added_and_removed_pools_and_changed_fields() -> None:
    before = [pool("gone", "10.0.0.0/24"), pool("same", "10.1.0.0/24"), pool("sel", "10.2.0.0/24")]
    selector = {"matchLabels": {"a": "b"}}
    after = [before[1], pool("new", "fd00::/64"), pool("sel", "10.2.0.0/24", nodeSelector=selector)]

    found = diff(before, after, LATEST)

    assert [(each.name, each.change) for each in found] == [
        ("gone", Change.REMOVED),
        ("new", Change.ADDED),
        ("sel", Change.CHANGED),
    ]
    assert found[1].ranges.gained_size == 2**64
    assert [each.field for each in found[2].fields] == ["spec.nodeSelector"]
    assert found[2].ranges.effect is Effect.NONE


texts = st.lists(spellings(("10.0.0.0", "2001:db8::")), min_size=1, max_size=3, unique=True)


@examples(300)
@given(texts, texts)
def test_the_effect_agrees_with_the_answer_to_the_update(before, after) -> None:
    old = Pool("p", tuple(read_range(text) for text in before))
    new = Pool("p", tuple(read_range(text) for text in after))

    found = diff([old], [new], LATEST)

    answer = verdict(Operation.UPDATE, new, old, KnownPools([new]), LATEST)
    removed = not isinstance(answer, Admitted) and any(
        reason.rule == "EIP210" for reason in answer.reasons
    )
    effect = found[0].ranges.effect if found else Effect.NONE
    assert removed == (effect in (Effect.RESPELLED, Effect.REPLACED))
    if found:
        assert found[0].in_place is not removed
        edits = found[0].ranges.edits
        for whole, parts in (
            (found[0].ranges.gained, [each for edit in edits for each in edit.gained]),
            (found[0].ranges.lost, [each for edit in edits for each in edit.lost]),
        ):
            assert merge(parts) == merge(whole)
            assert size(parts) == size(whole)
        assert bool(found[0].refusals) == isinstance(answer, Refused)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (["10.0.0.0/24"], ["10.0.0.0/24", "10.0.0.0/24"], Effect.EXTENDED),
        (["010.0.0.0/24"], ["011.9.9.0/28"], Effect.REPLACED),
        (["10.0.0.0/024"], ["10.0.0.0/24"], Effect.RESPELLED),
        (["10.0.0.0/24"], ["10.0.0.0/24", "10.9.0.0/24"], Effect.EXTENDED),
    ],
)
def test_a_denied_update_has_refusals_for_every_effect(before, after, effect) -> None:
    other = pool("other", "10.9.0.0/16")

    (found,) = diff([pool("p", *before), other], [pool("p", *after), other], LATEST)

    assert found.ranges.effect is effect
    assert found.refusals


def test_fields_that_users_do_not_write_are_not_compared() -> None:
    old, new = pool_object("p", "10.0.0.0/24"), pool_object("p", "10.0.0.0/24", version="v1alpha2")
    key = "kubectl.kubernetes.io/last-applied-configuration"
    old["metadata"]["annotations"] = {key: "{}"}
    old["status"] = {"usage": {"total": 254, "used": 3}}

    assert diff([read_pool(old)], [read_pool(new)], LATEST) == ()


def test_pools_with_generated_names_are_kept_apart() -> None:
    documents = [pool_object("", f"10.0.{number}.0/24") for number in range(2)]
    for document in documents:
        document["metadata"] = {"generateName": "e2e-"}

    found = diff([], [read_pool(each, Origin(n)) for n, each in enumerate(documents)], LATEST)

    assert [each.change for each in found] == [Change.ADDED, Change.ADDED]


keys = st.sampled_from(["team", "tier", "argocd.argoproj.io/instance"])
words = st.dictionaries(keys, st.sampled_from(["a", "b"]), max_size=2)
specs = st.fixed_dictionaries(
    {
        "ipRanges": st.lists(
            st.sampled_from(
                [
                    {"cidr": "10.0.0.0/28"},
                    {"cidr": "10.0.0.1/28"},
                    {"start": "10.0.0.0", "end": "10.0.0.15"},
                    {"cidr": "10.0.1.0/28", "zone": "x"},
                    {"cidr": "10.0.1.0/28", "zone": "y"},
                ]
            ),
            max_size=2,
        ),
        "nodeSelector": st.sampled_from([{}, {"matchLabels": {"a": "b"}}, {"matchLabels": {}}]),
    },
    optional={
        "subnetInfo": st.sampled_from(
            [None, {"gateway": "10.0.0.1", "prefixLength": 16}]
            + [{"gateway": "10.0.0.1", "prefixLength": 16, "vlan": each} for each in (0, 1)]
        ),
        "ipFamilies": st.sampled_from([["IPv4"], ["IPv6"]]),
    },
)


def twice(*zones: str) -> dict[str, Any]:
    """A ``spec`` with the same range several times, each with another unknown field."""
    return {"ipRanges": [{"cidr": "10.0.1.0/28", "zone": each} for each in zones]}


@examples(500)
@example(twice("x", "y"), twice("y", "y"), {}, {}, {}, {})
@given(specs, st.none() | specs, words, words, words, words)
def test_a_diff_is_empty_if_and_only_if_a_manifest_is_what_is_stored(
    stored, wanted, labels, new_labels, applied, others
) -> None:
    wanted = stored if wanted is None else wanted
    last = {"metadata": {"name": "p", "labels": applied}}
    live = {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {
            "name": "p",
            "uid": "u",
            "resourceVersion": "7",
            "generation": 2,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "managedFields": [{"manager": "kubectl"}],
            "labels": labels,
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": json.dumps(last),
                "ippoolctl/ttl": "1h",
                **others,
            },
        },
        "spec": {key: value for key, value in stored.items() if value is not None},
        "status": {"usage": {"total": 14, "used": 3}},
    }
    manifest = {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {
            "name": "p",
            "labels": new_labels,
            "annotations": {"ippoolctl/request-id": "x"},
        },
        "spec": wanted,
    }

    found = diff([read_live_pool(live)], [read_pool(manifest)], LATEST)

    same_labels = all(labels.get(key) == new_labels.get(key) for key in {*new_labels, *applied})
    same_spec = live["spec"] == {key: each for key, each in wanted.items() if each is not None}
    assert (not found) == (same_labels and same_spec)
    if found:
        assert found[0].classes


def test_a_foreign_label_of_a_live_pool_does_not_differ() -> None:
    live = live_pool("p", "10.0.0.0/28")._replace(labels={"team": "net", "theirs": "1"})

    assert diff([live], [pool("p", "10.0.0.0/28")._replace(labels={"team": "net"})], LATEST) == ()


def test_a_pool_without_a_name_has_a_label_in_messages() -> None:
    document = pool_object("", "10.0.0.0/28")
    document["metadata"] = {}
    nameless = read_pool(document, Origin(0))

    (added,) = diff([], [nameless], LATEST)
    (removed,) = diff([nameless], [], LATEST)

    assert (added.label, removed.label) == (nameless.label, nameless.label)


def test_an_unknown_field_outside_of_the_spec_is_not_compared() -> None:
    document = pool_object("p", "10.0.0.0/24")
    document["metadata"]["color"] = document["color"] = "red"
    colored = read_pool(document)

    assert {path[-1] for path in colored.pruned} == {"color"}
    assert diff([pool("p", "10.0.0.0/24")], [colored], LATEST) == ()


def test_the_result_of_a_change_keeps_the_pieces_of_the_live_pool() -> None:
    live = live_pool("p", "10.0.0.64/26", "10.0.0.0/26")
    wanted = pool("p", "10.0.0.0/25")._replace(labels={"team": "net"})
    note = {"cidr": "10.1.0.0/26", "note": "a"}
    more = pool("p", ipRanges=[{"cidr": "10.0.0.64/26"}, {"cidr": "10.0.0.0/26"}, note])

    (kept,) = diff([live], [wanted], LATEST)
    (extended,) = diff([live], [more], LATEST)
    (removed,) = diff([live], [], LATEST)

    assert kept.result == wanted._replace(ranges=live.ranges)
    assert extended.result == more
    assert removed.result is None


def test_the_result_has_no_unknown_field_of_a_range_that_the_live_pool_has_in_pieces() -> None:
    live = live_pool("p", "10.0.0.64/26", "10.0.0.0/26")
    wanted = pool("p", ipRanges=[{"cidr": "10.0.0.0/25", "note": "a"}], zone="x")

    (found,) = diff([live], [wanted], LATEST)

    assert found.result is not None
    assert found.result.texts == live.texts
    assert found.result.pruned == (("spec", "zone"),)


def test_a_terminating_pool_a_record_and_an_own_pending_pool_are_compared_with_nothing() -> None:
    pools = [
        pool("written"),
        live_pool("live"),
        live_pool("terminating", deleted=True),
        live_pool("record", annotations={UNFINISHED: "{}"}),
        live_pool("own", request_id="own/1", pending=True),
        live_pool("created", request_id="created/1"),
        live_pool("foreign", request_id="another/1", pending=True),
        live_pool("unknown", pending=True, request_id="unknown/1"),
    ]

    found = comparable(pools, {each: f"{each}/1" for each in ("own", "created", "foreign")})

    assert [each.name for each in found] == ["written", "live", "created", "foreign", "unknown"]


def test_a_pool_of_an_older_version_is_judged_as_one_of_the_stored_version() -> None:
    before, after = ("10.0.0.0/28",), ("10.0.0.0/28", "10.0.1.0/28")
    old, new = (pool("p", *ranges, version="v1alpha2") for ranges in (before, after))

    (found,) = diff([old], [new], LATEST)

    assert (found.old, found.new, found.refusals) == (pool("p", *before), pool("p", *after), ())


def test_what_the_api_server_rejects_is_a_difference_only_in_the_new_pool() -> None:
    valid, invalid = pool("p", "10.0.0.0/28"), pool("p", "10.0.0.0/28", nodeSelector="x")

    (found,) = diff([valid], [invalid], LATEST)

    assert (found.change, found.fields, found.ranges.edits) == (Change.CHANGED, (), ())
    assert found.refusals
    assert diff([invalid], [valid], LATEST) == ()
    assert diff([invalid], [invalid], LATEST) == ()
    recorded = invalid._replace(annotations={KUBECTL_APPLIED: "{}"})
    assert diff([recorded], [valid], LATEST) == ()
    assert diff([recorded], [invalid], LATEST) == ()


def test_unknown_fields_are_in_the_order_of_their_paths() -> None:
    it = {"cidr": "10.0.0.0/24", "same": "x"}
    old = pool("p", ipRanges=[{"note": "a"} | it], affinity=1, zone=1)
    new = pool("p", ipRanges=[{"note": "b"} | it], affinity=2, zone=2)

    (found,) = diff([old], [new], LATEST)

    assert [(each.field, each.old, each.new) for each in found.fields] == [
        ("spec.affinity", 1, 2),
        ("spec.ipRanges[0].note", "a", "b"),
        ("spec.zone", 1, 2),
    ]


def test_an_unknown_field_of_a_removed_range_is_not_a_separate_change() -> None:
    old = pool("p", ipRanges=[{"cidr": "10.0.0.0/24", "note": "a"}, {"cidr": "10.1.0.0/24"}])

    (found,) = diff([old], [pool("p", "10.1.0.0/24")], LATEST)

    assert [each.value for each in found.classes] == ["remove"]
