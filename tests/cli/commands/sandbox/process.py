"""``ippoolctl sandbox`` as a process, and the directories of its runs."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent


PROGRAM = [sys.executable, "-m", "ippoolctl"]


PATIENCE = 30.0


def runs(base: Path) -> list[Path]:
    return sorted(base.glob("run-*"))


def until(happens: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@contextmanager
def sandbox(*arguments: str, **more: Any) -> Iterator["subprocess.Popen[str]"]:
    """The command in the foreground of a process of its own."""
    with subprocess.Popen(
        [*PROGRAM, "sandbox", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def ready(process: "subprocess.Popen[str]") -> str:
    """The path of the kubeconfig, once it is printed."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: "subprocess.Popen[str]", signum: int) -> tuple[int, str]:
    """The exit code after a signal, and the text on standard error."""
    process.send_signal(signum)
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err
