"""The next step of each detached consumer."""

import pytest

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations.detached import ConsumerState, made_detached
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.attachment import (
    Act,
    Attach,
    Attachments,
    AwaitAddress,
    Changed,
    Taken,
    Unpin,
    pools_that_count,
)
from ippoolctl.domain.change.relocation import Deleted, Relocation
from tests.builders import live_pool, pool

RENAME = Relocation(
    "rename a b",
    (Deleted("a", "uid", pool("a", "10.0.0.0/28").ranges),),
    (pool("b", "10.0.0.0/28"),),
)
TEXT = made_detached("rename a b", "a", "b", "10.0.0.5", {}).text


def consumer(
    kind: str,
    of: str | None,
    held: str = "",
    *,
    name: str = "x",
    requested: str | None = "10.0.0.5",
) -> ConsumerState:
    state = ConsumerState(kind, "", name, f"uid-{name}", of, requested, held, annotations=True)
    return state._replace(detached=TEXT) if name == "x" else state


def act(state: ConsumerState, *others: ConsumerState, used: int = 0) -> Act:
    pools: list[Pool] = [live_pool("b", "10.0.0.0/28", used=used)]
    todo = Attachments(RENAME, pools, [state, *others])
    ((found, detached),) = todo.first
    return todo.act(found, detached)


def other(held: str, of: str = "b") -> ConsumerState:
    return consumer("Egress", of, held, name="other", requested=held)


def test_a_detached_egress_is_attached_unless_another_one_has_its_address() -> None:
    detached = consumer("Egress", None)

    assert act(detached) == Attach()
    assert act(detached._replace(requested=None)) == Attach()
    assert act(detached, other("10.0.0.6")) == Attach()
    assert act(detached, other("10.0.0.5")) == Taken(other("10.0.0.5"))
    assert act(detached, other("10.0.0.5", "c")) == Attach()
    assert act(detached._replace(pool="b")) == Attach()
    assert act(detached._replace(requested="10.0.0.7")) == Changed()


def test_a_respelled_requested_address_is_unchanged() -> None:
    service = consumer("Service", "a", requested="FD00:0::0007")
    detached = made_detached("rename a b", "a", "b", "fd00::7", {})
    found = service._replace(detached=detached.text)

    todo = Attachments(RENAME, [], [found])

    ((one, annotation),) = todo.first
    assert todo.act(one, annotation) == Attach()


def test_a_service_is_unpinned_only_when_the_new_pool_counts_its_address() -> None:
    shown = consumer("Service", "b", "10.0.0.5")

    assert act(consumer("Service", "a")) == Attach()
    assert act(consumer("Service", "b")) == AwaitAddress()
    assert act(shown) == AwaitAddress()
    assert act(shown, used=1) == Unpin()
    assert act(shown, other("10.0.0.6"), used=1) == AwaitAddress()


def test_an_address_outside_of_the_pool_is_not_waited_for() -> None:
    shown = consumer("Service", "b", "10.0.0.5")

    assert act(shown, other("10.7.0.6"), used=1) == Unpin()


@pytest.mark.parametrize(
    ("it", "counted"),
    [
        (pool("b", "10.0.0.0/28"), set()),
        (live_pool("b", "10.0.0.0/28"), set()),
        (live_pool("b", "10.0.0.0/28", used=1), set()),
        (live_pool("b", "10.0.0.0/28", used=2), {"b"}),
        (live_pool("c", "10.0.0.0/28", used=2), set()),
    ],
    ids=["written", "no status", "too few", "all", "no consumer"],
)
def test_a_pool_counts_if_its_status_counts_each_of_its_addresses(
    it: Pool, counted: set[str]
) -> None:
    addresses = ["10.0.0.5", "10.0.0.6", "10.7.0.5", "x"]

    assert pools_that_count([it], [("b", parse_ip(each)) for each in addresses]) == counted


def test_services_share_an_address_if_both_allow_it() -> None:
    shown = consumer("Service", "b", "10.0.0.5")._replace(shares=True)
    twin = consumer("Service", "b", "10.0.0.5", name="twin")

    assert act(shown, twin._replace(shares=True), used=1) == Unpin()
    assert act(shown, twin, used=1) == Taken(twin)
    sharing = twin._replace(shares=True)
    assert act(shown._replace(shares=False), sharing, used=1) == Taken(sharing)


def test_waiting_consumers_are_attached_last_and_foreign_ones_never() -> None:
    waits = made_detached("rename a b", "a", "b", "", {}, waits=True).text
    foreign = made_detached("rename c d", "c", "d", "10.0.0.9", {}).text
    states = [
        consumer("Egress", None)._replace(detached=waits),
        consumer("Egress", None, name="other")._replace(detached=foreign),
        consumer("Egress", None, name="had")._replace(detached=TEXT),
    ]

    todo = Attachments(RENAME, [], states)

    assert [[each.name for each, _ in found] for found in (todo.first, todo.last)] == [
        ["had"],
        ["x"],
    ]


def test_an_attached_consumer_is_confirmed_when_the_pool_counts_it() -> None:
    attached = consumer("Egress", "b", "10.0.0.5")._replace(detached=None)
    before = [(attached, "10.0.0.5")]

    def unconfirmed(used: int, *others: ConsumerState) -> list[str | None]:
        pools = [live_pool("b", "10.0.0.0/28", used=used)]
        failed = attached._replace(held="") if others else attached
        todo = Attachments(RENAME, pools, [failed, *others], before)
        return [by.name if by else None for _, by in todo.unconfirmed]

    assert unconfirmed(0) == [None]
    assert unconfirmed(1) == []
    assert unconfirmed(1, other("10.0.0.5")) == ["other"]
    assert Attachments(RENAME, [], [], before).unconfirmed == []


def test_a_consumer_that_waits_for_any_address_is_not_behind_another_one_that_waits() -> None:
    waiting = consumer("Egress", "b", requested=None)
    beside = consumer("Egress", "b", name="other", requested=None)
    used_by_others = live_pool("b", "10.0.0.0/28", used=1)

    def unconfirmed(other: ConsumerState) -> list[tuple[ConsumerState, ConsumerState | None]]:
        return Attachments(RENAME, [used_by_others], [other, waiting], [(waiting, "")]).unconfirmed

    assert unconfirmed(beside) == [(waiting, None)]
    assert unconfirmed(beside._replace(pool=None, held="10.0.0.5")) == [(waiting, None)]
