"""The bars of the consistency engine that are seconds, on a sandbox whose webhook lags."""

import contextlib
import io
import tempfile
from contextlib import closing
from pathlib import Path

from bench.measuring import Bar
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.allocation.clients import (
    CLIENTS,
    Ended,
    Server,
    commands_at_once,
    fresh,
    kubeconfig,
    overlaps,
    processes_at_once,
)
from tests.allocation.regret import MOST, SHARE, USUAL, regrets
from tests.allocation.test_regret import measured

LAGS = (0.0, 0.3, 2.0, 10.0)
SLOWEST = 5.0


def consistency() -> list[Bar]:
    """Twenty clients at once, and what is lost after stale denials."""
    quiet = contextlib.redirect_stdout(io.StringIO())  # for the commands that run in this process
    with tempfile.TemporaryDirectory() as name, quiet:
        directory = Path(name)
        return [_at_once(directory), _as_processes(directory), *_regret(directory)]


def _at_once(directory: Path) -> Bar:
    ends = []
    for lag in LAGS:
        with Sandbox(Settings(lag=lag)) as sandbox, closing(Server(sandbox.url)) as server:
            config = kubeconfig(sandbox.url, directory)
            ends += commands_at_once(config, [[*each, "-q"] for each in fresh(0)])
            assert overlaps(server.pools()) == 0
    return _slowest(f"{CLIENTS} `create --ips` at once in a process, the slowest", ends)


def _as_processes(directory: Path) -> Bar:
    ends = []
    for lag in LAGS:
        with Sandbox(Settings(lag=lag)) as sandbox, closing(Server(sandbox.url)) as server:
            ends += processes_at_once(kubeconfig(sandbox.url, directory), fresh(0))
            assert overlaps(server.pools()) == 0
    return _slowest(f"{CLIENTS} as processes, the slowest beyond its start", ends)


def _slowest(work: str, ends: list[Ended]) -> Bar:
    assert {each.code for each in ends} == {0}
    slowest = max(each.seconds for each in ends)
    return Bar(work, f"{slowest:.2f} s", f"< {SLOWEST:.0f} s", slowest < SLOWEST)


def _regret(directory: Path) -> list[Bar]:
    found = regrets(lambda lags: measured(lags, directory))
    work = f"{len(found.lags)} creates after a stale denial, beyond {SHARE:.0%} of the lag"
    return [
        Bar(f"{work}: the slowest", f"{found.most:.2f} s", f"≤ {MOST} s", found.most <= MOST),
        Bar(f"{work}: 95 of 100", f"{found.usual:.2f} s", f"≤ {USUAL} s", found.usual <= USUAL),
    ]
