"""Running processes in turn, and what each took."""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

RUNS = 7
BIN = Path(sys.executable).parent
IPPOOLCTL = str(BIN / "ippoolctl")
KUBECTL = str(BIN / "kubectl")


class Run(NamedTuple):
    """What one process took."""

    seconds: float
    least: float
    """Seconds of the fastest run: where two small figures are subtracted, noise hurts least."""
    mebibytes: float
    elapsed: float
    """Seconds from its start to its end: what counts where a server answers."""


class Bar(NamedTuple):
    """One row of the table."""

    work: str
    figure: str
    bar: str
    met: bool


def once(command: Sequence[str]) -> Run:
    """Run a command to its end, its output thrown away."""
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in (0, 1, 2)]
    began = time.perf_counter()
    process = os.posix_spawn(command[0], list(command), os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    elapsed = time.perf_counter() - began
    os.close(null)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        message = f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}"
        raise SystemExit(message)
    seconds = usage.ru_utime + usage.ru_stime
    return Run(seconds, seconds, usage.ru_maxrss / 1024, elapsed)


def in_turn(*commands: Sequence[str], runs: int = RUNS) -> list[Run]:
    """The median of each command, run in turn after one run that does not count."""
    for command in commands:
        once(command)
    rounds = [[once(command) for command in commands] for _ in range(runs)]
    return [
        Run(
            statistics.median(each.seconds for each in column),
            min(each.seconds for each in column),
            max(each.mebibytes for each in column),
            statistics.median(each.elapsed for each in column),
        )
        for column in zip(*rounds, strict=True)
    ]
