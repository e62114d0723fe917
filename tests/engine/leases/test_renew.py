"""Renewing the lifetime of a leased pool."""

import itertools

import pytest

from ippoolctl.domain.annotations.renewal import Kept
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.engine.leases.renew import NotRenewed, renew
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault, UnreachableFault
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

OURS = {"ippoolctl/request-id": "a/1", "ippoolctl/ttl": "30m"}


def stored(world: World) -> Pool:
    world.store("a", "10.0.0.0/29", annotations=OURS)
    found = world.gateway.get_pool("a")
    assert found is not None
    return found


def lifetime(world: World) -> str:
    document = world.cluster.document("a")
    assert document is not None
    written: str = document["metadata"]["annotations"]["ippoolctl/ttl"]
    return written


def renewed(world: World, pool: Pool, seconds: float = 60.0) -> object:
    return renew(run_of(world.gateway, seconds)[0], pool, 1800)


def test_the_lifetime_is_renewed_by_the_clock_of_the_server(world: World) -> None:
    pool = stored(world)
    world.clock.sleep(600)

    assert renewed(world, pool) == lifetime(world) == "40m1s"


DENIED = RejectedFault(
    400,
    'admission webhook "externalippoolvalidator.antrea.io" denied the request: range [10.0.0.0/29]'
    " overlaps with range [10.0.0.0/29] of pool old",
)
WEBHOOK_DOWN = RejectedFault(500, 'failed calling webhook "externalippoolvalidator.antrea.io"')


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("patch", UnreachableFault("down")),
        ("patch", UnansweredFault("cut")),
        ("patch", WEBHOOK_DOWN),
        ("patch", DENIED),
        ("get", UnansweredFault("cut")),
        ("list", RejectedFault(503, "busy", retry_after=1.0)),
    ],
)
def test_a_failed_renewal_is_retried(world: World, method: str, fault: Fault) -> None:
    pool = stored(world)
    world.gateway.fail(method, fault, times=2)

    assert renewed(world, pool) == lifetime(world)
    assert lifetime(world) != "30m"


def test_an_unanswered_renewal_that_took_effect_is_not_repeated(world: World) -> None:
    pool = stored(world)
    world.gateway.fail("patch", UnansweredFault("cut"), after=True)

    assert renewed(world, pool) is Kept.LONG_ENOUGH
    assert lifetime(world) == "30m1s"


def test_a_lifetime_that_was_changed_meanwhile_is_read_again(world: World) -> None:
    pool = stored(world)

    def prolong() -> None:
        document = pool_object("a", "10.0.0.0/29")
        document["metadata"]["annotations"] = {**OURS, "ippoolctl/ttl": "12h"}
        world.cluster.store(document)

    world.gateway.before("patch", prolong)

    assert renewed(world, pool) is Kept.LONG_ENOUGH
    assert lifetime(world) == "12h"


def test_a_pool_that_was_deleted_meanwhile_is_gone(world: World) -> None:
    pool = stored(world)
    world.gateway.before("patch", lambda: world.cluster.remove("a"))

    assert renewed(world, pool) is Kept.GONE
    assert world.cluster.names == []


def test_another_pool_of_that_name_is_left_alone(world: World) -> None:
    pool = stored(world)
    world.cluster.remove("a")
    world.store("a", "10.9.0.0/29", annotations=OURS)

    assert renewed(world, pool) is Kept.GONE
    assert lifetime(world) == "30m"


def test_a_renewal_without_success_in_time_is_not_renewed(world: World) -> None:
    pool = stored(world)
    world.gateway.fail("patch", RejectedFault(503, "busy", retry_after=1.0), times=1000)

    cause = Cause(CauseKind.SERVER_FAILED, text="busy")
    assert renewed(world, pool, 30.0) == NotRenewed(cause)


def test_a_lifetime_that_keeps_changing_is_not_renewed(world: World) -> None:
    pool = stored(world)
    minutes = itertools.cycle([1, 2])

    def change() -> None:
        document = pool_object("a", "10.0.0.0/29")
        document["metadata"]["annotations"] = {**OURS, "ippoolctl/ttl": f"{next(minutes)}m"}
        world.cluster.store(document)
        world.gateway.before("patch", change)

    change()

    found = renewed(world, pool, 30.0)

    assert isinstance(found, NotRenewed)
    assert found.cause.kind is CauseKind.KEEPS_CHANGING


def test_without_the_time_of_the_server_nothing_is_renewed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = stored(world)
    monkeypatch.setattr(type(world.cluster), "date", "")  # as behind a proxy that drops it

    cause = Cause(CauseKind.VERBATIM, text="the server response has no Date header")
    assert renewed(world, pool) == NotRenewed(cause)


def test_a_missing_permission_is_reported(world: World) -> None:
    pool = stored(world)
    world.gateway.fail("patch", RejectedFault(403, "no", reason="Forbidden"), times=1000)

    assert renewed(world, pool) == NotRenewed(Cause(CauseKind.VERBATIM, text="no"))
    assert lifetime(world) == "30m"
