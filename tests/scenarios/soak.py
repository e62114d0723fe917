"""``make soak``: creates, deletes and checks for minutes, under faults and a lag that changes.

Four workers take turns on names of their own; after each round the history of the round is checked,
and memory and file descriptors are looked at. All is bounded, and on loopback.
"""

import argparse
import gc
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.history.history import Command, History, Object
from tests.history.invariants import violations
from tests.scenarios.backend import SandboxBackend, Way
from tests.scenarios.streams import Commands, commands
from tests.scenarios.volume import hasty_faults

WORKERS = 4
LAG = (0.0, 5.0)
FAULTS = 0.06
ROUND = 20.0
"""Seconds of one round."""
TIMEOUT = 60
GROWTH = 24.0
"""MiB by which memory may differ from that after the first third: pages of Python come and go."""
DESCRIPTORS = 8
"""How many more descriptors there may be: what is still being closed."""
FOREIGN = {f"foreign-{number}": f"172.16.{number}.0/24" for number in range(5)}


@dataclass
class Ledger:
    """The actions of the workers in this round."""

    ended: list[Command] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, command: Command, expected: int) -> None:
        with self.lock:
            self.ended.append(command)
            self.counts[f"{command.verb} {command.code}"] += 1
            if command.code != expected:
                said = f"{command.verb} {command.pool} ended with {command.code}"
                self.wrong.append(f"{said} instead of {expected}: {command.outcome}")

    def checked(self, code: int) -> None:
        with self.lock:
            self.counts[f"check {code}"] += 1
            if code != 0:
                self.wrong.append(f"check ended with {code}")


class Worker:
    """Creates, deletes and checks in turns that chance decides about."""

    def __init__(self, number: int, seed: int, run: Commands, login: Sequence[str]) -> None:
        self._number, self._run, self._login = number, run, login
        self._chance = random.Random(f"{seed} {number}")
        self._there: dict[str, str] = {}
        self._made = 0

    def work(self, ledger: Ledger, until: float) -> None:
        while time.monotonic() < until:
            draw = self._chance.random()
            if draw < 0.05:
                ledger.add(self._create(*self._chance.choice(list(FOREIGN.items()))), 4)
            elif draw < 0.15:
                ledger.checked(self._check())
            elif self._there and (draw < 0.5 or len(self._there) > 8):
                ledger.add(self._delete(), 0)
            else:
                ledger.add(self._create_new(), 0)

    def _create_new(self) -> Command:
        # Few ranges, used again and again: most creates meet a cache that is behind.
        taken = set(self._there.values())
        free = [each for each in map(self._cidr, range(12)) if each not in taken]
        self._made += 1
        name, cidr = f"w{self._number}-{self._made}", self._chance.choice(free)
        command = self._create(name, cidr)
        if command.code == 0:
            self._there[name] = cidr
        return command

    def _cidr(self, number: int) -> str:
        return f"10.{self._number}.{number}.0/24"

    def _create(self, name: str, cidr: str) -> Command:
        return self._ended(("create", name, "--range", cidr, "--wait"), name, (cidr,))

    def _delete(self) -> Command:
        name = self._chance.choice(list(self._there))
        command = self._ended(("delete", name, "--wait"), name, ())
        if command.code == 0:
            del self._there[name]
        return command

    def _check(self) -> int:
        # One that asks once meets a fault too often to be of use: only what it finds counts.
        code = self._run("check", "-q", *self._login).code
        return 0 if code == 3 else code

    def _ended(self, arguments: Sequence[str], name: str, ranges: tuple[str, ...]) -> Command:
        told = self._run(*arguments, "--timeout", f"{TIMEOUT}s", "-q", "-o", "json", *self._login)
        document = json.loads(told.out)
        outcome = document["items"][0] if "items" in document else {"error": document}
        return Command(arguments[0], name, TIMEOUT, told.code, outcome, ranges)


@dataclass
class Soak:
    """One run, round by round."""

    seed: int
    backend: SandboxBackend
    way: Way
    log: Path
    created: dict[str, Command] = field(default_factory=dict)
    before: dict[str, Object] = field(default_factory=dict)
    failed: int = 0

    def judge(self, ledger: Ledger) -> None:
        """Look at everything that the round has left, and forget it."""
        for each in ledger.ended:
            if each.verb == "create" and each.code == 0:
                self.created[each.pool] = each
            elif each.verb == "delete" and each.code == 0:
                self.created.pop(each.pool, None)
        commands = [*self.created.values(), *(each for each in ledger.ended if each.code)]
        events = [json.loads(each) for each in self.log.read_text("ascii").splitlines()]
        after = self.backend.pools()
        history = History(commands, self.before, after, tuple(self.way.proxy.log), events)
        gone = [name for name in after if name not in self.created and name not in self.before]
        broken = [*ledger.wrong, *violations(history), *(f"pool {each} is left" for each in gone)]
        self.failed += len(broken)
        for sentence in broken:
            say(f"broken: {sentence}")
        self.way.proxy.log.clear()
        self.log.write_text("")
        self.backend.sandbox.store.compact()


def say(text: str) -> None:
    """Say it past the streams of the commands."""
    assert sys.__stdout__ is not None
    sys.__stdout__.write(f"{text}\n")
    sys.__stdout__.flush()


def memory() -> float:
    """Resident MiB of this process."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def soaking(seed: int, directory: Path) -> Iterator[Soak]:
    with Sandbox(Settings(lag=LAG, seed=seed)) as sandbox:
        backend = SandboxBackend(sandbox)
        for name, cidr in FOREIGN.items():
            backend.store(name, cidr)
        log = directory / "events"
        log.touch()
        with backend.way(seed, hasty_faults(FAULTS)) as way:
            yield Soak(seed, backend, way, log, before=dict(backend.pools()))


def soak(seconds: float, seed: int, directory: Path) -> int:
    """Run for so long; how much went wrong."""
    ends = time.monotonic() + seconds
    samples: list[tuple[float, int]] = []
    total: Counter[str] = Counter()
    with soaking(seed, directory) as running, commands() as run:
        login = (*running.way.login, "--events", str(running.log), "--request-timeout", "2s")
        workers = [Worker(number, seed, run, login) for number in range(WORKERS)]
        while time.monotonic() < ends:
            ledger, until = Ledger(), min(time.monotonic() + ROUND, ends)
            with ThreadPoolExecutor(WORKERS) as threads:
                for each in [threads.submit(worker.work, ledger, until) for worker in workers]:
                    each.result()
            running.judge(ledger)
            total += ledger.counts
            samples.append((memory(), descriptors()))
            said = ", ".join(f"{count} {what}" for what, count in sorted(ledger.counts.items()))
            say(f"{said}; {samples[-1][0]:.1f} MiB, {samples[-1][1]} descriptors")
        failed = running.failed + _grown(samples)
    print(f"seed {seed}: {dict(sorted(total.items()))}, {failed} violations")
    return failed


def _grown(samples: Sequence[tuple[float, int]]) -> int:
    """1 for memory and 1 for descriptors that are not flat since the first third."""
    warm = samples[len(samples) // 3 :]
    first, last = warm[0], warm[-1]
    grown = (last[0] - first[0] > GROWTH) + (last[1] - first[1] > DESCRIPTORS)
    say(f"memory {first[0]:.1f} to {last[0]:.1f} MiB, descriptors {first[1]} to {last[1]}")
    return grown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.seconds:.0f} s")
    with tempfile.TemporaryDirectory(prefix="ippoolctl-soak-") as directory:
        return 1 if soak(given.seconds, given.seed, Path(directory)) else 0


if __name__ == "__main__":
    sys.exit(main())
