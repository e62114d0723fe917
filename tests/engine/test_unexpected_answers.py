"""Unexpected answers stop the run; it leaves no pending pool and no claim."""

import pytest

from ippoolctl.domain.protocol.outcome import State
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.sentences.outcome import message_of
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"
UNEXPECTED = RejectedFault(520, "the server answered with status 520 and no reason")


def sent(world: World, method: str) -> int:
    return [each for _, each in world.gateway.requests].count(method)


def test_an_unexpected_answer_to_a_create_stops_the_create(world: World) -> None:
    world.gateway.fail("create", UNEXPECTED)

    with pytest.raises(RejectedFault):
        world.create("mine", RANGE)

    assert (world.cluster.names, sent(world, "create")) == ([], 1)


def test_a_pool_hidden_by_an_unexpected_answer_is_canceled(world: World) -> None:
    world.gateway.fail("create", UNEXPECTED, after=True)

    outcome = world.create("mine", RANGE)

    # Unknown whether the canceled pool was ours: a twin may have made it, ours may still commit.
    assert (outcome.state, outcome.answer) == (State.UNKNOWN, UNEXPECTED.message)
    assert (world.cluster.names, sent(world, "create")) == ([], 1)


def test_a_create_that_commits_after_an_unexpected_answer_is_canceled(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", UNEXPECTED)
    world.clock.after(5, lambda: world.cluster.store(manifest))

    assert world.create("mine", RANGE).state is State.UNKNOWN
    assert world.cluster.names == []


def test_a_patch_that_took_effect_is_a_success_despite_its_answer(world: World) -> None:
    world.gateway.fail("patch", UNEXPECTED, after=True)

    outcome = world.create("mine", RANGE)

    assert (outcome.state, world.mark_of("mine")) == (State.CREATED, None)


def test_a_pool_in_use_whose_patch_fails_for_good_is_reported_as_kept(
    world: World,
) -> None:
    world.gateway.before("patch", lambda: world.cluster.write_status("mine", 254, 1))
    world.gateway.fail("patch", RejectedFault(403, "forbidden", reason="Forbidden"))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "in use" in message_of(outcome)
    assert "forbidden" in message_of(outcome)
    assert world.cluster.names == ["mine"]


def test_a_pool_in_use_whose_patch_a_policy_denies_is_reported_with_the_denial(
    world: World,
) -> None:
    denial = 'admission webhook "policy.example.com" denied the request: no'
    world.gateway.before("patch", lambda: world.cluster.write_status("mine", 254, 1))
    world.gateway.fail("patch", RejectedFault(400, denial))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "in use" in message_of(outcome)
    assert denial in message_of(outcome)
    assert world.cluster.names == ["mine"]


def test_an_unexpected_answer_to_a_delete_stops_the_delete(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.fail("delete", UNEXPECTED)
    run, _ = run_of(world.gateway)

    with pytest.raises(RejectedFault):
        delete(run, Deletion("a"))

    assert sent(world, "delete") == 1
