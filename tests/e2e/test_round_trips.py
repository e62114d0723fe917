"""Pairs of live pools and manifests on a real API server (``ROUND_TRIPS=200`` for more)."""

import os
from collections.abc import Callable
from pathlib import Path

from ippoolctl.cluster.gateway import gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from tests.applying.pairs import pairs
from tests.applying.rounds import empty, round_trips
from tests.e2e.command import Command

NUMBER = int(os.environ.get("ROUND_TRIPS", "40"))


def test_a_legal_plan_is_admitted_step_by_step_and_leads_to_the_manifests(
    command: Command, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    config = str(command.cluster.plane.kubeconfig())
    connection = connect(ConnectionOptions(kubeconfig=config), {})
    gateway = gateway_to(connection, request_timeout=10, exec_allowed=False)
    command.cluster.webhook.lag = 0.0
    command.cluster.webhook.cache.catch_up()

    def run(*arguments: str) -> tuple[int, str]:
        result = command(*arguments)
        return result.code, result.out

    seen = round_trips(run, gateway, pairs(23, NUMBER), tmp_path)
    empty(gateway)
    gateway.close()

    record_property("shown at the end", f"round trips: {dict(sorted(seen.items()))}")
    assert seen["refused"] > NUMBER / 10
    assert sum(seen.values()) - seen["refused"] > NUMBER / 2
