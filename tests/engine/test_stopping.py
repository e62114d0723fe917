"""A signal during a request: the answer decides what is canceled."""

import json
import os
import signal
from collections.abc import Callable

import pytest

from ippoolctl.cli.signals import stoppable
from ippoolctl.crd.patches.claims import claiming_patch
from ippoolctl.domain.annotations.claims import claim_of, made_claim
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.engine.deleting.sweep import find_leftovers, sweep
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.engine.session import Session
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.render.sentences.outcome import stopped_text
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def stopped(world: World) -> str:
    """The message at the end."""
    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.shield = hold
        request, manifest = world.request("mine", RANGE)
        with pytest.raises(StoppedError) as stopped:
            create(run, request, manifest)
    return stopped_text("mine", stopped.value.report)


def test_a_signal_before_the_first_look_reports_that_nothing_was_sent(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.cluster.store(manifest)  # as a killed run of the same request left it
    world.gateway.before("list", stop)

    assert stopped(world) == "pool mine was not checked, and nothing was sent"
    assert world.cluster.names == ["mine"]


def test_a_signal_during_a_write_waits_for_the_answer_and_cancels(world: World) -> None:
    world.gateway.before("create", stop)

    message = stopped(world)

    assert world.cluster.names == []
    assert message == "pool mine was not created; nothing is left behind"
    assert [method for _, method in world.gateway.requests][-2:] == ["create", "delete"]
    assert world.clock.now() == 1000


def test_a_signal_leaves_a_second_for_the_cleanup_however_much_time_is_left(world: World) -> None:
    world.gateway.before("patch", stop)
    world.gateway.fail("delete", RejectedFault(429, "later", retry_after=0.3), times=10_000)
    world.gateway.fail("patch", RejectedFault(429, "later", retry_after=0.3), times=10_000)

    message = stopped(world)

    assert message.startswith("pool mine may still exist as a pending pool")
    assert world.clock.now() <= 1001


@pytest.mark.parametrize(
    "fault",
    [
        RejectedFault(429, "later", retry_after=30),
        RejectedFault(500, "Internal error occurred: failed calling webhook: refused"),
        RejectedFault(409, "exists", reason="AlreadyExists"),
    ],
)
def test_a_signal_after_a_rejected_create_ends_the_run_at_once(world: World, fault: Fault) -> None:
    world.gateway.before("create", stop)
    world.gateway.fail("create", fault)

    assert "nothing is left behind" in stopped(world)
    assert world.gateway.requests[-1][1] == "create"
    assert world.clock.now() == 1000


def test_a_create_whose_answer_got_lost_is_waited_out_and_canceled(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.before("create", stop)
    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(8, lambda: world.cluster.store(manifest))

    assert "nothing is left behind" in stopped(world)
    assert world.cluster.names == []
    assert 1010 <= world.clock.now() <= 1011


def test_a_write_without_effect_is_waited_for_only_until_it_has_expired(
    world: World,
) -> None:
    world.gateway.before("create", stop)
    world.gateway.fail("create", UnansweredFault("reset"))

    assert "nothing is left behind" in stopped(world)
    assert 1010 <= world.clock.now() <= 1010.2


def test_a_claim_whose_answer_got_lost_is_waited_out_and_removed(world: World) -> None:
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
        run.shield = hold
        with pytest.raises(StoppedError) as stopped:
            extend(run, Extension("a", (claimed,), "one"))

    assert "nothing is left behind" in stopped_text("a", stopped.value.report)
    after = world.gateway.get_pool("a")
    assert after is not None
    assert (claim_of(after), after.texts) == (None, (RANGE,))
    assert 1010 <= world.clock.now() <= 1011


def test_a_signal_after_a_rejected_claim_ends_the_run_at_once(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.before("patch", stop)
    world.gateway.fail("patch", RejectedFault(429, "later", retry_after=30))

    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.shield = hold
        with pytest.raises(StoppedError) as stopped:
            extend(run, Extension("a", pool("a", "10.0.1.0/24").ranges, "one"))

    assert "nothing is left behind" in stopped_text("a", stopped.value.report)
    assert world.gateway.requests[-1][1] == "patch"
    assert world.clock.now() == 1000


def test_a_signal_during_settling_waits_for_the_answer(world: World) -> None:
    world.gateway.before("patch", stop)

    assert stopped(world) == "pool mine exists and was kept"
    assert world.mark_of("mine") is None
    assert world.gateway.requests[-1][1] == "patch"


def test_a_signal_while_a_claim_is_removed_waits_for_the_answer(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.cache.lag = 1000
    rival = {"ippoolctl/state": "pending"}
    world.gateway.before("patch", lambda: world.store("r", "10.0.1.0/24", annotations=rival))
    world.gateway.before("patch", stop)

    assert extending_stopped(world) == "pool a was not extended; nothing is left behind"
    assert [method for _, method in world.gateway.requests].count("patch") == 2
    assert world.gateway.requests[-1][1] == "patch"


def extending_stopped(world: World) -> str:
    extension = Extension("a", pool("a", "10.0.1.0/24").ranges, "one")
    return stopped_in(world, lambda run: extend(run, extension))


def test_a_signal_during_an_append_waits_for_the_answer(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.before("list_exact", lambda: world.gateway.before("patch", stop))

    message = extending_stopped(world)

    after = world.gateway.get_pool("a")
    assert after is not None
    assert (claim_of(after), after.texts) == (None, (RANGE, "10.0.1.0/24"))
    assert message == "pool a has the ranges and keeps them"


def test_a_signal_during_a_canceling_deletion_waits_for_the_answer(
    world: World,
) -> None:
    world.cluster.cache.lag = 1000
    pending = {"ippoolctl/state": "pending"}
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=pending))
    world.gateway.before("delete", stop)

    assert stopped(world) == "pool mine was not created; nothing is left behind"
    assert [method for _, method in world.gateway.requests].count("delete") == 1
    assert world.gateway.requests[-1][1] == "delete"


def stopped_in(world: World, act: Callable[[Session], object]) -> str:
    """The message at the end."""
    with stoppable() as hold:
        run, _ = run_of(world.gateway)
        run.shield = hold
        with pytest.raises(StoppedError) as stopped:
            act(run)
    return stopped_text("a", stopped.value.report)


def deletion_stopped(world: World) -> str:
    world.store("a", RANGE)
    return stopped_in(world, lambda run: delete(run, Deletion("a")))


def test_a_signal_before_a_deletion_reports_that_the_pool_exists(world: World) -> None:
    world.gateway.before("consumers", stop)

    assert deletion_stopped(world) == "pool a still exists"
    assert world.cluster.names == ["a"]


def test_a_signal_before_a_deletion_is_sent_reports_that_nothing_was_deleted(world: World) -> None:
    def stop_and_fall_silent() -> None:
        world.gateway.fail("get", UnansweredFault("reset"), times=10_000)
        stop()

    world.gateway.before("consumers", stop_and_fall_silent)

    assert deletion_stopped(world) == "pool a was not deleted"
    assert world.clock.now() <= 1001


@pytest.mark.parametrize(
    ("finalizers", "words"),
    [((), "pool a no longer exists"), (("x/y",), "pool a is terminating")],
)
def test_a_pool_whose_deletion_was_sent_is_not_reported_as_existing(
    world: World, words: str, finalizers: tuple[str, ...]
) -> None:
    world.gateway.before("delete", stop)
    world.store("a", RANGE, finalizers=list(finalizers))

    assert stopped_in(world, lambda run: delete(run, Deletion("a"))) == words


@pytest.mark.parametrize("after", [False, True])
def test_a_signal_after_an_unanswered_deletion_reports_that_it_may_still_commit(
    world: World, *, after: bool
) -> None:
    world.gateway.before("delete", stop)
    world.gateway.fail("delete", UnansweredFault("reset"), after=after)

    message = deletion_stopped(world)

    coming = "pool a still exists; an unanswered delete request may still take effect"
    assert message == ("pool a no longer exists" if after else coming)


def sweeping_stopped(world: World) -> str:
    said = {"request-id": "x/1", "at": world.cluster.date, "ranges": []}
    world.store("a", RANGE, annotations={"ippoolctl/claim": json.dumps(said)})
    world.clock.sleep(3600)
    found = find_leftovers(run_of(world.gateway)[0])
    return stopped_in(world, lambda run: sweep(run, found.due[0], found.now))


def test_a_signal_while_a_claim_is_swept_waits_for_the_answer(world: World) -> None:
    world.gateway.before("patch", stop)

    assert sweeping_stopped(world) == "pool a no longer has a claim"
    document = world.cluster.document("a")
    assert document is not None
    assert document["metadata"]["annotations"] == {}


def test_a_signal_before_a_claim_is_swept_reports_that_the_claim_exists(world: World) -> None:
    world.gateway.before("get", stop)

    assert sweeping_stopped(world) == "pool a still has its claim"


def test_a_signal_before_a_removal_is_sent_reports_that_nothing_was_changed(world: World) -> None:
    def stop_and_fall_silent() -> None:
        world.gateway.fail("get", UnansweredFault("reset"), times=10_000)
        stop()

    world.gateway.before("get", stop_and_fall_silent)

    assert sweeping_stopped(world) == "pool a was not changed"


def test_a_signal_after_an_unanswered_sweep_reports_that_it_may_still_commit(
    world: World,
) -> None:
    world.gateway.before("patch", stop)
    world.gateway.fail("patch", UnansweredFault("reset"))

    coming = "an unanswered request to remove it may still take effect"
    assert sweeping_stopped(world) == f"pool a still has its claim; {coming}"
