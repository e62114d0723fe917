"""``verdict --live --probe``: the webhook's answer to a dry run, beside the live pools."""

import json
from pathlib import Path

import pytest

from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from tests.builders import pool_object
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

PROBE = ("verdict", "new.json", "--live", "--probe")


@pytest.fixture(autouse=True)
def _manifest(here: Path) -> None:
    (here / "new.json").write_text(json.dumps(pool_object("new", "10.0.0.0/28")), encoding="utf-8")


def test_a_deleted_pool_in_the_cache_is_named(program: Program, cluster: FakeCluster) -> None:
    cluster.store(pool_object("old", "10.0.0.0/24"))
    cluster.cache.lag = 100
    cluster.remove("old")

    people, machines = program(*PROBE), program(*PROBE, "-o", "json")

    assert people.code == machines.code == 5
    assert (
        "new: dry run: stale denial: the webhook cache still contains deleted pool old with"
        " 10.0.0.0/24; retry, or use create --wait\n"
    ) in people.out
    assert "assumes" not in people.err
    (probe,) = machines.document["probes"]
    assert (probe["pool"], probe["state"], probe["cachedPool"]) == ("new", "stale", "old")
    assert machines.document["items"][0]["admitted"]
    assert program("list", "-o", "name").out == ""  # a dry run


def test_an_admitted_pool_is_admitted_by_the_webhook(
    program: Program, cluster: FakeCluster
) -> None:
    result = program(*PROBE)

    assert result.code == 0
    assert result.out.endswith("new: dry run: admitted\n")


def test_a_pool_that_is_refused_anyway_is_not_probed(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("old", "10.0.0.0/24"))

    result = program(*PROBE, "-o", "json")

    assert result.code == 4
    assert result.document["probes"] == []


def test_a_probe_without_an_answer_is_code_3(program: Program, cluster: FakeCluster) -> None:
    cluster.webhook_fault = UnreachableFault("connection refused")

    result = program(*PROBE)

    assert result.code == 3
    assert "new: dry run: no response: connection refused" in result.out


@pytest.mark.parametrize("request_", ["create", "list"])
@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (RejectedFault(429, "slow down", retry_after=3), 6),
        (RejectedFault(503, "etcd has no leader", retry_after=3), 6),
        (RejectedFault(503, "etcd has no leader"), 0),
    ],
)
def test_a_temporary_failure_of_the_server_is_retried(
    program: Program, gateway: FakeGateway, request_: str, fault: RejectedFault, seconds: int
) -> None:
    gateway.cluster.store(pool_object("old", "10.0.0.0/24"))
    gateway.cluster.cache.lag = 100
    gateway.cluster.remove("old")
    gateway.before("create", lambda: gateway.fail(request_, fault, times=2))

    result = program(*PROBE)

    assert result.code == 5
    assert "new: dry run: stale denial" in result.out
    assert seconds <= gateway.cluster.clock.now() - 1000 < 10


def test_pools_after_one_without_an_answer_are_not_waited_for_again(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    pools = [pool_object(f"p{number}", f"10.0.{number}.0/24") for number in range(4)]
    (here / "new.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": pools}))
    down = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")
    gateway.fail("create", down, times=10_000)

    result = program(*PROBE)

    assert result.code == 3
    assert f"p0: dry run: no response: {down.message}\n" in result.out
    assert result.out.endswith("p3: dry run: no response: timed out\n")
    assert gateway.cluster.clock.now() <= 1010


def test_probe_requires_live(program: Program) -> None:
    result = program("verdict", "new.json", "--probe")

    assert result.code == 2
    assert result.err.startswith("error: --probe requires --live")
