"""Running the command: in this process for speed, as a process where the process matters."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from ippoolctl.cli.app import main


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one document that it must be."""
        return orjson.loads(self.out)


@dataclass(frozen=True)
class Program:
    """``program("check", "a.yaml")`` is the command with these arguments."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Result:
        code = main(list(arguments))
        captured = self.capsys.readouterr()
        return Result(code, captured.out, captured.err)


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    environment: Mapping[str, str] = options.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "ippoolctl", *arguments],
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
        **options,
    )
