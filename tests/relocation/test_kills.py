"""Killed at any request, rename, move, shrink and restore are finished by the next run.

``RELOCATION_KILLS=50`` kills at 50 steps of each, or at all if there are fewer, with 20 Egresses
and 5 Services.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kills.forge import Forge
from tests.kills.kit import seeded
from tests.kills.trap import Trap, When
from tests.relocation.kills import Killing
from tests.relocation.stage import Stage
from tests.scenarios.processes import kubeconfig

Record = Callable[[str, object], None]
KILLS = int(os.environ.get("RELOCATION_KILLS", "0"))
SAMPLE = 4


@pytest.fixture
def killers(stage: Stage, tmp_path: Path) -> Iterator[tuple[Stage, Trap, Forge]]:
    with Trap(stage.sandbox.url) as trap:
        config = trap.kubeconfig(kubeconfig(tmp_path, stage.sandbox.url), tmp_path)
        with Forge(tmp_path, config) as forge:
            yield stage, trap, forge


@pytest.fixture
def killing(killers: tuple[Stage, Trap, Forge]) -> Killing:
    many, few = (20, 5), (4, 2)
    return Killing(*killers, *(many if KILLS else few))


@pytest.mark.parametrize("command", ["rename", "move", "shrink", "apply", "restore"])
def test_a_run_killed_at_any_request_is_finished_by_the_next_one(
    killing: Killing, command: str, record_property: Record
) -> None:
    requests = killing.requests_of(command)
    steps = [(number, when) for number in range(1, requests + 1) for when in When]
    sample = min(KILLS or SAMPLE, len(steps))
    chance = seeded(record_property, f"{command} killed at {sample} of {len(steps)} steps")

    codes = [killing.kill(command, *each) for each in chance.sample(steps, sample)]

    record_property("shown at the end", f"{command}: {codes.count(-9)} kills, all finished")
    assert codes.count(-9) > len(codes) / 2


@pytest.mark.parametrize("command", ["rename", "move", "shrink", "apply"])
def test_without_consumers_another_machine_finishes_too(
    killers: tuple[Stage, Trap, Forge], tmp_path: Path, command: str, record_property: Record
) -> None:
    def lose_the_machine() -> None:
        shutil.rmtree(tmp_path / "state", ignore_errors=True)

    killing = Killing(*killers, 0, 0, lose_the_machine)
    requests = killing.requests_of(command)
    steps = [(number, when) for number in range(1, requests + 1) for when in When]
    sample = min(KILLS or SAMPLE, len(steps))
    chance = seeded(record_property, f"{command} killed at {sample} of {len(steps)} steps")

    codes = [killing.kill(command, *each) for each in chance.sample(steps, sample)]

    assert codes.count(-9) > len(codes) / 2
