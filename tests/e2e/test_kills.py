"""F6 and F29 on a real API server."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.cluster.gateway import gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from tests.e2e.cluster import Cluster
from tests.kills.forge import Forge
from tests.kills.kill_contract import *  # noqa: F403 - the contract's tests
from tests.kills.kit import Kit
from tests.kills.trap import Trap


@pytest.fixture
def kit(cluster: Cluster, tmp_path: Path) -> Iterator[Kit]:
    original = cluster.plane.kubeconfig()
    named = json.loads(original.read_text())["clusters"][0]["cluster"]
    authority = tmp_path / "ca.pem"
    authority.write_bytes(base64.b64decode(named["certificate-authority-data"]))
    connection = connect(ConnectionOptions(kubeconfig=str(original)), {})
    gateway = gateway_to(connection, request_timeout=10, exec_allowed=False)

    def lag(seconds: float) -> None:
        cluster.webhook.wait_for_the_watch()  # what came before has the lag of before
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
