"""60 pairs of live pools and manifests on a sandbox (``ROUND_TRIPS=2000`` for more)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ippoolctl.cli.app import main
from ippoolctl.cluster.gateway import gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.sandbox.sandbox import Sandbox
from tests.allocation.clients import kubeconfig
from tests.applying.pairs import pairs
from tests.applying.rounds import round_trips

NUMBER = int(os.environ.get("ROUND_TRIPS", "60"))


def test_a_legal_plan_is_admitted_step_by_step_and_leads_to_the_manifests(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    with Sandbox() as sandbox:
        config = kubeconfig(sandbox.url, tmp_path)
        connection = connect(ConnectionOptions(kubeconfig=config), {})
        gateway = gateway_to(connection, request_timeout=10, exec_allowed=False)

        def command(*arguments: str) -> tuple[int, str]:
            code = main([*arguments, "--kubeconfig", config])
            return code, capsys.readouterr().out

        seen = round_trips(command, gateway, pairs(7, NUMBER), tmp_path)
        gateway.close()

    record_property("shown at the end", f"round trips on a sandbox: {dict(sorted(seen.items()))}")
    assert seen["refused"] > NUMBER / 10
    assert sum(seen.values()) - seen["refused"] > NUMBER / 2
