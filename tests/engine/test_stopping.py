"""A signal while a request is on its way: its answer tells what there is to take back."""

import os
import signal

import pytest

from ippoolctl.cli.signals import stoppable
from ippoolctl.crd.claim_patches import claiming_patch
from ippoolctl.domain.claims import claim_of, made_claim
from ippoolctl.domain.extension import Extension
from ippoolctl.engine.create import create
from ippoolctl.engine.delete import Deletion, delete
from ippoolctl.engine.extend import extend
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def stopped(world: World) -> str:
    """What is said in the end."""
    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.hold = hold
        request, manifest = world.request("mine", RANGE)
        with pytest.raises(StoppedError) as stopped:
            create(run, request, manifest)
    return stopped.value.message


def test_a_signal_before_the_first_look_says_only_that_nothing_was_sent(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.cluster.store(manifest)  # as a killed run of the same request left it
    world.gateway.before("list", stop)

    assert stopped(world) == "pool mine was not looked at, and nothing was sent"
    assert world.cluster.names == ["mine"]


def test_a_signal_in_mid_write_waits_for_the_answer_and_takes_it_back(world: World) -> None:
    world.gateway.before("create", stop)

    message = stopped(world)

    assert world.cluster.names == []
    assert message == "pool mine was not created; nothing is left behind"
    assert [method for _, method in world.gateway.requests][-2:] == ["create", "delete"]
    assert world.clock.now() == 1000


@pytest.mark.parametrize(
    "fault",
    [
        RejectedFault(429, "later", retry_after=30),
        RejectedFault(500, "Internal error occurred: failed calling webhook: refused"),
        RejectedFault(409, "exists", reason="AlreadyExists"),
    ],
)
def test_after_an_answer_that_says_no_nothing_is_looked_for(world: World, fault: Fault) -> None:
    world.gateway.before("create", stop)
    world.gateway.fail("create", fault)

    assert "nothing is left behind" in stopped(world)
    assert world.gateway.requests[-1][1] == "create"
    assert world.clock.now() == 1000


def test_a_write_whose_answer_got_lost_is_outlived_and_taken_back(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.before("create", stop)
    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(8, lambda: world.cluster.store(manifest))

    assert "nothing is left behind" in stopped(world)
    assert world.cluster.names == []
    assert 1010 <= world.clock.now() <= 1011


def test_a_write_that_never_took_effect_is_waited_for_no_longer_than_it_could(
    world: World,
) -> None:
    world.gateway.before("create", stop)
    world.gateway.fail("create", UnansweredFault("reset"))

    assert "nothing is left behind" in stopped(world)
    assert 1010 <= world.clock.now() <= 1011


def test_a_claim_whose_answer_got_lost_is_outlived_and_given_up(world: World) -> None:
    world.store("a", RANGE)
    (claimed,) = pool("a", "10.0.1.0/24").ranges
    world.gateway.before("patch", stop)
    world.gateway.fail("patch", UnansweredFault("reset"))

    def take_effect() -> None:
        present = world.gateway.get_pool("a")
        assert present is not None
        claim = made_claim("one", "n", "2026-01-01T00:00:00Z", (claimed,))
        world.gateway.patch_pool("a", claiming_patch(present, claim))

    world.clock.after(8, take_effect)
    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.hold = hold
        with pytest.raises(StoppedError) as stopped:
            extend(run, Extension("a", (claimed,), "one"))

    assert "nothing is left behind" in stopped.value.message
    after = world.gateway.get_pool("a")
    assert after is not None
    assert (claim_of(after), after.texts) == (None, (RANGE,))
    assert 1010 <= world.clock.now() <= 1011


def test_after_a_claim_that_was_answered_with_a_no_nothing_is_looked_for(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.before("patch", stop)
    world.gateway.fail("patch", RejectedFault(429, "later", retry_after=30))

    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.hold = hold
        with pytest.raises(StoppedError) as stopped:
            extend(run, Extension("a", pool("a", "10.0.1.0/24").ranges, "one"))

    assert "nothing is left behind" in stopped.value.message
    assert world.gateway.requests[-1][1] == "patch"
    assert world.clock.now() == 1000


@pytest.mark.parametrize(
    ("after", "words"), [(False, "pool a is still there"), (True, "there is no pool a any more")]
)
def test_a_signal_in_a_deletion_says_what_exists(world: World, words: str, *, after: bool) -> None:
    world.store("a", RANGE)
    if after:
        world.gateway.fail("delete", StoppedError(15), after=True)  # type: ignore[arg-type]
    else:
        world.gateway.before("delete", stop)

    with stoppable(), pytest.raises(StoppedError) as stopped:
        delete(run_of(world.gateway)[0], Deletion("a"))

    assert stopped.value.message == words
