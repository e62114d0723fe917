"""Many leases at once as processes, and the ways they end."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from ippoolctl.domain.addresses.overlaps import count_pairs
from ippoolctl.domain.addresses.ranges import span_of
from ippoolctl.domain.timestamps import duration_seconds
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool
from tests.scenarios.processes import LONG, eventually

TTL: Final = "6s"
FATES: Final = (
    ("exit 0", None, 0),
    ("exit 3", None, 3),
    ("kill -KILL $$", None, 137),
    ("exec sleep 60", signal.SIGINT, 130),
    ("exec sleep 60", signal.SIGTERM, 143),
    ("while :; do sleep 0.1; done", signal.SIGTERM, 5),
    ("exec sleep 60", signal.SIGKILL, -signal.SIGKILL),
)
"""What a command does, the signal that its lease gets meanwhile, and the code of the lease."""


TRAPS: Final = "n=0; trap 'n=$((n + 1)); test $n -lt ${STOPS:-1} || exit 5' TERM;"
"""A command that goes on in this shell ends at the first SIGTERM, or at a later one."""


class Starter(Protocol):
    """Starts a lease that ends with the test."""

    def __call__(self, command: str, *arguments: str, stops: int = 1) -> "LeaseProcess":
        """See :class:`LeaseProcess`."""
        ...


@dataclass
class LeaseProcess:
    """A lease whose command writes its process ID and its ranges to a file."""

    config: Path
    file: Path
    command: str
    arguments: Sequence[str] = ()
    stops: int = 1
    """The number of the SIGTERM at which a shell ends."""
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        part = f"{self.file}.part"
        script = f"{TRAPS} echo $$ $IPPOOL_RANGES > {part}; mv {part} {self.file};"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "ippoolctl", "lease", "--ips", "6", "--within",
                "10.20.0.0/24", "--ttl", TTL, "--kubeconfig", str(self.config), *self.arguments,
                "--", "sh", "-c", f"{script} {self.command}",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "HOME": "/nonexistent", "STOPS": str(self.stops)},
            start_new_session=True,  # without a terminal, which would send signals itself
        )  # fmt: skip

    @property
    def runs(self) -> bool:
        """Whether the command has begun."""
        return self.file.exists()

    def end_at_last(self) -> None:
        """Kill the lease and its command."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def has_begun(self) -> bool:
        """Whether the command has begun, or never will."""
        return self.runs or self.process.poll() is not None

    @property
    def written(self) -> tuple[int, str]:
        """The process ID of the command, and its ranges."""
        number, ranges = self.file.read_text().split()
        return int(number), ranges

    def said_until(self, word: str) -> str:
        """The text on standard error up to the line with this word, or to the end."""
        assert self.process.stderr is not None
        lines: list[str] = []
        for line in self.process.stderr:
            lines.append(line)
            if word in line:
                break
        return "".join(lines)

    def ended(self) -> tuple[int, str]:
        """The exit code, and the text on standard error."""
        _, err = self.process.communicate(timeout=LONG)
        return self.process.returncode, err

    def kill_command(self) -> None:
        """End a command that has lost its lease."""
        os.kill(self.written[0], signal.SIGKILL)


def expire() -> None:
    """Let the lifetime of every pool end."""
    time.sleep((duration_seconds(TTL) or 0) + 2)


def names(sandbox: Sandbox) -> list[str]:
    """The pools that exist."""
    found, _ = sandbox.store.snapshot(sandbox.kinds.pools.resource)
    return sorted(name for _, name in found)


def age(sandbox: Sandbox) -> None:
    """Make every pool as old as the century, such as those of runs that were killed long ago."""
    resource = sandbox.kinds.pools.resource
    for key, before in sandbox.store.snapshot(resource)[0].items():
        metadata = {**before["metadata"], "creationTimestamp": "2001-01-01T00:00:00Z"}
        sandbox.store.commit(resource, key, before, {**before, "metadata": metadata})


def overlaps(ranges: Sequence[str]) -> int:
    """How many pairs of these ranges have addresses in common."""
    spans = [span_of(found) for each in ranges for found in pool("it", each).ranges]
    return count_pairs((each.first, each.last, 0) for each in spans if each is not None)


def run_fates(start: Starter, count: int) -> tuple[list[int], list[str]]:
    """Run that many leases at once, and end each by its fate; the codes, and all ranges."""
    fates = [FATES[number % len(FATES)] for number in range(count)]
    leases = [start(command) for command, _, _ in fates]
    for each, (_, signum, _) in zip(leases, fates, strict=True):
        eventually(each.has_begun)
        if signum is not None:
            each.process.send_signal(signum)
        if signum is signal.SIGKILL:
            each.process.wait(LONG)
            each.kill_command()
    ends = [each.ended() for each in leases]
    wrong = [
        (number, code, err)
        for number, ((code, err), (_, _, expected)) in enumerate(zip(ends, fates, strict=True))
        if code != expected
    ]
    assert not wrong, wrong
    return [code for code, _ in ends], [each.written[1] for each in leases]


def end_at_any_moment(start: Starter, count: int, seed: int) -> list[tuple[int, str]]:
    """Run that many leases at once, and end each by a signal at a random moment; their codes, and
    what they said.
    """
    chance = random.Random(seed)
    leases = [start("exec sleep 0.5") for _ in range(count)]
    moments = sorted((chance.uniform(0.2, 6.0), number) for number in range(count))
    began = time.monotonic()
    for moment, number in moments:
        time.sleep(max(began + moment - time.monotonic(), 0))
        signum = chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL))
        leases[number].process.send_signal(signum)
    return [each.ended() for each in leases]
