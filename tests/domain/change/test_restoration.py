"""Saved consumers: which get their addresses back, in which order, and which are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.annotations.detached import ConsumerState, made_detached
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.restoration import Found, LeftReason, Restoration
from ippoolctl.domain.change.saved import SavedHolder, SavedPools
from tests.builders import live_pool, pool

RANGE = "10.0.0.0/28"


def egress(
    name: str, held: str = "", attached: str | None = "a", detached: str | None = None
) -> ConsumerState:
    state = ConsumerState("Egress", "", name, f"uid-{name}", attached, held or None, held, False)
    return state._replace(detached=detached)


def service(name: str, held: str = "", requested: str | None = None) -> ConsumerState:
    return ConsumerState("Service", "ns", name, f"uid-{name}", "a", requested, held, True)


def holder(name: str, address: str, kind: str = "Egress") -> SavedHolder:
    namespace = "ns" if kind == "Service" else ""
    return SavedHolder(kind, namespace, name, "a", address, pinned=False)


def restoration(*holders: SavedHolder) -> Restoration:
    return Restoration(SavedPools((pool("a", RANGE),), holders, at="2026-01-01T00:00:00Z"))


def live(used: int, ranges: str = RANGE) -> Pool:
    return live_pool("a", ranges, used=used)


def to_detach(found: Found) -> list[tuple[str, str, bool]]:
    """Name, address, and whether it waits."""
    return [(each.consumer.name, each.address, each.waits) for each in found.to_detach]


def left(found: Found) -> list[tuple[str, str, str]]:
    return [(each.holder.name, each.reason.value, each.now) for each in found.left]


def test_saved_consumers_of_a_missing_pool_are_restored_egresses_first() -> None:
    wanted = restoration(
        holder("api", "10.0.0.2", "Service"), holder("web", "10.0.0.9"), holder("late", "")
    )

    found = wanted.find([], [service("api"), egress("web"), egress("late"), egress("new")])

    assert to_detach(found) == [
        ("late", "", True),
        ("new", "", True),
        ("web", "10.0.0.9", False),
        ("api", "10.0.0.2", False),
    ]
    assert not found.left


def test_consumers_that_have_their_address_are_kept_only_if_the_pool_counts_them() -> None:
    wanted = restoration(holder("web", "10.0.0.9"))

    assert [each.name for each in wanted.find([live(1)], [egress("web", "10.0.0.9")]).kept] == [
        "web"
    ]
    outside = [egress("web", "10.0.0.9"), egress("out", "192.0.2.1")]
    assert not wanted.find([live(1)], outside).to_detach
    uncounted = wanted.find([live(0)], [egress("web", "10.0.0.9")])
    assert to_detach(uncounted) == [("web", "10.0.0.9", False)]


@pytest.mark.parametrize(
    ("now", "reason", "detail"),
    [
        ([], LeftReason.MISSING, ""),
        ([egress("web", attached="b")], LeftReason.OTHER_POOL, "b"),
        ([egress("web", "192.0.2.1", None)], LeftReason.OTHER_ADDRESS, "192.0.2.1"),
        ([egress("web"), egress("thief", "10.0.0.9")], LeftReason.TAKEN, "Egress thief"),
        ([egress("web"), egress("fixed", "10.0.0.9", None)], LeftReason.TAKEN, "Egress fixed"),
        ([egress("web"), service("x", "10.0.0.9")], LeftReason.TAKEN, "Service ns/x"),
    ],
)
def test_a_consumer_changed_by_others_is_left_alone(
    now: list[ConsumerState], reason: LeftReason, detail: str
) -> None:
    found = restoration(holder("web", "10.0.0.9")).find([live(1)], now)

    assert left(found) == [("web", reason.value, detail)]
    assert not [each for each in found.to_detach if not each.waits]


def test_a_service_that_requests_another_address_is_left_alone() -> None:
    wanted = restoration(holder("api", "10.0.0.2", "Service"))

    found = wanted.find([live(1)], [service("api", "10.0.0.5", "10.0.0.5")])

    assert left(found) == [("api", "other-address", "10.0.0.5")]
    assert wanted.find([live(1)], [service("api", "10.0.0.5")]).to_detach[0].address == "10.0.0.2"


def test_a_service_without_a_pool_is_left_alone_whatever_it_requests() -> None:
    wanted = restoration(holder("api", "10.0.0.2", "Service"))
    detached = service("api", "10.0.0.5", "10.0.0.5")._replace(pool=None)

    assert left(wanted.find([live(1)], [detached])) == [("api", "other-pool", "")]


def test_an_egress_that_requests_an_empty_address_gets_its_own_one_back() -> None:
    empty = egress("web", attached=None)._replace(requested="")

    found = restoration(holder("web", "10.0.0.9")).find([live(0)], [empty])

    assert (to_detach(found), left(found)) == ([("web", "10.0.0.9", False)], [])


def test_a_saved_address_outside_the_pool_is_reported() -> None:
    wanted = restoration(holder("in", "10.0.0.2"), holder("out", "10.0.0.9"))

    found = wanted.find([live(2, "10.0.0.0/29")], [egress("in"), egress("out", "10.0.0.2")])

    assert left(found) == [("out", "outside", "a")]
    assert to_detach(found) == [("out", "", True), ("in", "10.0.0.2", False)]


@pytest.mark.parametrize(
    "saved", [holder("web", "nonsense"), holder("web", "10.0.0.9")._replace(pool="b")]
)
def test_an_address_that_no_saved_pool_has_is_outside(saved: SavedHolder) -> None:
    web, other = egress("web", attached=saved.pool), egress("other", "10.0.0.2")

    found = restoration(saved).find([live(1)], [web, other])

    assert left(found) == [("web", "outside", saved.pool)]
    assert found.kept == ()


@pytest.mark.parametrize(
    ("names", "at", "words"),
    [
        ("a", "2026-01-01T00:00:00Z", "restore FILE (saved 2026-01-01T00:00:00Z: a)"),
        ("ab", "", "restore FILE (saved at an unknown time: a, b)"),
        ("abcde", "", "restore FILE (saved at an unknown time: a, b, c and 2 more)"),
    ],
)
def test_a_request_names_the_pools_and_the_time_of_the_saved_file(
    names: str, at: str, words: str
) -> None:
    wanted = Restoration(SavedPools(tuple(pool(each, RANGE) for each in names), at=at))

    assert wanted.request == words
    assert wanted.relocation([]).request == words


def test_a_static_egress_with_its_old_address_is_attached_again() -> None:
    wanted, static = restoration(holder("web", "10.0.0.9")), egress("web", "10.0.0.9", None)

    assert to_detach(wanted.find([], [static])) == [("web", "10.0.0.9", False)]
    counted = wanted.find([live(2)], [static, egress("other", "10.0.0.2")])
    assert (to_detach(counted), counted.kept) == ([("web", "10.0.0.9", False)], ())


def test_consumers_that_wait_are_parked_only_while_addresses_are_given_back() -> None:
    wanted = restoration(holder("web", "10.0.0.9"))
    detached = made_detached(wanted.request, "a", "a", "10.0.0.9", {}).text
    halfway = egress("web", "10.0.0.9", None, detached=detached)

    assert not wanted.find([live(1)], [egress("web", "10.0.0.9"), egress("waits")]).to_detach
    assert to_detach(wanted.find([live(0)], [halfway, egress("waits")])) == [("waits", "", True)]


def test_a_detached_service_of_a_missing_pool_is_not_detached_again() -> None:
    wanted = restoration(holder("api", "10.0.0.2", "Service"))
    text = made_detached(wanted.request, "a", "a", "10.0.0.2", {}).text
    halfway = service("api", requested="10.0.0.2")._replace(detached=text)

    found = wanted.find([], [halfway])

    assert found == Found((), (), ())


def test_existing_pools_are_not_created_and_differences_are_reported() -> None:
    wanted = restoration()
    pending = live_pool("a", RANGE, pending=True, request_id=wanted.relocation([]).request_id("a"))

    assert [each.name for each in wanted.relocation([]).created] == ["a"]
    assert [each.name for each in wanted.relocation([live_pool("a", RANGE, deleted=True)]).created]
    assert [each.name for each in wanted.relocation([pending]).created] == ["a"]
    assert not wanted.relocation([live(0)]).created
    assert wanted.differing([live(0)]) == ()
    assert wanted.differing([live(0, "10.0.0.0/29")]) == ("a",)


@given(st.permutations(range(1, 7)), st.permutations(range(1, 7)))
def test_shuffled_addresses_are_all_given_back(before: list[int], after: list[int]) -> None:
    wanted = restoration(
        *(holder(f"e{number}", f"10.0.0.{address}") for number, address in enumerate(before))
    )
    consumers = [egress(f"e{number}", f"10.0.0.{address}") for number, address in enumerate(after)]

    found = wanted.find([live(6)], consumers)

    moved = {f"e{number}" for number in range(6) if before[number] != after[number]}
    assert {each.consumer.name for each in found.to_detach} == moved
    assert not found.left
    assert not any(each.waits for each in found.to_detach)


def test_only_a_pending_pool_of_the_same_request_is_created_again() -> None:
    wanted = restoration()

    def created(request: str, *, pending: bool) -> bool:
        found = live_pool("a", RANGE, pending=pending, request_id=request)
        return bool(wanted.relocation([found]).created)

    own = wanted.relocation([]).request_id("a")
    assert created(own, pending=True)
    assert not created(own, pending=False)
    assert not created("another/1", pending=True)


def test_a_terminating_pool_is_gone_for_its_consumers() -> None:
    wanted = restoration(holder("web", "10.0.0.9"))
    terminating = live_pool("a", RANGE, used=1, deleted=True)

    found = wanted.find([terminating], [egress("web", "10.0.0.9"), egress("new")])

    assert to_detach(found) == [("new", "", True), ("web", "10.0.0.9", False)]
    assert not found.kept


def test_an_egress_that_waits_for_an_address_still_requests_it() -> None:
    asks = egress("asks")._replace(requested="10.0.0.5")
    pinned = service("pinned", requested="10.0.0.6")
    swapped = egress("swapped", "10.0.0.9")
    wanted = restoration(holder("web", "10.0.0.9"))

    found = wanted.find([], [asks, pinned, swapped, egress("web")])

    assert to_detach(found) == [
        ("asks", "10.0.0.5", True),
        ("pinned", "", True),
        ("swapped", "", True),
        ("web", "10.0.0.9", False),
    ]


def test_a_service_shares_its_address_only_with_one_that_shares_too() -> None:
    wanted = restoration(holder("api", "10.0.0.2", "Service"))
    api, other = service("api"), service("other", "10.0.0.2")
    shared = other._replace(shares=True)

    assert left(wanted.find([live(1)], [api, shared])) == [("api", "taken", "Service ns/other")]
    sharing = api._replace(shares=True)
    assert left(wanted.find([live(1)], [sharing, other])) == [("api", "taken", "Service ns/other")]
    both = wanted.find([live(1)], [sharing, shared])
    assert (left(both), to_detach(both)) == ([], [("api", "10.0.0.2", False)])


def test_only_consumers_not_changed_by_others_are_conflicts() -> None:
    wanted = restoration(holder("web", "10.0.0.9"), holder("out", "10.0.0.14"), holder("gone", "x"))
    now = [egress("web"), egress("thief", "10.0.0.9"), egress("out")]

    found = wanted.find([live(1, "10.0.0.0-10.0.0.9")], now)

    assert {each.holder.name: each.is_conflict for each in found.left} == {
        "web": True,
        "out": True,
        "gone": False,
    }


def test_saving_a_pool_again_replaces_its_record() -> None:
    a, b = pool("a", RANGE), pool("b", "10.0.1.0/28")
    a = a._replace(annotations={"ippoolctl/ttl": "1h"})
    web, api = Consumer("Egress", "web", "a", "10.0.0.9"), Consumer("Service", "ns/api", "b", "")

    saved = SavedPools().with_pool(a, [web, api]).with_pool(b, [web, api])
    assert SavedPools().with_pool(b, [api]).with_pool(a, [web]).holders == saved.holders
    again = saved.with_pool(a._replace(annotations={}), [])

    assert (saved.names, again.names) == (("a", "b"), ("b", "a"))
    assert [each.label for each in saved.holders] == ["Egress web", "Service ns/api"]
    assert [each.label for each in again.holders] == ["Service ns/api"]
    assert (saved.lifetimes, again.lifetimes) == ({"a": "1h"}, {})
    assert [each.name for each in saved.holders_of("b")] == ["api"]


def test_a_restored_pool_gets_its_lifetime_back() -> None:
    pools = (pool("a", RANGE)._replace(labels={"x": "y"}), pool("b", "10.0.1.0/28"))
    wanted = Restoration(SavedPools(pools, lifetimes={"a": "1h"}))

    created = wanted.relocation([]).created

    assert created == (pools[0]._replace(annotations={"ippoolctl/ttl": "1h"}), pools[1])


def test_only_a_static_egress_has_the_address_that_it_requests() -> None:
    static = egress("static", attached=None)._replace(requested="10.0.0.9")
    without_pool = service("x", requested="10.0.0.9")._replace(pool=None)
    wanted = restoration(holder("web", "10.0.0.9"))

    assert left(wanted.find([live(0)], [egress("web"), static])) == [
        ("web", "taken", "Egress static")
    ]
    assert left(wanted.find([live(0)], [egress("web"), without_pool])) == []


def test_a_consumer_that_waited_gives_up_the_address_of_another_one() -> None:
    wanted = restoration(holder("web", "10.0.0.9"), holder("late", ""))

    found = wanted.find([live(1)], [egress("web"), egress("late", "10.0.0.9")])

    assert to_detach(found) == [("late", "", True), ("web", "10.0.0.9", False)]
    assert left(found) == []


def test_consumers_of_pools_that_are_not_saved_are_left_alone() -> None:
    others = [egress("other", attached="b"), egress("static", "10.0.0.5", None), egress("new")]

    found = restoration(holder("web", "10.0.0.9")).find([], [egress("web"), *others])

    assert to_detach(found) == [("new", "", True), ("web", "10.0.0.9", False)]


def test_an_address_that_no_saved_consumer_had_is_not_taken_from_its_holder() -> None:
    wanted = restoration(holder("web", "10.0.0.9"), holder("late", ""))

    found = wanted.find([live(2)], [egress("web", "10.0.0.2"), egress("late", "10.0.0.3")])

    assert to_detach(found) == [("web", "10.0.0.9", False)]
