"""F14: the time of day of this machine may be anything and may step: it decides nothing.

libfaketime shifts it under real processes; the monotonic clock stays. That the shift is real shows
in the column AGE, the one thing that is read from it.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import libfaketime
import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.noise import NOISE
from tests.proxy.fault_proxy import FaultProxy
from tests.scenarios.processes import Started, eventually, kubeconfig, start

RANGE = "10.0.0.0/24"
LAG = 4.0
HOUR, YEAR = 3600.0, 365 * 86_400.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Settings()) as sandbox:
        yield sandbox


class Machine:
    """Where commands run, whose clock steps so many seconds at some moment."""

    def __init__(self, directory: Path, url: str, by: float) -> None:
        self._config = kubeconfig(directory, url)
        self._by, self._offset = by, directory / "offset"
        self._set(0.0)
        self._environment = {
            **libfaketime.get_reload_information()[1],
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
        }

    def step(self) -> None:
        self._set(self._by)

    def start(self, *arguments: str) -> Started:
        return start(self._config, *arguments, environment=self._environment)

    def _set(self, seconds: float) -> None:
        # A process that looks at the file in between shall find all of it.
        written = self._offset.with_suffix(".new")
        written.write_text(f"{seconds:+.0f}\n")
        written.replace(self._offset)


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
