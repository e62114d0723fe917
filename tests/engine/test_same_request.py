"""One request ID in several commands: a leftover counts with all of its ranges."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.crd.created_object import (
    expiring_object,
    pending_object,
    requested_object,
    with_range,
)
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.search import Search
from ippoolctl.engine.any_range import allocate
from ippoolctl.engine.pending_pool import create
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import UnansweredFault
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE, MORE = "10.0.0.0/24", "10.0.1.0/24"
ID = "job-1"


def left_by_a_killed_run(world: World, *ranges: str, ttl: str = "") -> None:
    world.cluster.store(pending_object(asked(*ranges, ttl=ttl), ID))


def asked(*ranges: str, ttl: str = "") -> JsonObject:
    document = requested_object(pool_object("mine", *ranges))
    document["metadata"]["labels"] = {"team": "net"}
    return expiring_object(document, ttl) if ttl else document


def created(world: World, *ranges: str, ttl: str = "") -> Outcome:
    document = asked(*ranges, ttl=ttl)
    run, _ = run_of(world.gateway)
    request = Request(read_pool(document), ID, given_id=True)
    return create(run, request, pending_object(document, ID))


def created_by_size(world: World, network: str, ttl: str = "") -> Outcome:
    document = asked(ttl=ttl)
    run, _ = run_of(world.gateway)
    request = Request(read_pool(document), ID, given_id=True)
    within = parse_prefix(network)
    assert within is not None

    def writing(found: Spelling) -> dict[str, Any]:
        return pending_object(with_range(document, found), ID)

    return allocate(run, request, Search(Block(prefix=24), (within,)), writing)


by_ranges_or_size = pytest.mark.parametrize("command", [created, created_by_size])


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


@by_ranges_or_size
def test_a_pending_pool_with_another_lifetime_is_refused_and_left_alone(
    world: World, command: Callable[..., Outcome]
) -> None:
    left_by_a_killed_run(world, RANGE, ttl="2h")

    outcome = command(world, RANGE, ttl="4h")

    assert outcome.code is ExitCode.REFUSED
    assert "created it differently: with TTL 2h, not with 4h" in message_of(outcome)
    assert world.mark_of("mine") == "pending"
    assert {method for _, method in world.gateway.requests} == {"list"}


def test_a_twin_with_another_lifetime_that_was_first_is_refused(world: World) -> None:
    world.gateway.before("create", lambda: left_by_a_killed_run(world, RANGE, ttl="2h"))

    outcome = created(world, RANGE, ttl="4h")

    assert outcome.code is ExitCode.REFUSED
    assert "with TTL 2h, not with 4h" in message_of(outcome)
    assert world.mark_of("mine") == "pending"


@by_ranges_or_size
def test_a_label_changed_after_our_creation_does_not_refuse_our_own_pool(
    world: World, command: Callable[..., Outcome]
) -> None:
    def relabel() -> None:
        document = copy.deepcopy(world.cluster.document("mine"))
        assert document is not None
        del document["metadata"]["labels"]
        world.cluster.store(document)

    world.store("other", "10.7.0.0/24")
    world.gateway.before("patch", relabel)
    world.gateway.fail("patch", UnansweredFault("reset"), after=True)

    outcome = command(world, RANGE, ttl="2h")

    assert (outcome.code, outcome.created) == (ExitCode.YES, True)
    assert world.mark_of("mine") is None
