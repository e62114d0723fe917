"""``list --watch`` as a process: broken watches, signals, a closed pipe, and a terminal."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from tests.e2e.waiting import until
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import DropWatch, Rule, Status
from tests.sandbox.running import QUICK, Running, running


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with running(QUICK) as sandbox:
        assert sandbox.create("a", "10.0.0.0/28").status == 201
        sandbox.settle()
        yield sandbox


@contextmanager
def watching(
    server: str, out: int | IO[bytes], *arguments: str
) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "ippoolctl", "list", "-w", "--server", server, *arguments]
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdout, process.stderr)):
            stream.close()


def end(process: "subprocess.Popen[bytes]", by: signal.Signals) -> int:
    process.send_signal(by)
    return process.wait(5)


@pytest.mark.parametrize(
    "rules",
    [
        [Rule(DropWatch(after_seconds=0.3), watch=True)],
        [Rule(DropWatch(after_bytes=100), watch=True, probability=0.5)],
        [Rule(Status(410), watch=True, probability=0.5)],
        [
            Rule(Status(503), probability=0.4, after=1),
            Rule(DropWatch(after_seconds=0.2), watch=True),
        ],
        [Rule(Status(403), watch=True)],
    ],
    ids=["cut soon", "cut inside of events", "gone", "busy and cut", "forbidden"],
)
def test_a_list_is_right_at_the_end_despite_broken_watches(
    sandbox: Running, rules: list[Rule], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with (
        FaultProxy(sandbox.sandbox.url, seed=1, rules=rules) as proxy,
        out.open("wb") as file,
        watching(proxy.url, file, "--no-headers") as process,
    ):
        until(lambda: b"ok" in out.read_bytes(), "the list is written")
        for number in range(8):
            sandbox.create(f"p{number}", f"10.0.{number + 1}.0/28")
            time.sleep(0.15)
            if number % 2:
                sandbox.delete(f"p{number}")
        until(lambda: shown(out) == truth(sandbox), "all changes are written")
        assert end(process, signal.SIGINT) == 130


def truth(sandbox: Running) -> dict[str, str]:
    return dict.fromkeys(sandbox.pools(), "ok")


def shown(out: Path) -> dict[str, str]:
    """The last state of each pool that is there."""
    states = {}
    for each in out.read_text().splitlines():
        name, *_, state, _ = each.split()
        states[name] = state
    return {name: state for name, state in states.items() if state != "deleted"}


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_watch(
    sandbox: Running, tmp_path: Path, by: signal.Signals, code: int
) -> None:
    out = tmp_path / "out"
    with out.open("wb") as file, watching(sandbox.sandbox.url, file) as process:
        until(lambda: b"ok" in out.read_bytes(), "the list is written")

        assert end(process, by) == code
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_closed_pipe_ends_a_watch(sandbox: Running) -> None:
    with watching(sandbox.sandbox.url, subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"NAME")
        process.stdout.close()

        assert process.wait(10) == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_terminal_is_redrawn_after_each_change(sandbox: Running) -> None:
    ours, theirs = pty.openpty()
    with watching(sandbox.sandbox.url, theirs, "--color", "never") as process:
        os.close(theirs)
        screen = Screen(ours)
        until(lambda: screen.names == ["a"], "the list is drawn")
        sandbox.create("b", "10.0.1.0/28")
        until(lambda: screen.names == ["a", "b"], "it is redrawn")
        sandbox.delete("a")
        until(lambda: screen.names == ["b"], "it is redrawn")

        assert end(process, signal.SIGINT) == 130
    os.close(ours)


class Screen:
    """The screen of a terminal: the output after it was last cleared."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._text = ""
        os.set_blocking(descriptor, False)

    @property
    def names(self) -> list[str]:
        with suppress(BlockingIOError):
            self._text += os.read(self._descriptor, 65_536).decode()
        last = self._text.rpartition("\x1b[H\x1b[J")[2]
        return re.findall(r"^(\w+) .* ok ", last, re.MULTILINE)
