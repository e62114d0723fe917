"""A network that loses requests and answers, and a server that is overloaded."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import ResetAfter, ResetBefore, Rule, Status
from tests.relocation.stage import Stage
from tests.scenarios.processes import kubeconfig

RULES = (
    Rule(ResetBefore(), 0.05),
    Rule(ResetAfter(), 0.05),
    Rule(Status(429), 0.05),
    Rule(Status(503), 0.05),
)


@pytest.mark.parametrize("command", ["rename", "move"])
def test_all_consumers_keep_their_addresses_despite_lost_requests(
    stage: Stage, tmp_path: Path, command: str, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().getrandbits(32)
    record_property("shown at the end", f"{command} among faults: seed {seed}")
    stage.pool("a", "10.0.0.0/26")
    stage.pool("z", "10.9.0.0/28")
    stage.fill("a", "10.0.0", 6, 4)
    before = stage.addresses()
    moving = ["10.0.0.0-10.0.0.20", "--from", "a", "--to", "z"]
    arguments = ["a", "b"] if command == "rename" else moving
    assert stage.program is not None

    with FaultProxy(stage.sandbox.url, seed=seed, rules=RULES) as proxy:
        config = str(kubeconfig(tmp_path, proxy.url))
        ended = stage.program(command, *arguments, "--yes", "--kubeconfig", config)

    assert ended.code == 0, ended
    assert stage.addresses() == before
    assert not any(each.detached for each in stage.consumers().values())
