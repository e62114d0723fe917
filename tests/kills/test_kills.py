"""F6 and F29 on the sandbox."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.cluster.gateway import gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.sandbox.sandbox import Sandbox
from tests.kills.forge import Forge
from tests.kills.kill_contract import *  # noqa: F403 - the contract's tests
from tests.kills.kit import Kit
from tests.kills.trap import Trap


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Sandbox() as sandbox, Trap(sandbox.url) as trap:
        direct = tmp_path / "kubeconfig"
        cluster = {"name": "c", "cluster": {"server": sandbox.url}}
        context = {"name": "c", "context": {"cluster": "c"}}
        named = {"clusters": [cluster], "contexts": [context], "current-context": "c"}
        direct.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **named}))
        connection = connect(ConnectionOptions(kubeconfig=str(direct)), {})
        gateway = gateway_to(connection, request_timeout=10, exec_allowed=False)

        def lag(seconds: float) -> None:
            sandbox.cache.lag = seconds
            if not seconds:
                sandbox.cache.catch_up()

        with Forge(tmp_path, trap.kubeconfig(direct, tmp_path)) as forge:
            yield Kit(gateway, trap, forge, lag)
        gateway.close()
