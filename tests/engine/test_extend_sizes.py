"""Extending a pool by size: fake time, the real model of the webhook."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.annotations.extended import appended_by, remembering
from ippoolctl.domain.annotations.marks import EXTENDED
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.search import Search
from ippoolctl.engine.any_range import extend_by_size
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import live_pool
from tests.engine.conftest import World
from tests.engine.extensions import claim_on, live, put_claim, texts
from tests.fakes import run_of

OWN, NEXT, AFTER = "10.0.0.0/29", "10.0.0.8/29", "10.0.0.16/29"
SILENCE = UnansweredFault("reset")
BUSY = RejectedFault(503, "come later", reason="ServiceUnavailable", retry_after=1)


def grown(
    world: World, *, ips: int = 6, network: str = "10.0.0.0/26", seconds: float = 60.0,
    patient: bool = True, request_id: str = "one", **search: Any,
) -> Outcome:  # fmt: skip
    run, world.recorder = run_of(world.gateway, seconds, patient=patient)
    run.random = random.Random(1).random
    within = parse_prefix(network)
    assert within is not None
    asked = Extension("a", (), request_id, any_range=True)
    return extend_by_size(run, asked, Search(Block(ips=ips), (within,), **search))


def patches(world: World) -> int:
    return [method for _, method in world.gateway.requests].count("patch")


def test_one_claim_and_one_append(world: World) -> None:
    world.store("a", OWN)

    outcome = grown(world)

    assert (outcome.state, texts(world), claim_on(world)) == (State.EXTENDED, (OWN, NEXT), None)
    assert patches(world) == 2
    assert appended_by(live(world), "one") == (NEXT,)


def test_a_repeated_run_appends_nothing(world: World) -> None:
    world.store("a", OWN)
    grown(world)

    again = grown(world)

    assert (again.state, again.code, texts(world)) == (
        State.UNCHANGED,
        ExitCode.YES,
        (OWN, NEXT),
    )
    assert patches(world) == 2


def test_a_pending_pool_in_the_appended_range_is_waited_for(world: World) -> None:
    world.store("a", OWN)
    grown(world)
    world.store("b", NEXT, annotations={"ippoolctl/state": "pending"})
    world.clock.after(3, lambda: world.cluster.remove("b"))

    again = grown(world)

    assert (again.state, again.code, texts(world)) == (State.UNCHANGED, ExitCode.YES, (OWN, NEXT))
    assert again.waited >= 3


def test_a_range_that_is_appended_at_the_deadline_is_a_success(world: World) -> None:
    def lose_the_answer() -> None:
        world.gateway.before("patch", lambda: world.clock.sleep(30))
        world.gateway.fail("patch", SILENCE, after=True)

    world.store("a", OWN)
    world.gateway.before("list_exact", lose_the_answer)

    outcome = grown(world, seconds=20)

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert (texts(world), claim_on(world)) == ((OWN, NEXT), None)


def test_a_fault_after_an_unanswered_append_names_the_ranges(world: World) -> None:
    world.store("a", OWN)
    unauthorized = RejectedFault(401, "Unauthorized", reason="Unauthorized")
    world.gateway.before("list_exact", lambda: world.gateway.fail("patch", SILENCE, after=True))
    world.gateway.before("get", lambda: world.gateway.fail("list", unauthorized))

    outcome = grown(world)

    assert (outcome.state, outcome.code) == (State.UNCHANGED, ExitCode.NOT_YET)
    assert (outcome.answer, texts(world)) == ("Unauthorized", (OWN, NEXT))


@pytest.mark.parametrize("effect", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize("at", [1, 2], ids=["claim", "append"])
def test_a_lost_response_appends_once(world: World, at: int, *, effect: bool) -> None:
    world.store("a", OWN)
    for _ in range(at - 1):
        world.gateway.before(
            "list_exact", lambda: world.gateway.fail("patch", SILENCE, after=effect)
        )
    if at == 1:
        world.gateway.fail("patch", SILENCE, after=effect)

    outcome = grown(world)

    assert outcome.code is ExitCode.YES
    assert (texts(world), claim_on(world)) == ((OWN, NEXT), None)


def test_the_claim_of_a_killed_run_is_appended(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", AFTER, request_id="one")

    assert grown(world).code is ExitCode.YES
    assert (texts(world), claim_on(world)) == ((OWN, AFTER), None)


@pytest.mark.parametrize("patient", [True, False])
def test_another_range_is_tried_if_the_claim_of_a_killed_run_is_overtaken(
    world: World, *, patient: bool
) -> None:
    world.store("a", OWN)
    put_claim(world, "a", AFTER, request_id="one")
    world.gateway.before("patch", lambda: world.store("b", AFTER))

    outcome = grown(world, patient=patient)

    assert outcome.state is State.EXTENDED
    assert AFTER not in texts(world)
    assert (len(texts(world)), claim_on(world)) == (2, None)


def test_a_smaller_claim_of_the_same_id_belongs_to_another_command(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", "10.0.0.16/30", request_id="one")

    outcome = grown(world, patient=False)

    assert (outcome.state, outcome.code) == (State.BUSY, ExitCode.NOT_YET)
    assert (texts(world), claim_on(world) is not None) == ((OWN,), True)


def test_another_run_on_the_pool_is_awaited(world: World) -> None:
    world.store("a", OWN)
    put_claim(world, "a", NEXT)
    world.clock.after(3.0, lambda: world.store("a", OWN, NEXT))

    assert grown(world).code is ExitCode.YES
    assert texts(world) == (OWN, NEXT, AFTER)


def test_a_lost_race_is_followed_by_another_range(world: World) -> None:
    world.store("a", OWN)
    world.gateway.before("patch", lambda: world.store("b", NEXT))

    outcome = grown(world, patient=False)

    assert outcome.state is State.EXTENDED
    assert NEXT not in texts(world)
    assert (len(texts(world)), claim_on(world)) == (2, None)


def test_a_stale_denial_of_the_append_is_followed_by_another_range(world: World) -> None:
    world.store("a", OWN)
    world.store("gone", NEXT)
    world.cluster.remove_but_for_the_cache("gone", lag=30.0)

    outcome = grown(world)

    assert outcome.state is State.EXTENDED
    assert NEXT not in texts(world)
    assert claim_on(world) is None
    assert world.clock.now() - 1000 < 1.0


def test_a_later_pending_pool_that_denies_the_append_is_awaited(world: World) -> None:
    pending = {"ippoolctl/state": "pending"}
    world.store("a", OWN)
    world.gateway.before(
        "list_exact",
        lambda: world.gateway.before("patch", lambda: world.store("b", NEXT, annotations=pending)),
    )
    world.clock.after(2.0, lambda: world.cluster.remove("b"))

    outcome = grown(world)

    assert (outcome.state, outcome.attempts) == (State.EXTENDED, 1)
    assert (texts(world), claim_on(world)) == ((OWN, NEXT), None)
    assert 1002 <= world.clock.now() <= 1003


def test_a_lost_race_after_a_stale_denial_is_followed_by_another_range(world: World) -> None:
    world.store("a", OWN)
    world.store("gone", NEXT)
    world.cluster.remove_but_for_the_cache("gone", lag=30.0)

    def overtake() -> None:
        # The claim and the append of the first range, its release, then the second claim.
        if patches(world) < 4:
            world.gateway.before("patch", overtake)
        else:
            world.store("b", AFTER)

    world.gateway.before("patch", overtake)

    outcome = grown(world, patient=False, network="10.0.0.0/27")

    assert (outcome.state, outcome.attempts) == (State.EXTENDED, 3)
    assert (texts(world), claim_on(world)) == ((OWN, "10.0.0.24/29"), None)


def test_a_stale_denial_of_every_range_is_awaited(world: World) -> None:
    world.store("a", OWN)
    world.store("gone", "10.0.0.8-10.0.0.63")
    world.cluster.remove_but_for_the_cache("gone", lag=3.0)

    late = grown(world, patient=False)
    assert (late.code, texts(world), claim_on(world)) == (ExitCode.NOT_YET, (OWN,), None)

    assert grown(world).code is ExitCode.YES
    assert (len(texts(world)), claim_on(world)) == (2, None)


def test_a_stale_denial_of_the_pool_itself_does_not_lead_to_other_ranges(world: World) -> None:
    world.store("a", OWN)
    world.store("gone", "10.0.0.0/30")
    world.cluster.remove_but_for_the_cache("gone", lag=3.0)

    assert grown(world, patient=False).state is State.STALE

    assert patches(world) == 1
    assert grown(world).code is ExitCode.YES


def test_no_room_leaves_nothing(world: World) -> None:
    world.store("a", OWN)
    world.store("b", "10.0.0.8-10.0.0.63")

    outcome = grown(world)

    assert (outcome.state, outcome.code) == (State.NO_ROOM, ExitCode.NO)
    assert (texts(world), patches(world)) == ((OWN,), 0)


def test_a_deleted_or_terminating_pool_is_not_extended(world: World) -> None:
    absent = grown(world)
    world.store("a", OWN, finalizers=["x/y"])
    world.cluster.remove("a")
    going = grown(world)

    assert (absent.state, absent.code) == (State.ABSENT, ExitCode.NO)
    assert (going.state, going.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "terminating" in message_of(going)


def test_a_signal_removes_the_claim(world: World) -> None:
    world.store("a", OWN)

    def stop() -> None:
        raise StoppedError(2)

    world.gateway.before("list_exact", stop)

    with pytest.raises(StoppedError):
        grown(world)

    assert (texts(world), claim_on(world)) == ((OWN,), None)


def test_a_late_claim_is_removed_before_another_range_is_tried(world: World) -> None:
    world.store("a", OWN)
    world.gateway.fail("patch", SILENCE)
    world.clock.after(0.5, lambda: world.store("b", NEXT))
    world.clock.after(2.0, lambda: put_claim(world, "a", NEXT, request_id="one"))

    outcome = grown(world, seconds=4.0)

    assert (claim_on(world), NEXT in texts(world)) == (None, False)
    assert outcome.code in (ExitCode.YES, ExitCode.NOT_YET)


def test_each_request_id_records_the_ranges_that_it_appended(world: World) -> None:
    world.store("a", OWN)
    grown(world)

    grown(world, request_id="two")

    assert appended_by(live(world), "one") == (NEXT,)
    assert appended_by(live(world), "two") == (AFTER,)


@given(st.text(max_size=20), st.text(max_size=9), st.lists(st.sampled_from([OWN, NEXT, AFTER])))
def test_any_annotation_can_be_read(text: str, request_id: str, ranges: list[str]) -> None:
    pool = live_pool("a", OWN, NEXT, AFTER, annotations={EXTENDED: text})

    assert appended_by(pool, request_id) == ()
    value = remembering(pool, request_id, ranges)
    after = live_pool("a", OWN, NEXT, AFTER, annotations={EXTENDED: value})
    assert appended_by(after, request_id) == tuple(ranges)
    assert appended_by(live_pool("a", annotations={EXTENDED: value}), request_id) == ()


@pytest.mark.parametrize("seed", range(60))
def test_one_range_is_appended_despite_random_faults(world: World, seed: int) -> None:
    chance = random.Random(seed)
    world.store("a", OWN)
    world.store("gone", NEXT)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = chance.choice([0.0, 2.0])
    world.cluster.remove("gone")
    for _ in range(chance.randrange(1, 7)):
        method = chance.choice(["list", "list_exact", "get", "patch", "patch"])
        fault = chance.choice([SILENCE, BUSY, RejectedFault(500, "no", reason="InternalError")])
        after = method == "patch" and fault is SILENCE and chance.random() < 0.5
        world.gateway.fail(method, fault, after=after, times=chance.randrange(1, 3))
    rivals = iter(["10.0.0.16/29", "10.0.0.24/29"])
    for _ in range(chance.randrange(3)):
        at, rival = chance.random() * 2, next(rivals)

        def meet(rival: str = rival) -> None:
            if rival not in texts(world):
                world.store(f"b-{rival[:-3]}", rival)

        world.clock.after(at, meet)

    for _ in range(20):
        try:
            outcome = grown(world, seconds=chance.choice([1.0, 5.0, 60.0]))
        except Fault:
            continue
        if outcome.code is ExitCode.YES:
            break

    assert outcome.code is ExitCode.YES
    assert (len(texts(world)), claim_on(world)) == (2, None)
    assert appended_by(live(world), "one") == texts(world)[1:]
