"""``lease`` on a real API server: many at once, renewals, a killed one, and a pool in use."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.scenarios.leases import FATES, LeaseProcess, Starter, expire, overlaps, run_fates
from tests.scenarios.processes import eventually

LAG = 2.0


@pytest.fixture
def lease_of(cluster: Cluster, tmp_path: Path) -> Iterator[Starter]:
    started: list[LeaseProcess] = []

    def begin(command: str, *arguments: str, stops: int = 1) -> LeaseProcess:
        file, config = tmp_path / f"lease-{len(started)}", cluster.plane.kubeconfig()
        started.append(LeaseProcess(config, file, command, arguments, stops))
        return started[-1]

    yield begin
    for each in started:
        each.end_at_last()


def test_leases_at_once_have_disjoint_ranges_and_leave_nothing(
    cluster: Cluster,
    command: Command,
    lease_of: Starter,
    record_property: Callable[[str, object], None],
) -> None:
    cluster.webhook.lag = LAG
    began = time.monotonic()

    codes, ranges = run_fates(lease_of, len(FATES))

    record_property("shown at the end", f"leases at once: {time.monotonic() - began:.1f} s")
    assert overlaps(ranges) == 0
    assert len(cluster.pools()) == codes.count(-signal.SIGKILL)
    expire()
    assert command("sweep", "--yes").code == 0
    assert cluster.pools() == {}


def test_a_lifetime_is_renewed_and_the_webhook_has_forgotten_the_pool_at_the_end(
    cluster: Cluster, command: Command, lease_of: Starter
) -> None:
    cluster.webhook.lag = LAG
    lease = lease_of("sleep 5; exit 7", "long", "--ttl", "2s")
    eventually(lambda: lease.runs)
    assert "long" in cluster.webhook.knows()

    time.sleep(3)
    assert command("sweep", "--yes").code == 0
    assert "long" in cluster.pools()
    code, err = lease.ended()

    assert code == 7
    assert "warning" not in err
    assert "long" not in cluster.pools()
    assert "long" not in cluster.webhook.knows()
