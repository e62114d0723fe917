"""A child process, and ports for it."""

import os
import random
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path


def _ports() -> range:
    """Below the ports that the kernel gives to clients, and apart from those of other workers.

    In place of a worker that crashed comes one with a higher number.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % workers
    each = 10_000 // workers
    return range(20_000 + number * each, 20_000 + (number + 1) * each)


def free_port() -> int:
    """A loopback port without a listener.

    While its server is down, no other server takes it, and no client that dials it is connected to
    itself.
    """
    ports = _ports()
    while True:
        port = random.choice(ports)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Child:
    """A process that ends at the latest when we do: its standard input ends with us."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def first_line(self) -> str:
        """The first line of its standard output; empty if it ended without one."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode().strip()

    def last_words(self) -> str:
        """The end of its log."""
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-15:])

    def pause(self) -> None:
        """Let it stand still, its connections open."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it at once, without a shutdown."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
