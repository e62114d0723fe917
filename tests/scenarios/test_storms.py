"""F9: each answer with Retry-After, valid or not, leads to one further request."""

import itertools
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from ippoolctl.sandbox.sandbox import Sandbox
from tests.cli.program import Program
from tests.noise import NOISE
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Rule, Status

COMMANDS = {
    "create": ("create", "new", "--range", "10.0.0.0/24", "--wait"),
    "delete": ("delete", "old", "--wait"),
    "wait": ("wait", "old", "--until", "gone"),
}
EARLIEST = 0.95
"""Share of what was asked for: clocks of two threads are read one after the other."""


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    with Sandbox() as sandbox, FaultProxy(sandbox.url, seed=1) as running:
        yield running


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(capsys)


def storm(header: str, times: int | None = None) -> Rule:
    headers = (("Retry-After", header), ("Date", formatdate(1_800_000_000, usegmt=True)))
    return Rule(Status(429, headers, message="too many requests"), times=times)


def gaps(proxy: FaultProxy) -> list[float]:
    began = [each.began for each in proxy.log]
    return [after - before for before, after in itertools.pairwise(began)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("header", ["30", "1000000000", formatdate(1_800_000_030, usegmt=True)])
def test_a_retry_after_beyond_the_deadline_ends_at_the_deadline(
    proxy: FaultProxy, program: Program, header: str, command: str
) -> None:
    proxy.rules = [storm(header)]
    began = time.monotonic()

    result = program(*COMMANDS[command], "--timeout", "1s", "--server", proxy.url)

    assert result.code == 5
    assert 1 <= time.monotonic() - began < 2 + NOISE
    # The second one is the last look within the second of grace, at most.
    assert len(proxy.log) <= 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1", 1.0), ("abc", 1.0), (formatdate(1_800_000_001, usegmt=True), 1.0), ("2", 2.0)],
)
def test_retry_after_is_obeyed(
    proxy: FaultProxy, program: Program, header: str, seconds: float
) -> None:
    proxy.rules = [storm(header, times=2)]

    result = program(*COMMANDS["create"], "--server", proxy.url)

    assert result.code == 0
    assert min(gaps(proxy)[:2]) >= seconds * EARLIEST


@pytest.mark.parametrize("header", ["0", "-5"])
def test_a_retry_after_of_zero_or_less_causes_no_storm(
    proxy: FaultProxy, program: Program, header: str
) -> None:
    proxy.rules = [storm(header)]

    result = program(*COMMANDS["create"], "--timeout", "4s", "--server", proxy.url)

    # Full jitter up to 0.2, 0.4, 0.8, 1.6 and then 2 s: 40 in 4 s is far beyond the usual 8.
    assert result.code == 5
    assert len(proxy.log) <= 40
