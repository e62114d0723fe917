"""Pools that can only be changed together: deletions, creations, and kept addresses."""

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.pool import Live, Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.change.plan import plan
from ippoolctl.domain.change.relocation import refusals
from ippoolctl.domain.change.steps import Move, Plan, RefusalKind
from tests.applying.pairs import pairs
from tests.builders import live_pool, pool

A, B = "10.0.0.0/24", "10.0.1.0/24"


def planned(
    live: Sequence[Pool],
    wanted: Sequence[Pool],
    *consumers: Consumer,
    complete: bool = True,
    replacing: bool = True,
    ordered: bool = False,
) -> Plan:
    names = {each.name for each in wanted}
    before = [each for each in live if complete or each.name in names]
    beside = [each for each in live if each not in before]
    diffs = diff(before, wanted, LATEST, beside)
    known = Consumers(consumers)
    return plan(diffs, live, LATEST, known, ordered=ordered, replacing=replacing)


def shape(made: Plan) -> tuple[list[str], list[str], list[str], list[tuple[str, str]]]:
    """The names that go, come and are extended, and the steps after that."""
    assert made.is_legal
    assert made.replacement is not None
    found = made.replacement.relocation
    return (
        [each.name for each in found.deleted],
        [each.name for each in found.created],
        [each.name for each in found.appended],
        [(each.action.value, each.pool) for each in made.steps],
    )


def live(name: str, *ranges: str, used: int | None = None) -> Pool:
    return live_pool(name, *ranges, uid=name, used=used)


def test_two_pools_that_swap_ranges_are_both_deleted_before_either_is_created() -> None:
    web, mail = Consumer("Egress", "web", "a", "10.0.0.7"), Consumer("Egress", "m", "b", "10.0.1.7")

    made = planned([live("a", A), live("b", B)], [pool("a", B), pool("b", A)], web, mail)

    assert shape(made) == (["a", "b"], ["a", "b"], [], [])
    assert made.replacement is not None
    moves = {each.consumer.name: each.target for each in made.replacement.moves}
    assert moves == {"web": "b", "m": "a"}
    told = planned([live("a", A), live("b", B)], [pool("a", B), pool("b", A)], web, replacing=False)
    assert [each.replaceable for each in told.refusals] == [True, True]
    assert [each.keeping for each in told.refusals] == [(web,), ()]


def test_a_denied_replacement_has_only_the_sentences_that_the_webhook_can_answer() -> None:
    """Its overlap with e was listed as well, which the webhook does not reach."""
    smaller = pool("a", "10.0.0.0/25", "10.1.0.0/25", "10.2.0.0/25")

    made = planned([live("a", A)], [smaller, pool("d", "10.1.0.0/24"), pool("e", "10.2.0.0/24")])

    (refusal,) = made.refusals
    assert refusal.kind is RefusalKind.DENIED
    assert refusal.sentences == (
        "range [10.1.0.0/25] overlaps with range [10.1.0.0/24] of ExternalIPPool d",
    )
    assert refusal.others == ("d", "e")


def test_the_consumers_of_replaced_pools_are_sorted() -> None:
    names = ["e5", "e1", "e4", "e2", "e3"]
    consumers = [Consumer("Egress", name, "a", f"10.0.0.{name[1]}") for name in names]

    made = planned([live("a", A)], [pool("a", "10.0.0.0/25")], *consumers)

    assert made.replacement is not None
    assert [each.consumer.name for each in made.replacement.moves] == sorted(names)


def test_a_pool_of_another_name_replaces_one_in_use() -> None:
    web = Consumer("Egress", "web", "old", "10.0.0.7")

    made = planned([live("old", A)], [pool("new", A)], web)

    assert shape(made) == (["old"], ["new"], [], [])
    told = planned([live("old", A)], [pool("new", A)], web, replacing=False)
    kinds = {each.pool: (each.kind, each.replaceable) for each in told.refusals}
    assert kinds == {"old": (RefusalKind.IN_USE, True), "new": (RefusalKind.MOVED, True)}


def test_an_unused_pool_in_the_way_of_a_recreated_one_is_deleted_with_it() -> None:
    pools = [live("a", A), live("unused", B), live("apart", "10.0.9.0/24")]

    made = planned(pools, [pool("a", B)])

    assert shape(made) == (["a", "unused"], ["a"], [], [("delete", "apart")])


def test_a_pool_in_use_whose_addresses_no_other_pool_takes_stays_refused() -> None:
    web = Consumer("Egress", "web", "apart", "10.0.9.7")

    made = planned([live("a", A), live("apart", "10.0.9.0/24")], [pool("a", "10.0.0.0/25")], web)

    assert [(each.pool, each.kind) for each in made.refusals] == [("apart", RefusalKind.IN_USE)]
    assert made.replacement is None


def test_a_range_that_grows_into_another_pool_gets_only_what_it_lacks() -> None:
    wanted = [pool("a", "10.0.0.0/25"), pool("b", "10.0.0.128/26")]

    made = planned([live("a", "10.0.0.0/26"), live("b", "10.0.0.64-10.0.0.191")], wanted)

    assert shape(made) == (["b"], ["b"], ["a"], [])
    assert made.replacement is not None
    (appended,) = made.replacement.relocation.appended
    assert [each.text for each in appended.ranges] == ["10.0.0.64/26"]


def test_a_pool_that_needs_another_subnet_for_what_it_takes_is_recreated() -> None:
    narrow, wide = ({"gateway": "10.0.0.1", "prefixLength": bits} for bits in (24, 16))
    live_b = pool("b", A, subnetInfo=narrow)._replace(live=Live("b", "1"))

    made = planned(
        [live("a", B), live_b],
        [pool("a", "10.0.1.0/25"), pool("b", A, "10.0.1.128/25", subnetInfo=wide)],
    )

    assert shape(made) == (["a", "b"], ["a", "b"], [], [])


@pytest.mark.parametrize(
    ("used", "consumers", "in_use"),
    [
        (None, Consumers(()), False),
        (0, Consumers((Consumer("Egress", "web", "other", "10.0.9.7"),)), False),
        (1, Consumers(()), True),
        (0, Consumers((Consumer("Egress", "web", "a", ""),)), True),
        (0, Consumers((), ("Egresses",)), True),
    ],
    ids=["no status", "of another pool", "by its status", "by a consumer", "perhaps"],
)
def test_a_replaced_pool_is_in_use_by_its_status_or_its_consumers(
    used: int | None, consumers: Consumers, *, in_use: bool
) -> None:
    pools = [live("a", A, used=used)]
    diffs = diff(pools, [pool("a", "10.0.0.0/25")], LATEST)

    made = plan(diffs, pools, LATEST, consumers, replacing=True)

    assert made.replacement is not None
    assert (made.replacement.in_use, made.replacement.unseen) == (in_use, consumers.unseen)


def test_a_recreated_pool_that_overlaps_a_pool_which_stays_is_denied() -> None:
    pools = [live("a", A), live("foreign", B)]

    made = planned(pools, [pool("a", "10.0.1.0/25")], complete=False)

    (refusal,) = made.refusals
    assert (refusal.kind, refusal.others) == (RefusalKind.DENIED, ("foreign",))
    assert made.replacement is None


def test_a_consumer_whose_address_no_new_pool_can_assign_loses_it() -> None:
    first = Consumer("Egress", "e", "a", "10.0.0.128")

    told = planned([live("a", A)], [pool("a", "10.0.0.128/25")], first, replacing=False)

    (refusal,) = told.refusals
    assert (refusal.losing, refusal.keeping) == ((first,), ())
    assert told.replacement is not None
    assert told.replacement.moves == (Move(first, ""),)


def test_generated_replacements_are_admitted_and_lead_to_the_manifests(
    record_property: Callable[[str, object], None],
) -> None:
    seen: Counter[str] = Counter()
    for made in pairs(29, 150):
        there = [
            read_pool(each)._replace(live=Live(each["metadata"]["name"], "1")) for each in made.live
        ]
        wanted = [read_pool(each) for each in made.wanted]
        first = planned(there, wanted, complete=made.complete)
        if not first.is_legal or first.replacement is None:
            seen["refused" if first.refusals else "in place"] += 1
            continue
        relocation = first.replacement.relocation
        assert refusals(relocation, there, LATEST) == (), made
        after = relocation.applied_to(there)
        rest = planned(after, wanted, complete=made.complete, replacing=False, ordered=True)
        assert (rest.is_legal, rest.replacement) == (True, None), (made, rest.refusals)
        assert [each.identity for each in rest.steps] == [each.identity for each in first.steps]
        seen["replaced"] += 1

    record_property("shown at the end", f"generated replacements: {dict(seen)}")
    assert seen["replaced"] > 20
