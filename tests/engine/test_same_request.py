"""One request ID in several commands: a leftover counts with all of its ranges."""

import pytest

from ippoolctl.crd.created_object import pending_object, requested_object
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.pending_pool import create
from ippoolctl.errors import ExitCode
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE, MORE = "10.0.0.0/24", "10.0.1.0/24"
ID = "job-1"


def left_by_a_killed_run(world: World, *ranges: str) -> None:
    document = requested_object(pool_object("mine", *ranges))
    world.cluster.store(pending_object(document, ID))


def created(world: World, *ranges: str) -> Outcome:
    document = requested_object(pool_object("mine", *ranges))
    run, _ = run_of(world.gateway)
    return create(run, Request(read_pool(document), ID), pending_object(document, ID))


@pytest.mark.parametrize("registered", [True, False])
def test_a_range_no_longer_requested_is_verified_before_the_pool_is_settled(
    world: World, *, registered: bool
) -> None:
    world.cluster.webhook_registered = registered
    world.cluster.cache.lag = 30
    world.store("other", MORE)
    left_by_a_killed_run(world, RANGE, MORE)

    outcome = created(world, RANGE)

    assert outcome.code is ExitCode.YES
    assert outcome.live is not None
    assert outcome.live.texts == (RANGE,)
    assert world.mark_of("mine") is None


def test_an_id_used_with_other_ranges_is_refused(world: World) -> None:
    left_by_a_killed_run(world, MORE)

    outcome = created(world, RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert f"an earlier run of this request created it with {MORE}" in message_of(outcome)


def test_a_settled_pool_of_this_request_with_an_overlap_is_not_a_success(world: World) -> None:
    world.store("other", MORE)
    left_by_a_killed_run(world, RANGE, MORE)
    world.cluster.unmark("mine")

    outcome = created(world, RANGE)

    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)
    assert message_of(outcome).endswith("was kept: it is settled")
