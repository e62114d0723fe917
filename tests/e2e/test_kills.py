"""F6 and F29 on a real API server: processes that are killed at steps, runs that race."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ippoolctl.cluster.connect import connect
from ippoolctl.cluster.connection_options import ConnectionOptions
from ippoolctl.cluster.gateway import KubernetesGateway
from ippoolctl.cluster.transport import Transport
from tests.e2e.cluster import Cluster
from tests.kills import scenarios
from tests.kills.forge import Forge
from tests.kills.kit import Kit, seeded
from tests.kills.trap import Trap, When

Record = Callable[[str, object], None]


@pytest.fixture
def kit(cluster: Cluster, tmp_path: Path) -> Iterator[Kit]:
    original = cluster.plane.kubeconfig()
    named = json.loads(original.read_text())["clusters"][0]["cluster"]
    authority = tmp_path / "ca.pem"
    authority.write_bytes(base64.b64decode(named["certificate-authority-data"]))
    connection = connect(ConnectionOptions(kubeconfig=str(original)), {})
    gateway = KubernetesGateway(Transport(connection, request_timeout=10, exec_allowed=False))

    def lag(seconds: float) -> None:
        cluster.webhook.lag = seconds
        if not seconds:
            cluster.webhook.cache.catch_up()

    lag(0.0)
    with (
        Trap(cluster.plane.server, authority=authority, tls=True) as trap,
        Forge(tmp_path, trap.kubeconfig(original, tmp_path)) as forge,
    ):
        yield Kit(gateway, trap, forge, lag)
    gateway.close()


def test_a_create_that_is_killed_at_any_request_is_finished_by_the_next(kit: Kit) -> None:
    scenarios.create_killed_at_each_request(kit, (When.AFTER,))


def test_an_extend_that_is_killed_at_any_request_is_finished_by_the_next(kit: Kit) -> None:
    scenarios.extend_killed_at_each_request(kit, (When.AFTER,))


@pytest.mark.parametrize("command", ["create", "extend"])
def test_who_is_killed_in_a_rollback_leaves_nothing_for_long(kit: Kit, command: str) -> None:
    assert scenarios.killed_in_a_rollback(kit, command, (When.AFTER,)) > 1


def test_twenty_random_kills_leave_one_object_each(kit: Kit, record_property: Record) -> None:
    chance = seeded(record_property, "F6: 20 random kills")

    states = scenarios.killed_at_random(kit, chance, 20)

    record_property("shown at the end", f"F6: what the dead left: {dict(states)}")


def test_two_runs_of_one_request_never_end_well_without_the_pool(
    kit: Kit, record_property: Record
) -> None:
    codes = scenarios.twins(kit, seeded(record_property, "F6: 5 twins"), 5)

    record_property("shown at the end", f"F6: codes of twins: {dict(codes)}")


def test_twenty_extensions_of_one_pool_and_a_create_on_each_range(
    kit: Kit, record_property: Record
) -> None:
    won = scenarios.extensions_and_creates(kit, 20, 0.3)

    record_property("shown at the end", f"F29: {dict(won)} of 20 pairs won")
