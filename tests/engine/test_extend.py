"""Appending ranges under staleness, conflicts, faults and twins: fake time, the real model."""

import contextlib
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.crd.patches.claims import claiming_patch
from ippoolctl.domain.annotations.claims import Claim, claim_of, claimed, made_claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import hint_of, message_of, stopped_text
from tests.builders import pool
from tests.engine.conftest import World
from tests.engine.extensions import (
    MORE,
    OWN,
    PENDING,
    claim_on,
    drop_claim,
    extended,
    live,
    put_claim,
    texts,
)


@pytest.mark.parametrize("annotations", [{}, {"x": "y"}])
def test_ranges_are_appended_and_no_claim_is_left(
    world: World, annotations: dict[str, str]
) -> None:
    world.store("a", OWN, annotations=annotations)

    outcome = extended(world, MORE, "fd00::1-fd00::9")

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert (outcome.request_id, outcome.created) == ("one", None)
    assert texts(world) == (OWN, MORE, "fd00::1-fd00::9")
    assert claim_on(world) is None


def test_the_same_command_again_changes_nothing(world: World) -> None:
    world.store("a", OWN)
    extended(world, MORE)

    again = extended(world, MORE)

    assert (again.state, again.code, again.attempts) == (State.UNCHANGED, ExitCode.YES, 0)


def test_existing_ranges_are_not_appended_twice(world: World) -> None:
    world.store("a", OWN)

    assert extended(world, OWN, MORE).state is State.EXTENDED
    assert texts(world) == (OWN, MORE)


def test_a_claim_holds_its_request_id_and_its_time_by_the_servers_clock(
    world: World,
) -> None:
    world.store("a", OWN)
    seen: list[Claim | None] = []
    world.gateway.before("list_exact", lambda: seen.append(claim_on(world)))

    extended(world, MORE)

    (claim,) = seen
    assert claim is not None
    assert (claim.request_id, claim.at) == ("one", "2026-01-01T00:00:00Z")
    assert [each.text for each in claim.ranges] == [MORE]
    assert re.fullmatch("[0-9a-f]{24}", claim.nonce)
    assert len(claim.nonce) >= 16


def test_each_write_of_a_claim_has_a_nonce_of_its_own(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 10
    nonces: list[str] = []

    def look() -> None:
        claim = claim_on(world)
        assert claim is not None
        nonces.append(claim.nonce)

    world.gateway.before("patch", lambda: world.store("rival", MORE, annotations=PENDING))
    world.gateway.before("list_exact", look)
    world.gateway.before("list_exact", look)
    world.clock.after(2, lambda: world.cluster.remove("rival"))

    assert extended(world, MORE).state is State.EXTENDED
    assert len(set(nonces)) == 2


def test_an_absent_pool_is_code_1(world: World) -> None:
    assert (extended(world, MORE).state, world.gateway.requests[-1][1]) == (State.ABSENT, "list")


@pytest.mark.parametrize("patient", [True, False])
def test_a_real_overlap_is_named_at_once_and_nothing_is_claimed(
    world: World, patient: bool
) -> None:
    world.store("a", OWN)
    world.store("b", "10.0.1.128/25")

    outcome = extended(world, MORE, patient=patient)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert [each.pool.name for each in outcome.conflicts] == ["b"]
    assert world.clock.now() == 1000.0
    assert "patch" not in {method for _, method in world.gateway.requests}


def test_other_text_for_addresses_that_the_pool_has_is_refused(world: World) -> None:
    world.store("a", OWN)

    outcome = extended(world, "10.0.0.0-10.0.0.9")

    assert outcome.code is ExitCode.REFUSED
    assert "overlaps with range" in message_of(outcome)


def test_a_pool_that_is_being_deleted_is_refused(world: World) -> None:
    world.store("a", OWN, finalizers=["example.com/slow"])
    world.cluster.remove("a")

    assert extended(world, MORE).code is ExitCode.REFUSED


# --- conflicts ---------------------------------------------------------------------------------


def test_a_pool_that_is_deleted_once_claimed_is_refused_without_retries(
    world: World,
) -> None:
    world.store("a", OWN, finalizers=["example.com/slow"])
    world.gateway.before("list_exact", lambda: world.cluster.remove("a"))

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "is terminating" in message_of(outcome)
    assert claim_on(world) is None
    assert [method for _, method in world.gateway.requests].count("patch") == 3


def test_another_claim_on_the_pool_is_waited_for_and_never_overwritten(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", "10.7.0.0/24")
    world.clock.after(3, lambda: drop_claim(world, "a"))

    outcome = extended(world, MORE)

    assert outcome.state is State.EXTENDED
    assert world.clock.now() >= 1003
    assert "claimed" in cause_text(world.recorder.events[0].cause)


def test_an_unreadable_claim_counts_as_foreign(world: World) -> None:
    world.store("a", OWN, annotations={CLAIM: "{"})

    assert extended(world, MORE, patient=False).code is ExitCode.NOT_YET
    assert world.cluster.document("a")["metadata"]["annotations"] == {CLAIM: "{"}  # type: ignore[index]


def test_a_pool_that_is_pending_is_waited_for(world: World) -> None:
    world.store("a", OWN, annotations=PENDING)
    world.clock.after(3, lambda: world.cluster.unmark("a"))

    assert extended(world, MORE).state is State.EXTENDED
    assert world.clock.now() >= 1003


@pytest.mark.parametrize("patient", [True, False])
def test_a_claim_of_another_pool_on_our_ranges_is_waited_for(world: World, patient: bool) -> None:
    world.store("a", OWN)
    world.store("b", "10.5.0.0/24")
    put_claim(world, "b", "10.0.1.64/26")
    world.clock.after(3, lambda: drop_claim(world, "b"))

    outcome = extended(world, MORE, patient=patient)

    assert outcome.code is (ExitCode.YES if patient else ExitCode.NOT_YET)


def test_a_create_counts_claimed_ranges_as_taken(world: World) -> None:
    world.store("b", "10.5.0.0/24")
    put_claim(world, "b", MORE)

    outcome = world.create("new", "10.0.1.0/26", patient=False)

    assert outcome.code is ExitCode.NOT_YET
    assert "b (claimed)" in message_of(outcome)
    assert world.cluster.names == ["b"]


def test_a_create_that_meets_a_claim_at_its_own_revision_has_lost(world: World) -> None:
    world.store("b", "10.5.0.0/24")
    world.gateway.before("create", lambda: put_claim(world, "b", MORE))

    outcome = world.create("new", MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert world.cluster.names == ["b"]


def test_a_conflict_before_the_claim_wins_and_the_claim_is_removed(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 10
    world.gateway.before("patch", lambda: world.store("rival", "10.0.1.0/25"))

    outcome = extended(world, MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert [each.pool.name for each in outcome.conflicts] == ["rival"]
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_after_a_lost_race_waiting_ends_with_code_6_once_the_winner_is_settled(
    world: World,
) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 10
    world.gateway.before("patch", lambda: world.store("rival", MORE, annotations=PENDING))
    world.clock.after(2, lambda: world.cluster.unmark("rival"))

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert world.clock.now() - 1000 < 3
    assert claim_on(world) is None


def test_a_stale_denial_of_the_append_is_waited_out(world: World) -> None:
    world.store("a", OWN)
    world.store("old", MORE)
    world.cluster.remove_but_for_the_cache("old", lag=5)

    outcome = extended(world, MORE)

    assert outcome.state is State.EXTENDED
    assert 1005 <= world.clock.now() <= 1006
    assert claim_on(world) is None


def test_an_append_that_a_foreign_pool_prevents_removes_the_claim(world: World) -> None:
    world.store("a", OWN)
    world.gateway.before(
        "list_exact", lambda: world.gateway.before("patch", lambda: world.store("foreign", MORE))
    )

    outcome = extended(world, MORE)

    assert outcome.code is ExitCode.REFUSED
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_stale_denial_of_the_cancel_is_waited_out_despite_a_real_conflict(
    world: World,
) -> None:
    world.store("a", OWN)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 1000
    world.gateway.before("patch", lambda: world.store("rival", MORE))

    def haunt() -> None:
        """The webhook hears of a pool on our first range that is gone by then."""
        world.store("ghost", "10.0.0.128/25")
        world.cluster.remove_but_for_the_cache("ghost", lag=3)

    world.gateway.before("list_exact", haunt)

    outcome = extended(world, MORE, patient=False)

    assert outcome.state is State.LOST
    assert claim_on(world) is None
    assert world.clock.now() >= 1003


# --- adoption ----------------------------------------------------------------------------------


def test_the_claim_of_a_killed_run_is_adopted(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", MORE, request_id="one")

    outcome = extended(world, MORE)

    assert outcome.code is ExitCode.YES
    assert (texts(world), claim_on(world)) == ((OWN, MORE), None)


def test_the_claim_of_a_killed_run_is_removed_if_a_settled_pool_overlaps(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", MORE, request_id="one")
    world.store("foreign", MORE)

    outcome = extended(world, MORE, patient=False)

    assert outcome.code is ExitCode.LOST_RACE
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_claim_whose_ranges_exist_is_removed(world: World) -> None:
    world.store("a", OWN, MORE)
    put_claim(world, "a", MORE, request_id="one")

    assert extended(world, MORE).state is State.UNCHANGED
    assert claim_on(world) is None


def test_ranges_that_a_twin_appends_first_are_a_success(world: World) -> None:
    world.store("a", OWN)

    def twin() -> None:
        drop_claim(world, "a")
        world.cluster.document("a")["spec"]["ipRanges"].append({"cidr": MORE})  # type: ignore[index]

    world.gateway.before("list_exact", lambda: world.gateway.before("patch", twin))

    assert extended(world, MORE).code is ExitCode.YES
    assert texts(world) == (OWN, MORE)


def test_existing_ranges_with_a_settled_overlap_are_not_a_success(world: World) -> None:
    world.store("a", OWN, MORE)
    world.store("foreign", MORE)

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)


# --- faults and signals ------------------------------------------------------------------------


NOT_SENT = UnreachableFault("connection refused")
AMBIGUOUS = (
    UnansweredFault("reset"),
    RejectedFault(503, "unavailable", retry_after=1),
    RejectedFault(502, "bad gateway"),
)


@pytest.mark.parametrize("method", ["list", "list_exact", "patch", "get"])
@pytest.mark.parametrize(
    ("fault", "after"),
    [(NOT_SENT, False), *itertools.product(AMBIGUOUS, (False, True))],
    ids=lambda value: value.message if isinstance(value, Fault) else str(value),
)
@pytest.mark.parametrize("times", [1, 2])
def test_an_extend_survives_single_faults(
    world: World, method: str, fault: Fault, after: bool, times: int
) -> None:
    world.store("a", OWN)
    world.gateway.fail(method, fault, after=after, times=times)

    assert extended(world, MORE).code is ExitCode.YES
    assert (texts(world), claim_on(world)) == ((OWN, MORE), None)


def test_a_lost_claim_is_sent_again_only_after_its_request_timeout(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", UnansweredFault("reset"))

    assert extended(world, MORE).code is ExitCode.YES
    first, second, *_ = (at for at, method in world.gateway.requests if method == "patch")
    assert second - first >= 10


def test_a_claim_hidden_by_an_unexpected_answer_is_removed(world: World) -> None:
    world.store("a", OWN)
    unexpected = RejectedFault(520, "the server answered with status 520 and no reason")
    world.gateway.fail("patch", unexpected, after=True)

    with contextlib.suppress(RejectedFault):
        assert extended(world, MORE).code is not ExitCode.YES
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_late_claim_that_may_not_be_removed_is_named(world: World) -> None:
    world.store("a", OWN)
    forbidden = RejectedFault(403, "forbidden", reason="Forbidden")
    world.gateway.fail("patch", UnansweredFault("reset"))
    world.clock.after(0.05, lambda: world.store("rival", MORE))
    world.clock.after(0.2, lambda: put_claim(world, "a", MORE, request_id="one"))
    world.clock.after(5.0, lambda: put_claim(world, "a", MORE, request_id="one"))
    world.clock.after(5.0, lambda: world.gateway.fail("patch", forbidden))

    outcome = extended(world, MORE)

    assert claim_on(world) is not None
    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "its claim may remain: forbidden" in message_of(outcome)


@pytest.mark.parametrize("method", ["list", "patch", "list_exact"])
@pytest.mark.parametrize("after", [False, True])
def test_a_signal_leaves_no_claim(world: World, method: str, after: bool) -> None:
    world.store("a", OWN)
    stop = StoppedError(15)
    if after:
        world.gateway.fail(method, stop, after=True)  # type: ignore[arg-type]
    else:
        world.gateway.before(method, raising(stop))

    with pytest.raises(StoppedError) as stopped:
        extended(world, MORE)

    assert (texts(world), claim_on(world)) == ((OWN,), None)
    assert method == "patch" or "nothing" in stopped_text("a", stopped.value.report)


def raising(error: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def test_the_claim_is_removed_at_the_deadline(world: World) -> None:
    world.store("a", OWN)
    world.store("old", MORE)
    world.cluster.remove_but_for_the_cache("old", lag=1000)

    outcome = extended(world, MORE, seconds=20)

    assert outcome.code is ExitCode.NOT_YET
    assert (texts(world), claim_on(world)) == ((OWN,), None)
    assert world.clock.now() <= 1021


def test_a_missing_right_is_named_before_anything_is_written(world: World) -> None:
    world.store("a", OWN)
    world.cluster.forbidden = {"patch"}

    with pytest.raises(RejectedFault, match="no permission to patch"):
        extended(world, MORE)


def test_a_server_side_dry_run_writes_nothing(world: World) -> None:
    world.store("a", OWN)

    assert extended(world, MORE, dry_run=True).state is State.DRY_RUN
    assert (texts(world), claim_on(world)) == ((OWN,), None)


# --- the values --------------------------------------------------------------------------------


def test_a_claim_survives_a_round_trip_through_its_text() -> None:
    made = made_claim(
        "id", "nonce", "2026-01-01T00:00:00Z", pool("a", OWN, "fd00::1-fd00::2").ranges
    )

    assert claim_of(Pool("a", (), annotations={CLAIM: made.text})) == made


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"ranges": 5}', '{"ranges": [5]}'])
def test_text_that_is_not_a_claim_names_no_ranges(text: str) -> None:
    assert claimed(Pool("a", (), annotations={CLAIM: text})) == ()


def test_a_claiming_patch_tests_the_ranges_as_they_were_spelled(world: World) -> None:
    world.store("a", OWN, "10.9.0.1-10.9.0.9")
    found = live(world)

    tests = {
        step["path"]: step.get("value")
        for step in claiming_patch(found, made_claim("i", "n", "t", ()))
    }

    assert tests["/spec/ipRanges"] == [{"cidr": OWN}, {"start": "10.9.0.1", "end": "10.9.0.9"}]


def test_a_claim_of_another_command_with_the_same_id_is_not_taken_for_ours(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", "10.0.2.0/24", request_id="one")

    outcome = extended(world, MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.BUSY, ExitCode.NOT_YET)
    assert texts(world) == (OWN,)


def test_ranges_outside_an_adopted_claim_are_appended_as_well(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", MORE, request_id="one")

    outcome = extended(world, MORE, "10.0.2.0/24")

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert texts(world) == (OWN, MORE, "10.0.2.0/24")
    assert claim_on(world) is None


def test_ranges_appended_after_the_claim_of_a_killed_run_are_not_duplicated(
    world: World,
) -> None:
    world.store("a", OWN, MORE)
    put_claim(world, "a", MORE, "10.0.2.0/24", request_id="one")

    outcome = extended(world, MORE, "10.0.2.0/24")

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert texts(world) == (OWN, MORE, "10.0.2.0/24")
    assert claim_on(world) is None


@pytest.mark.parametrize("foreign", [MORE, "10.0.3.0/24"])
def test_ranges_appended_between_claim_and_append_are_not_duplicated(
    world: World, foreign: str
) -> None:
    world.store("a", OWN)

    def append() -> None:
        document: dict[str, Any] = dict(world.cluster.document("a") or {})
        ranges = [*document["spec"]["ipRanges"], {"cidr": foreign}]
        world.cluster.store({**document, "spec": {**document["spec"], "ipRanges": ranges}})

    world.gateway.before("list_exact", append)

    outcome = extended(world, MORE, "10.0.2.0/24")

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert sorted(texts(world)) == sorted({OWN, MORE, "10.0.2.0/24", foreign})
    assert claim_on(world) is None


def test_ranges_dropped_by_the_cluster_are_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store("a", OWN)
    store = world.cluster.store

    def mutate(document: dict[str, Any]) -> dict[str, Any]:
        return store({**document, "spec": {**document["spec"], "ipRanges": [{"cidr": OWN}]}})

    # What a mutating webhook makes of a patch shows in what is stored; the fake has no webhook of
    # that kind.
    monkeypatch.setattr(world.cluster, "store", mutate)

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert f"changes its ranges to {OWN}" in message_of(outcome)
    assert claim_on(world) is None


def test_an_unknown_mark_is_not_waited_for(world: World) -> None:
    world.store("a", OWN, annotations={"ippoolctl/state": "odd"})

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "ippoolctl/state" in message_of(outcome)
    assert "kubectl annotate eip a ippoolctl/state-" in hint_of(outcome)
