"""The addresses of consumers when pools are replaced, and the rest of their ranges."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations.detached import ConsumerState, made_detached
from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.membership import PoolAddresses
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.moved_ranges import have_common, outside, without
from ippoolctl.domain.change.relocation import (
    Appended,
    Deleted,
    Reassignment,
    Relocation,
    Targets,
    pinned_addresses,
    reassignments,
    refusals,
    to_clear,
)
from tests.builders import claim_on, live_pool, pool


def assigned(*texts: str) -> set[int]:
    found = PoolAddresses(each.spelling for each in pool("p", *texts).ranges)
    return {each for span in found.spans for each in range(span.first, span.last + 1)}


@pytest.mark.parametrize(
    ("ranges", "removed", "rest"),
    [
        (["10.0.0.0/28"], ["10.0.0.8/29"], ["10.0.0.1-10.0.0.7"]),
        (["10.0.0.0/28"], ["10.0.0.5-10.0.0.6"], ["10.0.0.1-10.0.0.4", "10.0.0.7-10.0.0.14"]),
        (["10.0.0.0/28", "10.1.0.0/28"], ["10.1.0.0/28"], ["10.0.0.0/28"]),
        (["10.0.0.0/28"], ["10.0.0.1-10.0.0.14"], []),
        (["fd00::/124"], ["fd00::8/125"], ["fd00::1-fd00::7"]),
        (["fd00::/127"], ["fd00::/128"], ["fd00::1-fd00::1"]),
        (["10.0.0.3-10.0.0.9"], ["10.0.0.3-10.0.0.3"], ["10.0.0.4-10.0.0.9"]),
        (["10.0.0.0/31", "10.1.0.0/30"], ["10.0.0.0/32"], ["10.1.0.0/30"]),
        (["10.0.0.0/31", "10.0.0.2/32"], ["10.0.0.1-10.0.0.2"], []),
        (["x/24", "10.0.0.3-10.0.0.3"], ["10.0.0.0/24"], ["x/24"]),
    ],
)
def test_removed_addresses_leave_the_rest_of_ranges(
    ranges: list[str], removed: list[str], rest: list[str]
) -> None:
    left = without(pool("a", *ranges).ranges, pool("b", *removed).ranges)

    assert [each.text for each in left] == rest


@given(st.integers(0, 63), st.integers(0, 63), st.booleans())
def test_every_other_address_can_be_assigned(first: int, last: int, cidr: bool) -> None:
    first, last = sorted((first, last))
    before = "10.0.0.0/26" if cidr else "10.0.0.0-10.0.0.63"
    removed = pool("b", f"10.0.0.{first}-10.0.0.{last}").ranges

    left = without(pool("a", before).ranges, removed)

    base = parse_ip("10.0.0.0")
    assert base is not None
    gone = {*range(base + first, base + last + 1)}
    assert assigned(*(each.text for each in left)) == assigned(before) - gone


def test_ranges_inside_beside_and_across_others() -> None:
    lab, inside = pool("a", "10.0.0.0/28").ranges, pool("b", "10.0.0.4/30").ranges
    across, beside = pool("c", "10.0.0.8-10.0.0.20").ranges, pool("d", "10.0.0.16/28").ranges

    assert [outside(each, lab) for each in (inside, across, beside)] == [False, True, True]
    assert [have_common(each, lab) for each in (inside, across, beside)] == [True, True, False]


def egress(
    name: str, of: str | None, held: str = "", requested: str | None = None
) -> ConsumerState:
    return ConsumerState(
        "Egress", "", name, f"uid-{name}", of, requested or held or None, held, False
    )


def service(name: str, of: str, held: str) -> ConsumerState:
    return ConsumerState("Service", "x", name, f"uid-{name}", of, None, held, False)


MOVE = Relocation(
    "move",
    (Deleted("a", "uid", pool("a", "10.0.0.0/28").ranges),),
    (pool("a", "10.0.0.1-10.0.0.7"),),
    (Appended("z", pool("z", "10.0.0.8/29").ranges),),
)


def reassigned(*consumers: ConsumerState) -> dict[str, Reassignment]:
    found = reassignments(MOVE, iter(consumers), {"a", "z"})
    return {each.consumer.name: each for each in found}


def test_each_consumer_goes_where_its_address_can_be_assigned() -> None:
    found = reassigned(egress("low", "a", "10.0.0.3"), service("high", "a", "10.0.0.9"))

    assert (found["low"].target, found["low"].address) == ("a", "10.0.0.3")
    assert (found["high"].target, found["high"].address) == ("z", "10.0.0.9")
    assert not any(each.waits for each in found.values())


def test_a_waiting_egress_keeps_its_request_and_a_waiting_service_does_not() -> None:
    waits = service("service", "a", "")._replace(requested="10.0.0.9")
    found = reassigned(egress("egress", "a", requested="10.0.0.9"), waits)

    assert (found["egress"].target, found["egress"].address) == ("z", "10.0.0.9")
    assert (found["service"].target, found["service"].address) == ("a", "")
    assert all(each.waits and not each.lost for each in found.values())


def test_an_egress_that_waits_at_an_extended_pool_keeps_its_request() -> None:
    (found,) = reassigned(egress("waits", "z", requested="10.9.0.5")).values()

    assert (found.target, found.address, found.waits) == ("z", "10.9.0.5", True)


def test_the_pool_where_an_address_was_is_preferred() -> None:
    ranges, address = pool("a", "10.0.0.0/28").ranges, parse_ip("10.0.0.3")
    targets = Targets([("a", ranges), ("b", ranges), ("c", ())])

    assert address is not None
    assert [targets.holding(address, each) for each in "abc"] == ["a", "b", "a"]
    assert targets.holding(address + 256, "a") is None


def test_a_request_that_is_no_address_is_dropped() -> None:
    found = reassigned(egress("low", "a", requested="10.0.0.x"), egress("at-z", "z", requested="x"))

    assert [(each.target, each.address, each.waits) for each in found.values()] == [
        ("a", "", True),
        ("z", "", True),
    ]


def test_consumers_of_other_pools_are_left_alone() -> None:
    others = (egress("waits", "other"), egress("has", "other", "10.7.0.1"), egress("none", None))

    assert reassigned(*others, egress("ours", "a", "10.0.0.3")).keys() == {"ours"}


def test_a_request_owns_its_own_annotations_only() -> None:
    of = [made_detached(request, "a", "z", "10.0.0.9", {}) for request in ("move", "other")]

    assert [MOVE.owns(each) for each in (*of, None)] == [True, False, False]


def test_the_first_address_of_a_new_cidr_is_lost() -> None:
    found = reassigned(egress("edge", "a", "10.0.0.8"))["edge"]

    assert (found.lost, found.address, found.waits, found.target) == ("10.0.0.8", "", True, "a")


def test_a_waiting_consumer_moves_to_the_pool_that_takes_its_ranges() -> None:
    swap = Relocation(
        "apply",
        (
            Deleted("a", "1", pool("a", "10.0.0.0/28").ranges),
            Deleted("old", "2", pool("old", "10.1.0.0/28").ranges),
        ),
        (pool("a", "10.0.0.0/29"), pool("new", "10.1.0.0/28")),
    )

    (only,) = reassignments(swap, [egress("waits", "old")], {"a", "old", "new"})

    assert only.target == "new"


def test_a_waiting_consumer_of_a_pool_whose_ranges_no_pool_takes_moves_to_the_first_pool() -> None:
    split = Relocation(
        "apply",
        (Deleted("a", "1", pool("a", "10.0.0.0/28").ranges),),
        (pool("b", "10.1.0.0/28"), pool("c", "10.2.0.0/28")),
    )

    (only,) = reassignments(split, [egress("waits", "a")], {"a", "b", "c"})

    assert (only.target, only.waits) == ("b", True)


def test_the_consumers_of_each_of_several_deleted_pools_keep_their_addresses() -> None:
    first, second = pool("a", "10.0.0.0/28").ranges, pool("b", "10.1.0.0/28").ranges
    swap = Relocation(
        "apply",
        (Deleted("a", "1", first), Deleted("b", "2", second)),
        (Pool("a", second), Pool("b", first)),
    )

    found = reassignments(
        swap, [egress("one", "a", "10.0.0.3"), egress("two", "b", "10.1.0.3")], {"a", "b"}
    )

    assert [(each.consumer.name, each.target, each.address) for each in found] == [
        ("one", "b", "10.0.0.3"),
        ("two", "a", "10.1.0.3"),
    ]
    (waiting,) = reassignments(swap, [egress("waits", "a")], {"a", "b"})
    assert (waiting.target, waiting.address) == ("a", "")


def test_waiting_consumers_are_detached_first_and_egresses_last() -> None:
    order = reassignments(
        MOVE,
        (
            egress("has", "a", "10.0.0.3"),
            service("served", "a", "10.0.0.4"),
            egress("waits", "a"),
            egress("waits-for-one", "a", requested="10.0.0.3"),
            egress("waits-at-z", "z"),
            egress("has-at-z", "z", "10.9.0.1"),
            egress("elsewhere", "y", "10.8.0.1"),
        ),
        {"a", "z"},
    )

    names = [each.consumer.name for each in order]
    assert names == ["waits", "waits-for-one", "waits-at-z", "served", "has"]
    assert order[1].address == "10.0.0.3"


HAD = made_detached("move", "a", "a", "10.0.0.3", {}).text
WAITS = made_detached("move", "a", "a", "10.0.0.3", {}, waits=True).text
OTHER = made_detached("other", "a", "a", "10.0.0.3", {}).text


@pytest.mark.parametrize(
    ("old", "lost"),
    [
        (egress("old", None, requested="10.0.0.3")._replace(detached=HAD), "10.0.0.3"),
        (egress("old", None, requested="10.0.0.3")._replace(detached=WAITS), ""),
        (egress("old", None, requested="10.0.0.3")._replace(detached=OTHER), ""),
        (service("old", "a", "10.0.0.3")._replace(detached=HAD), ""),
    ],
    ids=["egress", "waiting", "of another request", "service"],
)
def test_only_the_address_of_a_detached_egress_is_not_given_to_a_new_consumer(
    old: ConsumerState, lost: str
) -> None:
    found = reassigned(old, egress("new", "a", "10.0.0.3"))

    assert [*found] == ["new"]
    assert (found["new"].lost, found["new"].waits) == (lost, bool(lost))


def test_pools_are_cleared_until_they_have_their_new_ranges() -> None:
    z = live_pool("z", "10.9.0.0/28", uid="z")
    old, new = live_pool("a", "10.0.0.0/28"), live_pool("a", "10.0.0.1-10.0.0.7", uid="other")
    extended = live_pool("z", "10.9.0.0/28", "10.0.0.8/29", uid="z")

    assert to_clear(MOVE, [old, z]) == {"a", "z"}
    assert to_clear(MOVE, [z]) == {"a", "z"}
    assert to_clear(MOVE, [new, z]) == {"z"}
    assert to_clear(MOVE, [new, extended]) == set()
    two = replace(MOVE, deleted=(*MOVE.deleted, Deleted("b", "uid-b", ())))
    assert to_clear(two, [old, extended, live_pool("b", uid="uid-b")]) == {"a", "b"}
    assert to_clear(two, [old, extended, live_pool("b", uid="new")]) == {"a"}


def test_a_record_is_outdated_when_another_client_has_replaced_the_pool() -> None:
    ours = live_pool("a", "10.0.0.1-10.0.0.7", uid="new", request_id=MOVE.request_id("a"))

    assert MOVE.is_current([])
    assert MOVE.is_current([live_pool("a", "10.0.0.0/28")])
    assert MOVE.is_current([ours])
    assert MOVE.is_current([pool("a", "10.0.0.0/28")])
    assert not MOVE.is_current([live_pool("a", "10.0.0.0/28", uid="new")])


def test_a_name_is_taken_by_a_pool_that_is_neither_deleted_nor_ours() -> None:
    old, new = live_pool("a", "10.0.0.0/28"), live_pool("a", "10.5.0.0/28", uid="new")
    ours = live_pool("a", "10.5.0.0/28", uid="new", request_id=MOVE.request_id("a"))

    taken = [[each.name for each in MOVE.taken_names([one])] for one in (old, new, ours)]
    assert taken == [[], ["a"], []]
    two = replace(MOVE, deleted=(*MOVE.deleted, Deleted("z", "uid-z", old.ranges)))
    assert two.taken_names([old]) == ()
    assert MOVE.taken_names([live_pool("other", "10.5.0.0/28", uid="new")]) == ()


def test_a_relocation_is_untouched_until_the_first_of_its_pools_is_deleted() -> None:
    two = replace(MOVE, deleted=(*MOVE.deleted, Deleted("b", "uid-b", ())))
    a, b = live_pool("a"), live_pool("b", uid="uid-b")
    foreign = [live_pool("b", uid="new"), pool("a"), live_pool("z")]

    assert two.still_there([a, *foreign, b]) == (a, b)
    assert two.still_there([*foreign, b]) == (b,)
    assert two.still_there(foreign) == ()
    assert [two.is_untouched(each) for each in ([a, b], [a], [b, *foreign], [])] == [
        True,
        False,
        False,
        False,
    ]


def test_the_end_state_is_judged_without_the_deleted_pools() -> None:
    z, other = live_pool("z", "10.9.0.0/28"), live_pool("y", "10.0.0.14-10.0.0.20")

    assert refusals(MOVE, [live_pool("a", "10.0.0.0/28"), z], LATEST) == ()
    ((name, reason),) = refusals(MOVE, [z, other], LATEST)
    assert (name, reason.rule) == ("z", "EIP209")


def test_ranges_that_a_pool_gets_are_judged_beside_those_that_others_get() -> None:
    low, high = (Appended(name, pool(name, "10.0.0.0/29").ranges) for name in "yz")
    twice = replace(MOVE, created=(), appended=(low, high))
    live = [live_pool("y", "10.8.0.0/28"), live_pool("z", "10.9.0.0/28")]

    found = [(name, reason.rule, reason.pool) for name, reason in refusals(twice, live, LATEST)]

    assert found == [("z", "EIP209", "y")]
    assert refusals(twice, live[1:], LATEST) == ()
    both = replace(MOVE, created=(pool("y", "10.0.0.0/29"), pool("x", "10.0.0.0/29")), appended=())
    assert [name for name, _ in refusals(both, [], LATEST)] == ["x"]


def test_the_addresses_that_detached_services_still_have_are_counted() -> None:
    ours, foreign = (
        made_detached(request, "a", "z", "10.0.0.9", {}).text for request in ("move", "other")
    )
    services = [
        service("one", "a", "10.0.0.9")._replace(detached=ours),
        service("shares", "a", "10.0.0.9")._replace(detached=ours),
        service("two", "a", "10.0.0.10")._replace(detached=ours),
        service("waits", "a", "")._replace(detached=ours),
        service("moved", "z", "10.0.0.11")._replace(detached=ours),
        service("attached", "a", "10.0.0.12"),
        service("foreign", "a", "10.0.0.13")._replace(detached=foreign),
    ]

    assert pinned_addresses(MOVE, services, "a") == 2


def test_a_record_of_several_pools_is_outdated_when_one_of_them_is_another_pool() -> None:
    other = live_pool("z", "10.9.0.0/28", uid="z")

    assert not MOVE.is_current([live_pool("a", "10.0.0.0/28", uid="new"), other])


RENAME = Relocation(
    "rename a b",
    (Deleted("a", "uid", pool("a", "10.0.0.0/28").ranges),),
    (pool("b", "10.0.0.0/28"),),
)


def test_consumers_follow_a_pool_to_its_new_name() -> None:
    waits, asks = egress("waits", "a"), egress("asks", "a", requested="10.7.7.7")

    found = reassignments(RENAME, (egress("has", "a", "10.0.0.3"), waits, asks), {"a", "b"})

    assert [(each.consumer.name, each.target, each.address, each.waits) for each in found] == [
        ("waits", "b", "", True),
        ("asks", "b", "", True),
        ("has", "b", "10.0.0.3", False),
    ]


def test_a_run_has_begun_when_a_pool_is_created_claimed_or_extended() -> None:
    claim = claim_on("10.0.0.8/29", request_id=MOVE.request_id("z"))
    z = live_pool("z", "10.9.0.0/28", uid="z")

    def begun(*pools: Pool) -> bool:
        return MOVE.has_begun_to_reserve(pools)

    foreign = live_pool("a", "10.0.0.1-10.0.0.7", request_id="another/1")
    assert [begun(), begun(z), begun(foreign, z)] == [False, False, False]
    assert begun(live_pool("a", "10.0.0.1-10.0.0.7", request_id=MOVE.request_id("a")), z)
    assert begun(live_pool("z", "10.9.0.0/28", uid="z", claim=claim))
    assert begun(live_pool("z", "10.9.0.0/28", "10.0.0.8/29", uid="z"))


def test_a_run_has_begun_when_one_of_several_pools_is_extended() -> None:
    first, second = (Appended(name, pool(name, text).ranges) for name, text in SEVERAL)
    move = Relocation("move", MOVE.deleted, (), (first, second))

    assert not move.has_begun_to_reserve([live_pool("y", "10.8.0.0/28"), live_pool("z")])
    assert move.has_begun_to_reserve([live_pool("y", "10.8.0.0/28"), live_pool("z", "10.0.0.8/29")])


SEVERAL = (("y", "10.0.0.0/29"), ("z", "10.0.0.8/29"))


def test_a_relocation_leads_to_the_same_pools_from_any_time_of_a_run() -> None:
    gone, z = live_pool("a", "10.0.0.0/28"), live_pool("z", "10.9.0.0/28", uid="z")
    other = live_pool("y", "10.8.0.0/28", uid="y")
    pending = live_pool("a", "10.0.0.1-10.0.0.7", uid="new", pending=True)
    settled = live_pool("a", "10.0.0.1-10.0.0.7", uid="new")
    extended = live_pool("z", "10.9.0.0/28", "10.0.0.8/29", uid="z")

    for pools in (
        [gone, z, other],
        [z, other],
        [pending, z, other],
        [settled, z, other],
        [settled, extended, other],
    ):
        after = {each.name: each for each in MOVE.applied_to(pools)}
        assert {name: each.texts for name, each in after.items()} == {
            "a": ("10.0.0.1-10.0.0.7",),
            "y": ("10.8.0.0/28",),
            "z": ("10.9.0.0/28", "10.0.0.8/29"),
        }
        assert not any(map(is_pending, after.values()))
    assert [each.name for each in MOVE.applied_to([gone])] == ["a"]
    assert MOVE.applied_to([settled])[0].live == settled.live
