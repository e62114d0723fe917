"""Sweep deletes expired pools and leftovers, and nothing that is in use."""

import itertools
import json

import pytest

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Limit, Outcome, Report, ReportKind, State
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.engine.deleting.sweep import (
    Leftovers,
    find_leftovers,
    require_rights_to_sweep,
    sweep,
)
from ippoolctl.errors import ExitCode, UnavailableError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.render.sentences.outcome import message_of
from tests.engine.conftest import World
from tests.fakes import run_of

EXPIRING = {"ippoolctl/request-id": "a/1", "ippoolctl/ttl": "1h"}
PENDING = {"ippoolctl/request-id": "a/1", "ippoolctl/state": "pending"}


def store(world: World, name: str, annotations: dict[str, str], network: int = 0) -> None:
    world.store(name, f"10.{network}.0.0/24", annotations=annotations)


def claim(world: World) -> dict[str, str]:
    said = {"request-id": "x/1", "at": world.cluster.date, "ranges": []}
    return {"ippoolctl/claim": json.dumps(said)}


def leftovers_in(world: World) -> Leftovers:
    return find_leftovers(run_of(world.gateway)[0])


def swept(world: World) -> list[Outcome]:
    run, _ = run_of(world.gateway, seconds=10, patient=False)
    found = find_leftovers(run)
    require_rights_to_sweep(run, found.due)
    return [sweep(run, each, found.now) for each in found.due]


def test_an_expired_pool_is_deleted_and_a_younger_one_stays(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(1800)
    store(world, "b", EXPIRING, 1)
    world.clock.sleep(1800)

    (outcome,) = swept(world)

    assert (outcome.pool, outcome.state) == ("a", State.DELETED)
    assert message_of(outcome) == "expired 0s ago (ttl: 1h)"
    assert world.cluster.names == ["b"]


def test_leftovers_of_a_killed_run_are_deleted_after_ten_minutes(world: World) -> None:
    store(world, "a", PENDING)
    store(world, "b", claim(world), 1)
    world.clock.sleep(599)
    assert leftovers_in(world).due == ()
    world.clock.sleep(1)

    assert [each.state for each in swept(world)] == [State.DELETED, State.CLEARED]
    assert world.cluster.names == ["b"]
    document = world.cluster.document("b")
    assert document is not None
    assert document["metadata"]["annotations"] == {}


def test_an_expired_pool_with_a_claim_is_swept_once(world: World) -> None:
    store(world, "a", {**EXPIRING, **claim(world)})
    world.clock.sleep(3600)

    assert [each.kind for each in leftovers_in(world).due] == [LeftoverKind.EXPIRED]
    assert [each.state for each in swept(world)] == [State.DELETED]


@pytest.mark.parametrize("kind", ["Egress", "Service"])
def test_a_reference_keeps_a_pool(world: World, kind: str) -> None:
    store(world, "a", EXPIRING)
    world.cluster.consumers = [Consumer(kind, "x", "a")]
    world.clock.sleep(3600)

    found = leftovers_in(world)

    assert found.due == ()
    (spared,) = found.rest
    assert (spared.state, spared.code) == (State.SKIPPED, ExitCode.YES)
    assert f"{kind} x has no address yet" in message_of(spared)


def test_an_address_in_use_keeps_an_unreferenced_pool(world: World) -> None:
    store(world, "a", PENDING)
    world.cluster.write_status("a", 254, 1)
    world.clock.sleep(3600)

    found = leftovers_in(world)

    assert found.due == ()
    assert [message_of(each) for each in found.rest] == [
        "pending for 60m, its run was killed; 1 address in use, according to its status"
    ]


def test_a_pool_that_is_swept_is_not_skipped_as_well(world: World) -> None:
    store(world, "a", EXPIRING)
    store(world, "b", EXPIRING, 1)
    world.clock.sleep(3600)
    world.cluster.consumers = [Consumer("Egress", "out", "b")]

    found = leftovers_in(world)

    assert [each.pool.name for each in found.due] == ["a"]
    assert [each.pool for each in found.rest] == ["b"]


def test_a_pool_with_an_invalid_annotation_is_skipped(world: World) -> None:
    store(world, "a", {**EXPIRING, "ippoolctl/ttl": "for ever"})
    world.clock.sleep(3600)

    found = leftovers_in(world)

    assert found.due == ()
    assert [(each.state, message_of(each)) for each in found.rest] == [
        (State.SKIPPED, "invalid duration in ippoolctl/ttl: 'for ever'")
    ]


@pytest.mark.parametrize("kind", ["Egress", "Service"])
def test_a_sweep_without_the_right_to_list_users_deletes_nothing(world: World, kind: str) -> None:
    store(world, "a", EXPIRING)
    world.cluster.unseen = {kind}
    world.clock.sleep(3600)

    with pytest.raises(RejectedFault, match={"Egress": "egresses", "Service": "services"}[kind]):
        leftovers_in(world)


def test_a_missing_right_to_list_users_is_forbidden(world: World) -> None:
    store(world, "a", EXPIRING)
    world.cluster.unseen = {"Egress", "Service"}
    world.clock.sleep(3600)

    with pytest.raises(RejectedFault) as fault:
        leftovers_in(world)

    assert (fault.value.status, fault.value.reason) == (403, "Forbidden")
    assert "no permission to list egresses.crd.antrea.io, services: " in fault.value.message


@pytest.mark.parametrize(
    ("kind", "needed", "other"), [("pool", "delete", "patch"), ("claim", "patch", "delete")]
)
def test_only_the_rights_that_the_leftovers_need_are_required(
    world: World, kind: str, needed: str, other: str
) -> None:
    store(world, "a", EXPIRING if kind == "pool" else claim(world))
    world.clock.sleep(3600)
    run, _ = run_of(world.gateway)
    due = find_leftovers(run).due

    world.cluster.forbidden = {other}
    require_rights_to_sweep(run, due)
    world.cluster.forbidden = {needed}
    with pytest.raises(RejectedFault, match=f"no permission to {needed} "):
        require_rights_to_sweep(run, due)
    world.cluster.forbidden = {"get", needed, other}
    require_rights_to_sweep(run, ())


def test_a_deleted_leftover_has_no_reason(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(3600)
    run, _ = run_of(world.gateway)
    found = find_leftovers(run)
    world.cluster.remove("a")

    outcome = sweep(run, found.due[0], found.now)

    assert (outcome.state, outcome.report) == (State.ABSENT, None)


def test_claims_are_removed_without_reading_consumers(world: World) -> None:
    store(world, "a", claim(world))
    world.cluster.unseen = {"Egress"}
    world.clock.sleep(3600)

    assert [each.state for each in swept(world)] == [State.CLEARED]


def test_the_claim_on_a_pool_in_use_is_removed_beside_an_expired_pool(world: World) -> None:
    store(world, "a", EXPIRING)
    store(world, "b", claim(world), 1)
    world.cluster.write_status("b", 254, 1)
    world.cluster.consumers = [Consumer("Egress", "out", "b", "10.1.0.1")]
    world.clock.sleep(3600)

    assert [each.state for each in swept(world)] == [State.DELETED, State.CLEARED]
    assert world.cluster.names == ["b"]


def test_a_right_that_is_lost_after_the_search_keeps_the_pool(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(3600)
    world.gateway.before("get", lambda: world.cluster.unseen.add("Egress"))

    with pytest.raises(RejectedFault, match="no permission to list egresses"):
        swept(world)

    assert world.cluster.names == ["a"]


def test_a_user_that_appears_after_the_search_keeps_the_pool(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(3600)

    def use() -> None:
        world.cluster.consumers = [Consumer("Egress", "out", "a")]

    world.gateway.before("get", use)

    (outcome,) = swept(world)

    assert outcome.state is State.SKIPPED
    assert world.cluster.names == ["a"]


def test_a_user_that_appears_just_before_the_deletion_keeps_the_pool(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(3600)

    def use() -> None:
        world.cluster.consumers = [Consumer("Egress", "out", "a", "10.0.0.1")]
        world.cluster.write_status("a", 254, 1)

    world.gateway.before("delete", use)

    (outcome,) = swept(world)

    assert outcome.state is State.SKIPPED
    assert world.cluster.names == ["a"]


def test_a_pool_that_no_longer_expires_stays_although_it_has_an_old_claim(world: World) -> None:
    old = claim(world)
    store(world, "a", {**EXPIRING, **old})
    world.clock.sleep(3600)
    world.gateway.before("get", lambda: store(world, "a", old))

    (outcome,) = swept(world)

    assert (outcome.state, outcome.code) == (State.SKIPPED, ExitCode.YES)
    assert outcome.report == Report(ReportKind.CHANGED_MEANWHILE)
    assert world.cluster.names == ["a"]


def test_a_pool_recreated_after_the_search_stays(world: World) -> None:
    store(world, "a", EXPIRING)
    world.clock.sleep(3600)

    def recreate() -> None:
        world.cluster.remove("a")
        store(world, "a", EXPIRING)

    world.gateway.before("get", recreate)

    (outcome,) = swept(world)

    assert (outcome.state, world.cluster.names) == (State.SKIPPED, ["a"])


def test_a_pool_that_its_run_settles_after_the_search_stays(world: World) -> None:
    store(world, "a", PENDING)
    world.clock.sleep(600)
    world.gateway.before("delete", lambda: world.cluster.unmark("a"))

    (outcome,) = swept(world)

    assert (outcome.state, world.cluster.names) == (State.SKIPPED, ["a"])


def test_a_claim_renewed_just_before_its_removal_stays(world: World) -> None:
    store(world, "a", claim(world))
    world.clock.sleep(600)
    world.gateway.before("patch", lambda: store(world, "a", claim(world)))

    (outcome,) = swept(world)

    assert outcome.state is State.SKIPPED
    document = world.cluster.document("a")
    assert document is not None
    assert "ippoolctl/claim" in document["metadata"]["annotations"]


def test_a_claim_that_its_run_removes_after_the_search_is_not_reported_as_removed(
    world: World,
) -> None:
    store(world, "a", claim(world))
    world.clock.sleep(600)
    world.gateway.before("get", lambda: store(world, "a", {}))

    (outcome,) = swept(world)

    assert (outcome.state, outcome.code) == (State.SKIPPED, ExitCode.YES)
    assert outcome.report == Report(ReportKind.CHANGED_MEANWHILE)


def test_a_claim_that_cannot_be_removed_in_time_may_remain(world: World) -> None:
    store(world, "a", claim(world))
    world.clock.sleep(600)
    world.gateway.fail("patch", RejectedFault(429, "later", retry_after=1), times=10_000)

    (outcome,) = swept(world)

    cause = Cause(CauseKind.SERVER_FAILED, text="later")
    limit = Limit(10, waits=False)
    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert outcome.report == Report(ReportKind.CLAIM_MAY_REMAIN, cause=cause, limit=limit)
    assert outcome.waited == 10


def test_a_claim_that_keeps_changing_may_remain(world: World) -> None:
    said = {"at": world.cluster.date, "ranges": []}
    requests = itertools.count()

    def change() -> None:
        text = json.dumps({"request-id": f"x/{next(requests)}", **said})
        store(world, "a", {"ippoolctl/claim": text})
        world.gateway.before("patch", change)

    change()
    world.clock.sleep(600)

    (outcome,) = swept(world)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("get", UnreachableFault("connection refused")),
        ("patch", RejectedFault(403, "cannot patch", reason="Forbidden")),
    ],
)
def test_a_failed_removal_of_a_claim_is_a_fault(
    world: World, method: str, fault: RejectedFault | UnreachableFault
) -> None:
    store(world, "a", claim(world))
    world.clock.sleep(600)
    found = leftovers_in(world)
    world.gateway.fail(method, fault, times=10_000)
    run, _ = run_of(world.gateway, seconds=10)

    with pytest.raises(type(fault)):
        sweep(run, found.due[0], found.now)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("annotations", "method"), [(EXPIRING, "delete"), (None, "patch")])
def test_the_outcome_of_an_unanswered_write_is_looked_up(
    world: World, annotations: dict[str, str] | None, method: str, *, after: bool
) -> None:
    store(world, "a", annotations or claim(world))
    world.clock.sleep(3600)
    world.gateway.fail(method, UnansweredFault("reset"), after=after)

    (outcome,) = swept(world)

    assert outcome.state is (State.DELETED if annotations else State.CLEARED)


def test_a_claim_that_cannot_be_removed_is_reported_as_kept(world: World) -> None:
    store(world, "a", claim(world))
    store(world, "b", {})
    world.clock.sleep(3600)

    (outcome,) = swept(world)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "overlaps" in message_of(outcome)


@pytest.mark.parametrize("verb", ["get", "delete", "patch"])
def test_a_missing_right_is_named_before_anything_is_written(world: World, verb: str) -> None:
    store(world, "a", EXPIRING)
    store(world, "b", claim(world), 1)
    world.clock.sleep(3600)
    world.cluster.forbidden = {verb}

    with pytest.raises(RejectedFault, match=f"no permission to {verb} externalippools"):
        swept(world)

    assert {method for _, method in world.gateway.requests} == {"list", "consumers", "may"}


def test_expiry_is_decided_by_the_servers_clock(world: World) -> None:
    store(world, "a", EXPIRING)

    assert leftovers_in(world).now == parse_timestamp(world.cluster.date)
    world.clock.sleep(3600)
    assert leftovers_in(world).now == parse_timestamp(world.cluster.date)


def test_without_the_time_of_the_server_nothing_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(world, "a", EXPIRING)
    monkeypatch.setattr(type(world.cluster), "date", "")  # as behind a proxy that drops it

    with pytest.raises(UnavailableError, match="no Date header"):
        leftovers_in(world)


def test_a_claimed_pool_that_is_gone_after_the_search_is_absent(world: World) -> None:
    store(world, "a", claim(world))
    world.clock.sleep(3600)
    world.gateway.before("get", lambda: world.cluster.remove("a"))

    assert [(each.state, each.code) for each in swept(world)] == [(State.ABSENT, ExitCode.YES)]
