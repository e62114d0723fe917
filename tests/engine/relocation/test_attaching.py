"""Attaching consumers again: to the new pool, and to the one that they left."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ippoolctl.crd.relocation import copied, recording_object
from ippoolctl.domain.annotations.detached import made_detached
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.protocol.causes import CauseKind
from ippoolctl.domain.protocol.relocated import EndKind, PlaceState, Relocated
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from tests.builders import pool
from tests.consumers import egress, service
from tests.engine.relocation.conftest import Relocating

SILENCE = UnansweredFault("reset")
NOT_KNOWN = RejectedFault(400, "a webhook denied the request: no pool b")


def when_attaching(relocating: Relocating, method: str, happen: Callable[[], object]) -> None:
    """Let something happen before the first request of a method after pool b is created."""
    gateway = relocating.gateway
    gateway.before("create", list)  # the question whether the webhook has forgotten the old pool
    gateway.before("create", lambda: gateway.before(method, happen))


def without_services(relocating: Relocating) -> None:
    (one,) = relocating.world.cluster.others["services"]
    one["metadata"]["annotations"][POOL_ANNOTATION] = "another"
    relocating.world.rest()


def states(found: Relocated) -> dict[str, PlaceState]:
    return {each.name: each.state for each in found.placed}


def waits(relocating: Relocating) -> list[tuple[float, tuple[str, ...]]]:
    return [
        (round(each.wait, 3), each.cause.others)
        for each in relocating.recorder.events
        if each.cause.kind is CauseKind.ADDRESSES_PENDING
    ]


def held_up(relocating: Relocating, seconds: float) -> None:
    """Antrea notices nothing for some time."""
    relocating.gateway.prompt = False
    relocating.world.clock.after(seconds, lambda: setattr(relocating.gateway, "prompt", True))


def test_consumers_are_attached_when_no_detachment_can_take_effect_any_more(
    relocating: Relocating,
) -> None:
    relocating.gateway.fail("patch_egress", SILENCE)

    assert relocating.carried_out(relocating.renamed()).end is EndKind.DONE

    requests = relocating.gateway.requests
    created = max(at for at, (_, method) in enumerate(requests) if method == "create")
    attached = [at for at, method in requests[created:] if method == "patch_egress"]
    assert len(attached) == 3
    assert min(attached) == pytest.approx(1010)


def test_consumers_are_given_back_when_no_detachment_can_take_effect_any_more(
    relocating: Relocating,
) -> None:
    cluster = relocating.world.cluster
    other = relocating.record_of_another()
    relocating.gateway.fail("patch_egress", SILENCE)
    relocating.gateway.before("patch_service", lambda: cluster.store(other))

    found = relocating.carried_out(relocating.renamed())

    times = [at for at, method in relocating.gateway.requests if method == "patch_egress"]
    assert found.end is EndKind.UNFINISHED
    assert not found.still_detached
    assert times[-1] == pytest.approx(1010)


def gives_way(relocating: Relocating) -> Relocated:
    """A run that sees the record of another request when it has detached its consumers."""
    cluster = relocating.world.cluster
    other = relocating.record_of_another()
    relocating.gateway.before("patch_egress", lambda: cluster.store(other))
    return relocating.carried_out(relocating.renamed())


def test_consumers_without_an_address_are_given_back_last_since_they_get_any_free_one(
    relocating: Relocating,
) -> None:
    world = relocating.world
    world.cluster.others["egresses"].insert(0, egress("e0", "a", "10.9.9.9"))

    found = gives_way(relocating)

    world.rest()
    e0 = world.cluster.others["egresses"][0]
    assert found.end is EndKind.UNFINISHED
    assert e0["spec"]["externalIPPool"] == "a"
    assert e0["spec"]["egressIP"] not in world.before.values()


def test_a_service_without_an_address_is_given_back_to_its_pool(relocating: Relocating) -> None:
    services = relocating.world.cluster.others["services"]
    services.append(service("s2", "a", requested="10.9.9.9"))

    found = gives_way(relocating)

    assert found.end is EndKind.UNFINISHED
    annotations = services[1]["metadata"]["annotations"]
    assert (annotations[POOL_ANNOTATION], DETACHED in annotations) == ("a", False)


def test_a_service_whose_address_is_not_shown_is_given_back_to_a_pool_that_is_untouched(
    relocating: Relocating,
) -> None:
    services = relocating.world.cluster.others["services"]

    def forgotten() -> None:
        relocating.gateway.prompt = False
        services[0]["status"] = {}

    relocating.gateway.before("patch_egress", forgotten)

    found = gives_way(relocating)

    assert (found.end, found.still_detached) == (EndKind.UNFINISHED, ())
    assert DETACHED not in services[0]["metadata"]["annotations"]


def test_a_denied_change_that_gives_a_consumer_back_is_repeated_before_the_record_is_deleted(
    relocating: Relocating,
) -> None:
    gateway = relocating.gateway
    relocating.world.cluster.store(recording_object(relocating.renamed(), ""))

    def denied_next_time() -> None:
        gateway.before("patch_service", lambda: gateway.fail("patch_service", NOT_KNOWN))

    gateway.before("patch_service", denied_next_time)

    found = gives_way(relocating)

    assert (found.end, found.still_detached) == (EndKind.UNFINISHED, ())
    assert states(found) == dict.fromkeys(("e1", "e2", "e3", "s1"), PlaceState.KEPT)
    methods = [method for _, method in gateway.requests if method in ("patch_service", "delete")]
    assert methods == ["patch_service"] * 3 + ["delete"]


def test_a_consumer_that_a_twin_has_detached_is_attached_too(relocating: Relocating) -> None:
    one = egress("e9", "a", "10.0.0.5")
    one["metadata"]["annotations"] = {
        DETACHED: made_detached("rename a b", "a", "b", "10.0.0.5", {}).text
    }
    del one["spec"]["externalIPPool"]
    egresses = relocating.world.cluster.others["egresses"]
    when_attaching(relocating, "objects", lambda: egresses.append(one))

    found = relocating.carried_out(relocating.renamed())

    assert found.end is EndKind.DONE
    assert states(found) == dict.fromkeys(("e1", "e2", "e3", "e9", "s1"), PlaceState.KEPT)


def test_egresses_are_awaited_by_name_until_antrea_has_assigned_their_addresses(
    relocating: Relocating,
) -> None:
    without_services(relocating)
    when_attaching(relocating, "patch_egress", lambda: held_up(relocating, 0.3))

    found = relocating.carried_out(relocating.renamed())

    assert (found.end, found.code) == (EndKind.DONE, ExitCode.YES)
    names = ("Egress e1", "Egress e2", "Egress e3")
    assert waits(relocating) == [(0.1, names), (0.15, names), (0.225, names)]


def test_a_service_is_detached_until_antrea_has_assigned_its_address(
    relocating: Relocating,
) -> None:
    when_attaching(relocating, "patch_service", lambda: held_up(relocating, 60))

    found = relocating.carried_out(relocating.renamed(), seconds=5)

    assert found.end is EndKind.TIMED_OUT
    assert states(found) == {
        **dict.fromkeys(("e1", "e2", "e3"), PlaceState.KEPT),
        "s1": PlaceState.DETACHED,
    }


def test_pauses_for_addresses_are_short_after_long_ones_for_the_old_pool(
    relocating: Relocating,
) -> None:
    held_up(relocating, 5)
    when_attaching(relocating, "patch_service", lambda: held_up(relocating, 0.2))

    found = relocating.carried_out(relocating.renamed())

    assert found.end is EndKind.DONE
    assert max(each.wait for each in relocating.recorder.events) == 1
    assert [wait for wait, _ in waits(relocating)] == [0.1, 0.15]


@pytest.mark.parametrize("recorded", [False, True])
def test_an_address_that_is_taken_just_after_the_consumer_is_attached_is_reported(
    relocating: Relocating, *, recorded: bool
) -> None:
    world, relocation = relocating.world, relocating.renamed()
    without_services(relocating)
    if recorded:
        world.cluster.store(recording_object(relocation, ""))

    def overtaken() -> None:
        world.cluster.put_other("egresses", egress("thief", "b", world.before["e1"]))
        world.rest()

    when_attaching(relocating, "patch_egress", overtaken)

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.ADDRESSES_TAKEN, ExitCode.LOST_RACE)
    assert {each.name: (each.state, each.taken_by) for each in found.placed} == {
        "e1": (PlaceState.TAKEN, "Egress thief"),
        **dict.fromkeys(("e2", "e3"), (PlaceState.KEPT, "")),
    }
    # The record stays as long as there is something left to do.
    assert len(world.cluster.names) == 1 + recorded


def test_a_consumer_without_an_address_is_attached_again_until_the_webhook_knows_the_pool(
    relocating: Relocating,
) -> None:
    old = relocating.old
    created = copied(old, "b", pool("b", "10.7.0.0/28").ranges)
    relocation = replace(relocating.renamed(), created=(created,))
    when_attaching(
        relocating, "patch_egress", lambda: relocating.gateway.fail("patch_egress", NOT_KNOWN)
    )

    found = relocating.carried_out(relocation)

    assert (found.end, found.code) == (EndKind.DONE, ExitCode.YES)
    assert states(found) == dict.fromkeys(("e1", "e2", "e3", "s1"), PlaceState.LOST)
    # The new addresses are there at once.
    assert relocating.world.clock.now() < 1001


def test_the_time_without_traffic_does_not_include_the_wait_for_new_addresses(
    relocating: Relocating,
) -> None:
    created = copied(relocating.old, "b", pool("b", "10.0.0.6-10.0.0.6").ranges)

    found = relocating.carried_out(replace(relocating.renamed(), created=(created,)))

    assert found.end is EndKind.DONE
    assert states(found)["e2"] is PlaceState.KEPT
    assert found.seconds == 0
    assert relocating.world.clock.now() >= 1003
