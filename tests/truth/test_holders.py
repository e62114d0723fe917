"""Holders of addresses and waiting consumers, against every recorded state of a real Antrea."""

from random import Random
from typing import Any

import pytest

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.lint.fact import EGRESSES, LIVE_POOLS, POOL_STATUS, SERVICES, Others
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.rules import eip414_stale_used
from ippoolctl.domain.space.holders import Holders, holders
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known
from ippoolctl.domain.surroundings.waiting import Cause, Waiting
from tests.truth.histories import FILES, histories
from tests.truth.objects import Object, Objects, objects_in
from tests.truth.random_histories import random_replay
from tests.truth.test_histories import ModelBackend

PREFIX = "Cannot allocate EgressIP from ExternalIPPool: "


def found_in(objects: Objects, antrea: str) -> Holders:
    pools = map(read_live_pool, objects.pools)
    return holders(
        {each.name: each for each in pools},
        [read_object(Kind.EGRESS, each) for each in objects.egresses],
        [read_object(Kind.SERVICE, each) for each in objects.services],
        parse_release(antrea),
    )


def names(found: Holders) -> dict[tuple[str, str], str]:
    """The address that each consumer has."""
    return {
        (each.reference.kind, each.reference.name): held.text
        for all_held in found.held.values()
        for held in all_held
        for each in held.holders
    }


def reasons(found: Holders) -> dict[tuple[str, str], Waiting]:
    """Why each of the others has none."""
    return {
        (each.request.by.kind, each.request.by.name): each
        for all_waiting in found.waiting.values()
        for each in all_waiting
    }


def told(message: str, pool: str, objects: Objects) -> set[Cause]:
    """The causes behind a message of Antrea about an Egress of that pool."""
    if "does not exist" in message:
        return {Cause.NO_POOL}
    if message == f"{PREFIX}cannot allocate IP in any range":
        return {Cause.FULL if _is_full(pool, objects) else Cause.RETRY}
    return {Cause.TAKEN, Cause.RESERVED, Cause.OUTSIDE, Cause.RETRY}


def _is_full(pool: str, objects: Objects) -> bool:
    usage = objects.state["pools"].get(pool) or {"total": 0, "used": 0}
    return bool(usage["used"] >= usage["total"])


def untold(service: Object, objects: Objects) -> Cause:
    """Why a Service has no address, worked out from Antrea's own numbers."""
    pool = service["metadata"]["annotations"].get("service.antrea.io/external-ip-pool")
    wanted = parse_ip(service["spec"].get("loadBalancerIP", ""))
    if not pool:
        return Cause.NO_REFERENCE
    if pool not in objects.state["pools"]:
        return Cause.NO_POOL
    spellings = next(
        each.spellings for each in map(read_live_pool, objects.pools) if each.name == pool
    )
    if wanted is None:
        return Cause.FULL if _is_full(pool, objects) else Cause.RETRY
    place = PoolAddresses(spellings).membership(wanted)
    if place is not Membership.MEMBER:
        return Cause.RESERVED if place is Membership.RESERVED else Cause.OUTSIDE
    others = {parse_ip(each["ip"]) for each in objects.state["egresses"].values() if each["pool"]}
    others |= {parse_ip(ip) for ip in objects.state["services"].values() if ip}
    return Cause.TAKEN if wanted in others else Cause.RETRY


def by_the_model(seed: int) -> dict[str, Any]:
    """A random history as the model replays it, which agrees with Antrea."""
    steps = [
        {**step, "code": answer.code, "state": state}
        for ((step, answer, state),) in random_replay(Random(seed), 40, ModelBackend())
    ]
    return {"id": f"random-{seed}", "antrea": "2.7.0", "steps": steps}


RECORDED = [each for file in FILES for each in histories(file)]
EVERY = [pytest.param(each, id=each["id"]) for each in (*RECORDED, *map(by_the_model, range(40)))]


@pytest.mark.parametrize("history", EVERY)
def test_as_many_addresses_are_held_as_antrea_counts(history: dict[str, Any]) -> None:
    for objects in objects_in(history):
        held = found_in(objects, history["antrea"]).held
        for name, usage in objects.state["pools"].items():
            assert len(held.get(name, ())) == (usage["used"] if usage else 0)


@pytest.mark.parametrize("history", EVERY)
def test_check_finds_no_stale_number_of_used_addresses(history: dict[str, Any]) -> None:
    for objects in objects_in(history):
        live = [read_live_pool(each) for each in objects.pools]
        others: Others = {LIVE_POOLS: Known(tuple(live)), POOL_STATUS: Known(None)}
        for fact, kind, documents in (
            (EGRESSES, Kind.EGRESS, objects.egresses),
            (SERVICES, Kind.SERVICE, objects.services),
        ):
            others = {**others, fact: Known(tuple(read_object(kind, each) for each in documents))}

        assert not list(eip414_stale_used.RULE.find(Facts(live, others=others)))


@pytest.mark.parametrize("history", EVERY)
def test_an_egress_has_its_address_or_the_reason_of_its_condition(history: dict[str, Any]) -> None:
    for objects in objects_in(history):
        found = found_in(objects, history["antrea"])
        named, waiting = names(found), reasons(found)
        for name, egress in objects.state["egresses"].items():
            status, _, message = egress["allocated"] or (None, None, None)
            key = ("Egress", name)
            assert parse_ip(named.get(key, "")) == (
                parse_ip(egress["ip"]) if status == "True" else None
            )
            assert (key in waiting) is (status == "False")
            if status == "False":
                assert waiting[key].request.failure == message
                assert waiting[key].cause in told(message, egress["pool"], objects)


@pytest.mark.parametrize("history", EVERY)
def test_a_service_has_its_address_or_the_right_reason(history: dict[str, Any]) -> None:
    for objects in objects_in(history):
        found = found_in(objects, history["antrea"])
        named, waiting = names(found), reasons(found)
        for service in objects.services:
            name = service["metadata"]["name"]
            key, address = ("Service", name), objects.state["services"][name]
            # One that waits can have the address from before in its status.
            assert named.get(key) in (None, address)
            assert (key in named) is not (key in waiting)
            if key in waiting:
                assert waiting[key].cause is untold(service, objects)
