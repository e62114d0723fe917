"""F14: the time of day of this machine may be anything and may step: it decides nothing.

A ``sitecustomize`` shifts it in a process, as libfaketime would; the monotonic clock stays. That
the shift is real shows in the column AGE, the one thing that is read from it.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.proxy.fault_proxy import FaultProxy
from tests.scenarios.processes import Started, eventually, kubeconfig, start

RANGE = "10.0.0.0/24"
LAG = 4.0
NOISE = 8.0
"""Seconds for which a busy machine may not let a process go on, its start included."""
HOUR, YEAR = 3600.0, 365 * 86_400.0

SHIFTED = """
import datetime, os, time

_by, _time, _time_ns = float(os.environ["CLOCK_STEP"]), time.time, time.time_ns


def _shift():
    return _by if os.path.exists(os.environ["CLOCK_STEPS_WITH"]) else 0.0


class _Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)


time.time = lambda: _time() + _shift()
time.time_ns = lambda: _time_ns() + int(_shift() * 1e9)
datetime.datetime = _Datetime
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Settings()) as sandbox:
        yield sandbox


class Machine:
    """Where commands run, whose clock steps so many seconds at some moment."""

    def __init__(self, directory: Path, url: str, by: float) -> None:
        (directory / "sitecustomize.py").write_text(SHIFTED)
        self._config = kubeconfig(directory, url)
        self._stepped = directory / "stepped"
        step = {"CLOCK_STEP": str(by), "CLOCK_STEPS_WITH": str(self._stepped)}
        self._environment = {"PYTHONPATH": str(directory), **step}

    def step(self) -> None:
        self._stepped.touch()

    def start(self, *arguments: str) -> Started:
        return start(self._config, *arguments, environment=self._environment)


STEPS = [HOUR, -HOUR, YEAR, -YEAR]


@pytest.mark.parametrize("early", [True, False], ids=["from the start", "in mid-wait"])
@pytest.mark.parametrize("by", STEPS)
def test_a_step_of_the_clock_changes_neither_outcome_nor_duration(
    sandbox: Sandbox, tmp_path: Path, by: float, *, early: bool
) -> None:
    sandbox._put(pool_object("old", RANGE))
    sandbox.cache.catch_up()
    with FaultProxy(sandbox.url, seed=14) as proxy:
        machine = Machine(tmp_path, proxy.url, by)
        if early:
            machine.step()
        sandbox.cache.lag = LAG
        assert machine.start("delete", "old").ended()[0].code == 0
        began = time.monotonic()
        creating = machine.start("create", "mine", "--range", RANGE, "--wait", "-o", "json")
        waiting = machine.start("wait", "nothing", "--timeout", "3s", "-o", "json")
        asked = ("POST", "externalippools"), ("GET", "nothing")
        eventually(
            lambda: {(each.method, each.path.rpartition("/")[2]) for each in proxy.log} >= {*asked}
        )
        machine.step()
        (created, one), (waited, other) = creating.ended(), waiting.ended()

    (made,), (absent,) = created.document["items"], waited.document["items"]
    assert (created.code, made["state"]) == (0, "created")
    assert made["seconds"] < LAG + NOISE
    assert one - began < LAG + 2 * NOISE
    assert waited.code == 5
    assert 3 <= absent["seconds"] < 3 + NOISE
    assert other - began < 3 + 2 * NOISE


@pytest.mark.parametrize(
    ("by", "age"),
    [(HOUR, "60m"), (-HOUR, "0s"), (YEAR, "365d"), (-YEAR, "0s")],
)
def test_an_age_is_never_negative_and_nothing_expires_by_our_clock(
    sandbox: Sandbox, tmp_path: Path, by: float, age: str
) -> None:
    machine = Machine(tmp_path, sandbox.url, by)
    machine.step()
    young = pool_object("young", RANGE)
    young["metadata"]["annotations"] = {"ippoolctl/request-id": "x/1", "ippoolctl/ttl": "30m"}
    sandbox._put(young)

    listing = machine.start("list", "-o", "wide", "--no-headers")
    sweeping = machine.start("sweep", "--yes")

    (line,) = listing.ended()[0].out.splitlines()
    assert age in line.split()
    assert sweeping.ended()[0].err == "nothing to sweep\n"
