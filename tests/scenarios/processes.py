"""The command as a separate process, with the cluster in this process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import Result

LONG = 60.0
"""Seconds after which a test gives up: more than any machine needs."""


def kubeconfig(directory: Path, url: str) -> Path:
    """One that leads there without credentials."""
    path = directory / f"kubeconfig-{url.rpartition(':')[2]}"
    named = [{"name": "x", "cluster": {"server": url}}]
    contexts = [{"name": "x", "context": {"cluster": "x", "user": "x"}}]
    users = [{"name": "x", "user": {}}]
    content = {"clusters": named, "contexts": contexts, "users": users, "current-context": "x"}
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **content}))
    return path


def eventually(what: Callable[[], object], seconds: float = LONG) -> None:
    """Wait until it is so."""
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it never came about"
        time.sleep(0.01)


@dataclass(frozen=True)
class Started:
    """A command that runs."""

    process: subprocess.Popen[str]

    def send(self, signum: signal.Signals) -> float:
        """Send a signal; the moment."""
        assert self.process.poll() is None, self.process.communicate()
        self.process.send_signal(signum)
        return time.monotonic()

    def ended(self) -> tuple[Result, float]:
        """Its result, and the time."""
        out, err = self.process.communicate(timeout=LONG)
        return Result(self.process.returncode, out, err), time.monotonic()


def start(config: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Started:
    """Start the command."""
    return Started(
        subprocess.Popen(
            [sys.executable, "-m", "ippoolctl", *arguments, "--kubeconfig", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    )
