"""The command as real processes that begin within milliseconds: one that is warm forks them.

It has no threads, so that forking is safe; what it forks is the command and nothing else.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self


class Ended(NamedTuple):
    """The result of a process."""

    code: int
    """Negative for a signal."""
    out: str
    err: str


class Child(NamedTuple):
    """A process that runs, or has run."""

    pid: int
    out: Path


class Forge:
    """Makes processes from ``with`` on until its end, and leaves none."""

    def __init__(self, directory: Path, kubeconfig: Path) -> None:
        self._directory = directory
        self._kubeconfig = kubeconfig
        self._count = 0
        self._running: set[int] = set()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.forge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": "/nonexistent", "COLUMNS": "200"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        for pid in tuple(self._running):
            os.kill(pid, signal.SIGKILL)
            self._tell("wait", pid=pid)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, *arguments: str) -> Child:
        self._count += 1
        out = self._directory / f"{self._count}.out"
        for each in (out, out.with_suffix(".err")):
            each.touch()  # it may be killed before it has begun to write
        argv = ["--kubeconfig", str(self._kubeconfig), *arguments]
        child = Child(self._tell("start", argv=argv, out=str(out)), out)
        self._running.add(child.pid)
        return child

    def kill(self, child: Child, signum: signal.Signals = signal.SIGKILL) -> None:
        """Kill it at once; harmless if it has ended, since its exit status is not read yet."""
        os.kill(child.pid, signum)

    def end(self, child: Child) -> Ended:
        """Wait for its end."""
        status = self._tell("wait", pid=child.pid)
        self._running.discard(child.pid)
        errors = child.out.with_suffix(".err")
        return Ended(os.waitstatus_to_exitcode(status), child.out.read_text(), errors.read_text())

    def __call__(self, *arguments: str) -> Ended:
        return self.end(self.start(*arguments))

    def _tell(self, what: str, **more: Any) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"what": what, **more}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _serve() -> None:
    from ippoolctl.cli.app import main

    # All that a run of the command imports is there before the first fork.
    main(["--help"])
    for name in (
        "cli.commands.create", "cli.commands.extend", "cli.commands.changing.apply",
        "cli.context", "cli.outcomes", "engine.apply",
        "cli.progress", "cli.signals", "engine.reservation", "engine.range_claim",
        "engine.any_range", "engine.await_state", "cluster.kubeconfig.choose",
        "cluster.credentials.cache", "cluster.gateway", "cluster.http.transport",
    ):  # fmt: skip
        __import__(f"ippoolctl.{name}")
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["what"] == "wait":
            answer = os.waitpid(asked["pid"], 0)[1]
        else:
            answer = os.fork() or _run(main, asked["argv"], Path(asked["out"]))
        os.write(_ANSWERS, f"{answer}\n".encode())


_ANSWERS = 3
"""Where the answers go: a copy of standard output, which the command's own help must not reach."""


def _run(main: Any, argv: Sequence[str], out: Path) -> int:
    for number, path in ((1, out), (2, out.with_suffix(".err"))):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(_ANSWERS)
    code = 70
    try:
        code = int(main(list(argv)))
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    os.dup2(1, _ANSWERS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _serve()
