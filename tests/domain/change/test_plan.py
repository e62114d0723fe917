"""From differences to writes that Antrea admits one after the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.range_change import Effect
from ippoolctl.domain.antrea.admission import Admitted, Operation, verdict
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Live, Pool, Usage
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.change.diff import Change, comparable, diff
from ippoolctl.domain.change.plan import needs_consumers, plan
from ippoolctl.domain.change.steps import RECORD, Action, Plan, RefusalKind, ValueChange
from tests.applying.pairs import pairs
from tests.builders import live_pool, pool
from tests.examples import examples

NONE = Consumers(())


def planned(
    live: Sequence[Pool],
    wanted: Sequence[Pool],
    *,
    complete: bool = False,
    ordered: bool = False,
    consumers: Consumers = NONE,
    release: Release = LATEST,
) -> Plan:
    names = {each.name for each in wanted}
    before = [each for each in comparable(live, {}) if complete or each.name in names]
    beside = [each for each in live if not complete and each.name not in names]
    return plan(diff(before, wanted, release, beside), live, release, consumers, ordered=ordered)


def steps_of(made: Plan) -> list[tuple[str, str]]:
    return [(each.action.value, each.pool) for each in made.steps]


def carried_out(live: Sequence[Pool], made: Plan, release: Release = LATEST) -> list[Pool]:
    """The pools after the steps; each step is admitted, and changes a pool."""
    there = {each.name: each for each in live}
    for step in made.steps:
        assert there.get(step.pool) == step.before
        if step.after is None:
            del there[step.pool]
            continue
        operation = Operation.UPDATE if step.before else Operation.CREATE
        known = KnownPools(there.values())
        assert verdict(operation, step.after, step.before, known, release) == Admitted()
        there[step.pool] = step.after._replace(live=step.before.live if step.before else LIVE)
    return list(there.values())


LIVE = Live("uid", "1")


def test_an_unknown_field_with_a_dot_in_its_name_is_changed_under_that_name() -> None:
    ranges = "10.0.0.0/28"
    zone: dict[str, Any] = {"example.com/zone": "b"}
    wanted = pool("a", ranges, **zone)

    (step,) = planned([live_pool("a", ranges)], [wanted]).steps

    assert [(each.path, each.new) for each in step.values] == [(("spec", "example.com/zone"), "b")]


def test_a_new_pool_is_created() -> None:
    made = planned([live_pool("a", "10.0.0.0/24")], [pool("b", "10.0.1.0/24")])

    assert steps_of(made) == [("create", "b")]
    assert made.is_legal


def test_a_change_of_the_subnet_comes_before_the_range_that_needs_it() -> None:
    narrow, wide = ({"gateway": "10.0.0.1", "prefixLength": bits} for bits in (24, 16))
    live = [pool("a", "10.0.0.0/26", subnetInfo=narrow)._replace(live=LIVE)]

    made = planned(live, [pool("a", "10.0.1.0/26", "10.0.0.0/26", subnetInfo=wide)])

    assert steps_of(made) == [("change", "a"), ("append", "a"), ("reorder", "a")]
    assert [each.text for each in made.steps[1].ranges] == ["10.0.1.0/26"]
    assert carried_out(live, made)[0].texts == ("10.0.1.0/26", "10.0.0.0/26")


def test_a_start_end_range_that_grows_gets_every_new_address() -> None:
    """A CIDR would lack its first and last address."""
    made = planned([live_pool("a", "10.0.0.0-10.0.0.3")], [pool("a", "10.0.0.0-10.0.0.7")])

    (step,) = made.steps
    assert [each.text for each in step.ranges] == ["10.0.0.4-10.0.0.7"]


@pytest.mark.parametrize(
    ("live", "wanted", "appended"),
    [
        ("10.0.0.0/30", "10.0.0.0/29", ["10.0.0.4/30"]),
        ("10.0.0.0/31", "10.0.0.0/30", ["10.0.0.2-10.0.0.3"]),
        ("2001:db8::/126", "2001:db8::/124", ["2001:db8::4-2001:db8::f"]),
    ],
)
def test_the_rest_of_a_grown_cidr_is_a_cidr_unless_antrea_assigns_too_little_of_it(
    live: str, wanted: str, appended: list[str]
) -> None:
    (step,) = planned([live_pool("a", live)], [pool("a", wanted)]).steps

    assert [each.text for each in step.ranges] == appended


def test_a_range_that_grows_is_kept_and_the_missing_half_is_appended() -> None:
    live = [live_pool("a", "10.0.0.0/26")]

    made = planned(live, [pool("a", "10.0.0.0/25")])

    (step,) = made.steps
    assert (step.action, [each.text for each in step.ranges]) == (Action.APPEND, ["10.0.0.64/26"])
    ((part,),) = (each.parts for each in made.in_pieces)
    assert (part.wanted.text, part.texts) == ("10.0.0.0/25", ("10.0.0.0/26", "10.0.0.64/26"))
    assert part.usable == (126, 124)
    again = planned(carried_out(live, made), [pool("a", "10.0.0.0/25")])
    assert (again.is_legal, again.steps) == (True, ())
    assert [each.texts for each in again.in_pieces] == [("10.0.0.0/26", "10.0.0.64/26")]


@pytest.mark.parametrize(
    ("live", "wanted", "removed", "lost"),
    [
        (["10.0.0.0/24", "10.0.1.0/24"], ["10.0.0.0/24"], ("10.0.1.0/24",), 256),
        (["10.0.0.0/24"], ["10.0.0.0/25"], ("10.0.0.0/24",), 128),
        (["10.0.0.1/24"], ["10.0.0.0/24"], ("10.0.0.1/24",), 0),
        (["10.0.0.0/25"], ["10.0.0.0/26", "10.0.0.64/26"], ("10.0.0.0/25",), 0),
        (["10.0.0.0/25"], ["10.0.0.64-10.0.1.9"], ("10.0.0.0/25",), 64),
        (
            ["10.0.0.2-10.0.0.3", "10.0.0.8-10.0.0.20"],
            ["10.0.0.0-10.0.0.9"],
            ("10.0.0.2-10.0.0.3", "10.0.0.8-10.0.0.20"),
            11,
        ),
    ],
)
def test_removing_addresses_in_place_is_refused(live, wanted, removed, lost) -> None:
    made = planned([live_pool("a", *live)], [pool("a", *wanted)])

    (refusal,) = made.refusals
    assert (refusal.kind, refusal.removed) == (RefusalKind.IN_PLACE, removed)
    assert sum(each.size for each in refusal.lost) == lost
    assert refusal.sentences == (
        f"existing IPRanges [{' '.join(removed)}] cannot be updated or deleted",
    )
    assert not made.steps


def test_a_refusal_distinguishes_lost_and_kept_addresses() -> None:
    live, wanted = [live_pool("a", "10.0.0.0/24")], [pool("a", "10.0.0.0/25")]
    egress, service = (
        Consumer("Egress", "e", "a", "10.0.0.7"),
        Consumer("Service", "ns/s", "a", "10.0.0.200"),
    )
    consumers = Consumers((egress, service, Consumer("Egress", "other", "b", "10.0.0.201")))

    (refusal,) = planned(live, wanted, consumers=consumers).refusals

    assert (refusal.keeping, refusal.losing) == ((egress,), (service,))


def test_a_pool_that_takes_freed_ranges_requires_ordered() -> None:
    live, wanted = [live_pool("old", "10.0.0.0/24")], [pool("new", "10.0.0.0/24")]

    refused = planned(live, wanted, complete=True)
    made = planned(live, wanted, complete=True, ordered=True)

    (refusal,) = refused.refusals
    assert (refusal.kind, refusal.others) == (RefusalKind.FREED, ("old",))
    assert steps_of(made) == [("delete", "old"), ("create", "new")]
    assert made.steps[1].takes_from == ("old",)
    assert plan(diff(live, wanted, LATEST), live, LATEST) == refused


def test_deletions_that_nothing_depends_on_come_last() -> None:
    live = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.1.0/24", uid="b")]

    made = planned(live, [pool("c", "10.0.2.0/24"), live[1]], complete=True)

    assert steps_of(made) == [("create", "c"), ("delete", "a")]


def test_a_pool_in_use_is_not_deleted() -> None:
    live = [live_pool("a", "10.0.0.0/24")]
    egress = Consumer("Egress", "e", "a", "10.0.0.7")

    made = planned(live, [], complete=True, consumers=Consumers((egress,)))

    (refusal,) = made.refusals
    assert (refusal.kind, refusal.losing) == (RefusalKind.IN_USE, (egress,))


def test_a_pool_that_takes_removed_ranges_of_another_one_is_a_move() -> None:
    live = [live_pool("a", "10.0.0.0/24", "10.0.1.0/24"), live_pool("b", "10.0.2.0/24", uid="b")]

    made = planned(live, [pool("a", "10.0.0.0/24"), pool("b", "10.0.2.0/24", "10.0.1.0/24")])

    kinds = {each.pool: (each.kind, each.others) for each in made.refusals}
    assert kinds == {"a": (RefusalKind.IN_PLACE, ()), "b": (RefusalKind.MOVED, ("a",))}


def test_the_frozen_pool_with_the_fewest_users_is_deleted_first() -> None:
    used = live_pool("a", "10.0.0.0/24", used=3)
    live = [used, live_pool("b", "10.0.0.128/25", uid="b")]

    made = planned(live, [pool("a", "10.0.0.0/24")._replace(labels={"x": "y"})])

    (refusal,) = made.refusals
    assert (refusal.kind, refusal.others, refusal.delete_first) == (
        RefusalKind.FROZEN,
        ("b",),
        "b",
    )


def test_a_frozen_pool_is_changed_after_the_other_one_is_deleted() -> None:
    live = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.0.128/25", uid="b")]
    wanted = [pool("a", "10.0.0.0/24")._replace(labels={"x": "y"})]

    made = planned(live, wanted, complete=True)

    assert steps_of(made) == [("delete", "b"), ("change", "a")]


def test_antrea_1_15_freezes_nothing() -> None:
    live = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.0.128/25", uid="b")]
    wanted = [pool("a", "10.0.0.0/24")._replace(labels={"x": "y"})]

    assert planned(live, wanted, release=Release(1, 15, 0)).is_legal


def test_a_pool_of_a_killed_run_is_created_again_and_one_of_another_run_is_left_alone() -> None:
    live = [live_pool("a", "10.0.0.0/24", request_id="a/1", pending=True)]
    wanted = [pool("a", "10.0.0.0/24")]

    mine = plan(diff(comparable(live, {"a": "a/1"}), wanted, LATEST), live, LATEST)
    other = plan(
        diff(comparable(live, {"a": "a/2"}), [wanted[0]._replace(labels={"x": "y"})], LATEST),
        live,
        LATEST,
    )

    assert steps_of(mine) == [("create", "a")]
    assert [each.kind for each in other.refusals] == [RefusalKind.PENDING]
    assert other.steps == ()


def test_foreign_changes_of_a_pool_do_not_change_an_approval() -> None:
    before = live_pool("a", "10.0.0.0/24")
    wanted = [pool("a", "10.0.0.0/24", "10.0.1.0/24")._replace(labels={"x": "y"})]
    touched = before._replace(labels={"theirs": "1"})
    touched = touched._replace(live=Live("uid", "8", usage=Usage(254, 3)))
    contrary = before._replace(labels={"x": "z"})
    again = before._replace(live=Live("another", "9"))

    ids = {
        name: [each.identity for each in planned([live], wanted).steps]
        for name, live in (
            ("before", before),
            ("touched", touched),
            ("contrary", contrary),
            ("again", again),
        )
    }

    assert ids["before"] == ids["touched"]
    assert ids["before"] not in (ids["contrary"], ids["again"])


def read(document: dict[str, Any], *, live: bool = False) -> Pool:
    found = read_pool(document)
    return found._replace(live=Live(f"uid-{found.name}", "1")) if live else found


@pytest.mark.parametrize("release", [LATEST, Release(2, 4, 2), Release(1, 15, 0)], ids=str)
def test_every_step_of_a_legal_plan_is_admitted_and_leads_to_the_manifests(
    release: Release, record_property: Callable[[str, object], None]
) -> None:
    seen: Counter[str] = Counter()
    for made in pairs(11, 150):
        live = [read(each, live=True) for each in made.live]
        wanted = [read(each) for each in made.wanted]
        plan_ = planned(live, wanted, complete=made.complete, ordered=True, release=release)
        seen.update(each.action.value for each in plan_.steps)
        seen.update(each.kind.value for each in plan_.refusals)
        if not plan_.is_legal:
            seen["refused plans"] += 1
            continue
        end = carried_out(live, plan_, release)
        names = {each.name for each in wanted}
        rest = diff([each for each in end if made.complete or each.name in names], wanted, release)
        in_pieces = {each.pool for each in plan_.in_pieces}
        assert {each.name: each.change for each in rest} == dict.fromkeys(
            in_pieces, Change.UNCHANGED
        ), made
        seen["in pieces"] += bool(in_pieces)

    record_property("shown at the end", f"plans for Antrea {release}: {dict(seen)}")
    assert set(Action) <= {Action(each) for each in seen if each in [*Action]}
    assert seen["in pieces"] > 5
    assert 20 < seen["refused plans"] < 100


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        (["10.0.0.0/26", "10.0.0.64/26"], ["10.0.0.0/25"]),
        (["10.0.0.64/26", "10.0.0.0-10.0.0.63"], ["10.0.0.0/25"]),
        (["10.0.0.0/26", "10.1.0.0/24", "10.0.0.64/26"], ["10.0.0.1/25", "10.1.0.0/24"]),
        (["10.1.0.0/24", "10.0.0.0-10.0.0.9"], ["10.0.0.0/26", "10.1.0.0/24"]),
        (["2001:db8::/65"], ["2001:db8::/64", "10.0.0.0/24"]),
    ],
)
def test_after_a_legal_plan_only_ranges_in_pieces_are_left(live, wanted) -> None:
    made = planned([live_pool("a", *live)], [pool("a", *wanted)])
    end = carried_out([live_pool("a", *live)], made)

    (rest,) = diff(end, [pool("a", *wanted)], LATEST)

    assert (made.is_legal, rest.change, rest.classes) == (True, Change.UNCHANGED, ())
    (part,) = rest.in_pieces
    assert part.wanted.text == wanted[0]
    # The order of the manifest, which is the order of allocation, is that of the pool.
    assert end[0].texts[: len(part.texts)] == part.texts
    assert planned(end, [pool("a", *wanted)]).steps == ()


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        (["10.0.0.0/28"], ["10.0.0.0-10.0.0.15"]),
        (["10.0.0.1/28"], ["10.0.0.0/28"]),
        (["2001:db8:0::/64"], ["2001:db8::/64"]),
        (["10.0.0.0/25"], ["10.0.0.0/26", "10.0.0.64/26"]),
        (["10.0.0.0/26", "10.0.0.32-10.0.0.127"], ["10.0.0.0/25"]),
    ],
    ids=["form", "host bits", "zeros", "divided", "overlapping"],
)
def test_respelled_ranges_are_a_difference_without_a_legal_plan(live, wanted) -> None:
    (found,) = diff([live_pool("a", *live)], [pool("a", *wanted)], LATEST)

    assert (found.change, found.ranges.effect) == (Change.CHANGED, Effect.RESPELLED)
    assert not planned([live_pool("a", *live)], [pool("a", *wanted)]).is_legal


def test_between_manifests_pieces_are_a_difference() -> None:
    pieces = pool("a", "10.0.0.0/26", "10.0.0.64/26")

    (found,) = diff([pieces], [pool("a", "10.0.0.0/25")], LATEST)

    assert (found.change, found.in_pieces) == (Change.CHANGED, ())


@st.composite
def divided(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """The ranges of a live pool and of a manifest: one corner, cut at some of the same places."""
    base = int(IPv4Address("10.0.0.0"))
    cuts = sorted(draw(st.sets(st.sampled_from(range(0, 33, 4)), min_size=2)))
    live = draw(st.permutations(_ranges(draw, base, cuts)))
    kept = [each for each in cuts if draw(st.integers(0, 2))]
    wanted = draw(st.permutations(_ranges(draw, base, kept)))
    gone = draw(st.integers(0, 3))
    return live[1:] if gone == 0 else live, wanted[1:] if gone == 1 else wanted


def _ranges(draw: st.DrawFn, base: int, cuts: list[int]) -> list[str]:
    found = []
    for first, end in pairwise(cuts):
        size, start = end - first, IPv4Address(base + first)
        if size & (size - 1) == 0 and first % size == 0 and draw(st.booleans()):
            found.append(f"{start}/{32 - size.bit_length() + 1}")
        else:
            found.append(f"{start}-{IPv4Address(base + end - 1)}")
    return found


@examples(400)
@given(divided(), st.sampled_from([LATEST, Release(2, 4, 2), Release(1, 15, 0)]))
def test_no_legal_plan_leaves_a_difference_of_ranges(ranges, release) -> None:
    live, wanted = [live_pool("a", *ranges[0])], [pool("a", *ranges[1])]

    made = planned(live, wanted, release=release)

    if made.is_legal:
        end = carried_out(live, made, release)
        rest = diff(end, wanted, release)
        assert [each.change for each in rest] == [Change.UNCHANGED] * len(made.in_pieces)
        again = planned(end, wanted, release=release)
        assert (again.is_legal, again.steps) == (True, ())
        assert bool(again.in_pieces) == bool(made.in_pieces)
    else:
        assert [each.change for each in diff(live, wanted, release)] == [Change.CHANGED]


def test_consumers_are_read_only_if_an_address_may_be_lost() -> None:
    live = [live_pool("a", "10.0.0.0/24")]

    assert not needs_consumers(diff(live, [pool("a", "10.0.0.0/24", "10.0.1.0/24")], LATEST))
    assert needs_consumers(diff(live, [pool("a", "10.0.1.0/24")], LATEST))
    assert needs_consumers(diff(live, [], LATEST))
    assert needs_consumers(diff([live_pool("empty")], [], LATEST))


def test_a_frozen_pool_is_refused_without_knowing_any_consumer() -> None:
    live = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.0.128/25", uid="b")]
    wanted = [pool("a", "10.0.0.0/24")._replace(labels={"x": "y"})]

    made = plan(diff(live[:1], wanted, LATEST, live[1:]), live, LATEST)

    assert [each.kind for each in made.refusals] == [RefusalKind.FROZEN]


def test_the_newest_of_equally_used_frozen_pools_is_deleted_first() -> None:
    def made_at(name: str, ranges: str, day: int, used: int | None) -> Pool:
        found = live_pool(name, ranges, uid=name, used=used)
        assert found.live is not None
        return found._replace(live=found.live._replace(created=f"2026-01-0{day}T00:00:00Z"))

    old, new = made_at("b", "10.0.0.0/24", 1, 0), made_at("a", "10.0.0.128/25", 2, None)
    wanted = [pool("b", "10.0.0.0/24")._replace(labels={"x": "y"})]

    assert planned([old, new], wanted).refusals[0].delete_first == "a"


def test_another_label_or_range_of_a_new_pool_needs_another_approval() -> None:
    plain = pool("a", "10.0.0.0/24")
    wanted = (plain, plain._replace(labels={"x": "y"}), pool("a", "10.0.0.0/25"))

    first, labelled, smaller = (planned([], [each]).steps[0].identity for each in wanted)

    assert first not in (labelled, smaller)


def test_other_ranges_of_a_pool_to_delete_need_another_approval() -> None:
    small, large = (
        planned([live_pool("a", *ranges)], [], complete=True).steps[0]
        for ranges in (["10.0.0.0/24"], ["10.0.0.0/24", "10.0.1.0/24"])
    )

    assert small.action is Action.DELETE
    assert small.identity != large.identity


def test_a_range_that_another_pool_gets_first_is_denied() -> None:
    live = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.2.0.0/24", uid="b")]
    first = pool("a", "10.0.0.0/24", "10.1.0.0/24")._replace(labels={"x": "y"})
    found = diff(live, [first, pool("b", "10.2.0.0/24", "10.1.0.0/28")], LATEST)

    made = plan(found, live, LATEST)

    assert steps_of(made) == [("change", "a"), ("append", "a")]
    assert [(each.pool, each.kind, each.others) for each in made.refusals] == [
        ("b", RefusalKind.DENIED, ("a",))
    ]


def test_a_refusal_lists_every_possible_sentence_in_order() -> None:
    live = [live_pool(f"b{number}", f"10.0.{number}.0/24", uid=f"b{number}") for number in range(5)]

    (refusal,) = planned(live, [pool("a", "10.0.0.0/21")]).refusals

    assert refusal.sentences == tuple(
        f"range [10.0.0.0/21] overlaps with range [10.0.{number}.0/24] of ExternalIPPool b{number}"
        for number in range(5)
    )
    assert refusal.others == ("b0", "b1", "b2", "b3", "b4")


def test_a_pool_that_is_like_its_manifest_gets_the_record_of_it_at_the_end() -> None:
    same = pool("a", "10.0.0.0/24")._replace(labels={"team": "net"})
    changed = pool("b", "10.1.0.0/24", "10.2.0.0/24")._replace(labels={"x": "y"})
    live = [same._replace(live=LIVE), live_pool("b", "10.1.0.0/24")]
    wanted = [same, changed]
    manifests = {each.name: each for each in wanted}

    made = plan(diff(live, wanted, LATEST), live, LATEST, manifests=manifests)

    assert steps_of(made) == [("change", "b"), ("append", "b"), ("change", "a")]
    record = ValueChange(RECORD, None, '{"labels":["team"],"annotations":[]}')
    assert made.steps[-1].values == (record,)
    assert [each.path for each in made.steps[0].values] == [("metadata", "labels", "x"), RECORD]
    (recorded, _) = carried_out(live, made)
    assert plan((), [recorded], LATEST, manifests=manifests).steps == ()


def test_a_frozen_pool_gets_no_record() -> None:
    same = pool("a", "10.0.0.0/24")._replace(labels={"team": "net"})
    live = [same._replace(live=LIVE), live_pool("b", "10.0.0.128/25", uid="b")]

    made = plan((), live, LATEST, manifests={"a": same})

    assert (made.is_legal, made.steps) == (True, ())


def test_an_unknown_field_of_a_range_can_neither_be_appended_nor_changed() -> None:
    plain, noted = {"cidr": "10.0.0.0/24"}, {"cidr": "10.0.0.0/24", "note": "a"}
    more = {"cidr": "10.0.1.0/24"}
    before = pool("a", ipRanges=[noted])._replace(live=LIVE)

    appended = planned([live_pool("a", "10.0.0.0/24")], [pool("a", ipRanges=[plain, more | noted])])
    changed = planned([before], [pool("a", ipRanges=[noted | {"note": "b"}, more])])
    kept = planned([before], [pool("a", ipRanges=[noted, more])])

    assert [each.kind for each in changed.refusals] == [RefusalKind.RANGE_FIELDS]
    assert [each.fields for each in changed.refusals] == [("spec.ipRanges[0].note",)]
    assert [each.action for each in kept.steps] == [Action.APPEND]
    assert appended.steps == ()
