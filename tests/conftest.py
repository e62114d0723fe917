"""Fixtures of every test: a clean environment, and one set of property-test settings."""

import os
import signal
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import USUAL

settings.register_profile(
    "default",
    max_examples=USUAL,
    deadline=None,  # the machine is shared and noisy; speed belongs into bench/
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
    # CI uses the same examples each time; local runs look for new ones.
    derandomize="CI" in os.environ,
)
settings.load_profile("default")

LIMIT = int(os.environ.get("TEST_SECONDS", "600"))
"""Seconds that a test may take, those on a real control plane excepted; none takes a tenth of it,
unless the machine is busy."""

FOREIGN = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERMINAL_WIDTH", "KUBECONFIG")


def pytest_configure() -> None:
    """Take signals as at a terminal: behind ``nohup`` they are ignored, by what we start too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no configuration of the user who runs the tests."""
    for name in (*FOREIGN, *(each for each in os.environ if each.startswith("IPPOOLCTL_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """End a test that a wrong decision keeps busy for ever, and show where it was."""
    if "e2e" in item.path.parts:
        return (yield)
    before = signal.signal(signal.SIGALRM, _over_the_limit)
    # Repeated, since the cleanup that it interrupts into may not end either.
    signal.setitimer(signal.ITIMER_REAL, LIMIT, 10)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _over_the_limit(number: int, frame: FrameType | None) -> None:
    pytest.fail(f"takes more than {LIMIT} seconds")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the messages of tests, from every worker."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "shown at the end":
                terminalreporter.write_line(str(value))
