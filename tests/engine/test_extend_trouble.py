"""Extensions with lost answers, denials, missing rights and twins: requests and leftovers."""

from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.domain.annotations.claims import Claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.messages import denied
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.ports.gateway import JsonPatch
from ippoolctl.render.sentences.outcome import message_of
from tests.engine.conftest import World
from tests.engine.extensions import (
    MORE,
    OWN,
    PENDING,
    claim_on,
    drop_claim,
    extended,
    put_claim,
    texts,
)

REST = "10.0.2.0/24"
SILENCE = UnansweredFault("reset")
UNEXPECTED = RejectedFault(520, "the server answered with status 520 and no reason")
POLICY = RejectedFault(422, "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no")
FORBIDDEN = RejectedFault(403, "forbidden", reason="Forbidden")
LATER = RejectedFault(429, "too many requests", retry_after=1)


def requests(world: World, method: str) -> list[float]:
    """When each request of a method came."""
    return [at for at, each in world.gateway.requests if each == method]


def second(world: World, method: str, happen: Callable[[], object]) -> None:
    """Let something happen before the second request of a method from now on."""
    world.gateway.before(method, lambda: world.gateway.before(method, happen))


def append_ranges(world: World, *ranges: str) -> None:
    """Append ranges and remove the claim, as a twin does."""
    drop_claim(world, "a")
    document: dict[str, Any] = dict(world.cluster.document("a") or {})
    items = [*document["spec"]["ipRanges"], *({"cidr": each} for each in ranges)]
    world.cluster.store({**document, "spec": {**document["spec"], "ipRanges": items}})


# --- claims without an answer --------------------------------------------------------------------


def test_a_second_claim_is_not_sent_while_the_first_may_still_commit(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", SILENCE)
    world.clock.after(0.05, lambda: put_claim(world, "a", MORE, request_id="one"))
    second(world, "list", lambda: drop_claim(world, "a"))

    outcome = extended(world, MORE)

    sent = requests(world, "patch")
    assert outcome.state is State.EXTENDED
    assert sent[1] - sent[0] >= 10


def test_a_claim_that_may_still_commit_at_the_end_is_reported(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", UNEXPECTED)

    outcome = extended(world, MORE, seconds=8)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "may still take effect" in message_of(outcome)
    assert "claim may remain" in message_of(outcome)


def test_an_unexpected_answer_to_a_claim_stops_the_extension(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", UNEXPECTED)

    with pytest.raises(RejectedFault, match="520"):
        extended(world, MORE, seconds=60)

    assert len(requests(world, "patch")) == 1
    assert world.clock.now() >= 1010


def test_a_claim_that_commits_after_an_unexpected_answer_is_removed(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", UNEXPECTED)
    world.clock.after(5, lambda: put_claim(world, "a", MORE, request_id="one"))

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.answer) == (State.UNKNOWN, UNEXPECTED.message)
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_foreign_claim_after_a_lost_answer_stays(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", SILENCE)
    world.clock.after(0.05, lambda: put_claim(world, "a", REST, request_id="other"))

    outcome = extended(world, MORE, seconds=20)

    assert outcome.code is ExitCode.NOT_YET
    claim = claim_on(world)
    assert claim is not None
    assert claim.request_id == "other"


# --- denials -------------------------------------------------------------------------------------


def stale(world: World, lag: float) -> None:
    """A pool with the wanted range is deleted, and the webhook does not know yet."""
    world.store("old", MORE)
    world.cluster.remove_but_for_the_cache("old", lag=lag)


def test_a_stale_denial_of_an_append_is_waited_out_without_waiting_for_conflicts(
    world: World,
) -> None:
    world.store("a", OWN)
    second(world, "patch", lambda: stale(world, 3))

    outcome = extended(world, MORE, patient=False)

    assert outcome.state is State.EXTENDED
    assert world.clock.now() >= 1003


def test_a_refusal_of_the_append_by_a_policy_removes_the_claim(world: World) -> None:
    world.store("a", OWN)
    second(world, "patch", lambda: world.gateway.fail("patch", POLICY))

    outcome = extended(world, MORE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "ValidatingAdmissionPolicy" in message_of(outcome)
    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_throttled_append_is_not_repeated_without_a_pause(world: World) -> None:
    world.store("a", OWN)
    busy = RejectedFault(429, "too many requests")
    second(world, "patch", lambda: world.gateway.fail("patch", busy, times=10_000))

    extended(world, MORE, seconds=30)

    assert len(requests(world, "patch")) < 60


def test_an_overlap_that_comes_with_the_denial_is_real(world: World) -> None:
    world.store("a", OWN)
    world.gateway.before("patch", lambda: world.store("late", "10.0.0.128/25"))

    outcome = extended(world, MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)


def test_a_denial_of_an_adopted_claim_is_judged_with_all_ranges_of_the_pool(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", MORE, request_id="one")
    sentence = f"range [10.0.0.128/25] overlaps with range [{OWN}] of ExternalIPPool late"

    def come_late() -> None:
        world.store("late", "10.0.0.128/25")
        world.gateway.fail("patch", RejectedFault(400, denied(sentence)))

    world.gateway.before("patch", come_late)

    outcome = extended(world, MORE, seconds=20)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "overlaps" in outcome.answer


def test_only_the_claimed_ranges_are_verified(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 1000
    world.gateway.before("patch", lambda: world.store("foreign", "10.0.0.128/25"))

    assert extended(world, MORE, patient=False).state is State.EXTENDED


# --- lost races ----------------------------------------------------------------------------------


def test_losing_to_a_pending_pool_without_waiting_is_code_6(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 1000
    world.gateway.before("patch", lambda: world.store("rival", MORE, annotations=PENDING))

    outcome = extended(world, MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert claim_on(world) is None


def test_the_winner_of_an_earlier_claim_is_not_named_at_the_deadline(
    world: World,
) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 0.01
    world.gateway.before("patch", lambda: world.store("rival", MORE, annotations=PENDING))

    def gone() -> None:
        world.cluster.remove("rival")
        world.gateway.fail("patch", LATER, times=10_000)

    world.clock.after(0.05, gone)

    outcome = extended(world, MORE, seconds=10)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)


# --- useless claims ------------------------------------------------------------------------------


def test_a_useless_claim_that_may_not_be_removed_ends_the_extension(world: World) -> None:
    world.store("a", OWN, MORE)
    put_claim(world, "a", MORE, REST, request_id="one")
    world.gateway.fail("patch", FORBIDDEN)

    outcome = extended(world, MORE, REST)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "forbidden" in message_of(outcome)
    assert claim_on(world) is not None


def test_a_missing_right_is_named_before_a_useless_claim_is_removed(world: World) -> None:
    world.store("a", OWN, MORE)
    put_claim(world, "a", MORE, REST, request_id="one")
    world.cluster.forbidden = {"patch"}

    with pytest.raises(RejectedFault, match="no permission to patch"):
        extended(world, MORE, REST)

    assert requests(world, "patch") == []


def test_a_signal_removes_the_claim_on_the_remaining_ranges(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", MORE, request_id="one")

    def stop() -> None:
        raise StoppedError(15)

    second(world, "list_exact", stop)

    with pytest.raises(StoppedError):
        extended(world, MORE, REST)

    assert (texts(world), claim_on(world)) == ((OWN, MORE), None)


# --- twins ---------------------------------------------------------------------------------------


def test_ranges_that_a_twin_appends_while_the_claim_is_removed_are_reported(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.lag = 1000
    world.gateway.before("patch", lambda: world.store("rival", MORE, annotations=PENDING))

    def twin_appends() -> None:
        append_ranges(world, MORE)
        world.gateway.fail("list", LATER, times=10_000)

    world.gateway.before("patch", twin_appends)

    outcome = extended(world, MORE, seconds=5)

    assert texts(world) == (OWN, MORE)
    assert (outcome.state, outcome.code) == (State.UNCHANGED, ExitCode.NOT_YET)


# --- without waiting -----------------------------------------------------------------------------


def test_a_server_that_becomes_unreachable_is_code_3_without_waiting(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", UnreachableFault("connection refused"))

    with pytest.raises(UnreachableFault):
        extended(world, MORE, patient=False)


def test_a_temporary_rejection_of_a_claim_is_code_5_without_waiting(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", LATER)

    outcome = extended(world, MORE, patient=False)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)


# --- dry runs ------------------------------------------------------------------------------------


def test_a_dry_run_leaves_a_useless_claim_alone(world: World) -> None:
    world.store("a", OWN, MORE)
    put_claim(world, "a", MORE, REST, request_id="one")

    outcome = extended(world, MORE, REST, dry_run=True)

    assert (outcome.state, outcome.attempts) == (State.DRY_RUN, 0)
    assert claim_on(world) is not None


def test_a_dry_run_counts_as_no_attempt(world: World) -> None:
    world.store("a", OWN)

    assert extended(world, MORE, dry_run=True).attempts == 0


def test_a_stale_denial_needs_no_new_list_each_time(world: World) -> None:
    world.store("a", OWN)
    stale(world, 5)

    extended(world, MORE)

    assert len(requests(world, "list")) <= 2 * len(requests(world, "patch")) + 1


def test_the_append_tests_the_claim_that_was_verified(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store("a", OWN)
    claims: list[Claim | None] = []
    patches: list[JsonPatch] = []
    patch_pool = world.gateway.patch_pool

    def noting(name: str, patch: JsonPatch, **more: Any) -> Any:
        claims.append(claim_on(world))
        patches.append(patch)
        return patch_pool(name, patch, **more)

    # Only the patch itself shows what it tests.
    monkeypatch.setattr(world.gateway, "patch_pool", noting)

    extended(world, MORE)

    claim = claims[1]
    assert claim is not None
    tested = {step["path"]: step.get("value") for step in patches[1] if step["op"] == "test"}
    assert tested[f"/metadata/annotations/{CLAIM.replace('/', '~1')}"] == claim.text
