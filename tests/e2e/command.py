"""The command against the control plane: in this process, or as processes of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from ippoolctl.cli.app import main
from tests.cli.program import Result
from tests.e2e.cluster import Cluster


@dataclass(frozen=True)
class Timed:
    """The result of a run, and the time of its end."""

    result: Result
    seconds: float
    ended: float
    """By ``time.monotonic()``."""


@dataclass(frozen=True)
class Command:
    """``command("list")`` runs in this process, ``command.start("list")`` beside it."""

    cluster: Cluster
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, user: str = "admin") -> Result:
        return self.timed(*arguments, user=user).result

    def timed(self, *arguments: str, user: str = "admin") -> Timed:
        began = time.monotonic()
        code = main([*arguments, *self._login(user)])
        ended = time.monotonic()
        captured = self.capsys.readouterr()
        return Timed(Result(code, captured.out, captured.err), ended - began, ended)

    def start(self, *arguments: str, user: str = "admin") -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ippoolctl", *arguments, *self._login(user)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": "/nonexistent"},
        )

    def _login(self, user: str) -> Sequence[str]:
        return ("--kubeconfig", str(self.cluster.plane.kubeconfig(user)))


def ended(process: "subprocess.Popen[str]", within: float = 90.0) -> Result:
    """Wait for a process that was started."""
    out, err = process.communicate(timeout=within)
    return Result(process.returncode, out, err)


def outcome_of(result: Result) -> Any:
    """The one item of an OutcomeList."""
    (item,) = orjson.loads(result.out)["items"]
    return item
