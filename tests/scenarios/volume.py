"""Many creates and deletes at once under faults: F1, F2 and F3 of the reliability bars.

Names and ranges are disjoint, so that every create has to succeed but those whose name is taken.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.history.history import Command, History, Object
from tests.history.invariants import violations
from tests.proxy.faults import Rule, Status, standard_faults
from tests.scenarios.backend import Backend
from tests.scenarios.streams import Commands, commands


@dataclass(frozen=True)
class Load:
    """The size of a run, and its faults."""

    pools: int
    workers: int
    seed: int
    faults: float = 0.06
    """The probability of each of the seven kinds."""
    taken: float = 0.05
    """The share of names that foreign pools have."""
    timeout: int = 120
    """Seconds of ``--timeout``."""
    request_timeout: str = "15s"
    """No fault takes that long; a busy machine may."""


@dataclass(frozen=True)
class Report:
    """The results of a run."""

    load: Load
    history: History
    seconds: float
    broken: Sequence[str]
    """Violations of the invariants, and commands that ended otherwise than they should."""

    @property
    def line(self) -> str:
        codes = Counter((each.verb, each.code) for each in self.history.commands)
        ends = ", ".join(f"{count} {verb} {code}" for (verb, code), count in sorted(codes.items()))
        faults = sum(each.fault is not None for each in self.history.sent)
        return (
            f"seed {self.load.seed}: {ends}; {len(self.history.sent)} requests with {faults} faults"
            f" in {self.seconds:.0f} s; {len(self.broken)} violations"
        )


def hasty_faults(probability: float) -> tuple[Rule, ...]:
    """The seven kinds; half of the servers that ask to come later mean at once."""
    rules = []
    for rule in standard_faults(probability):
        if isinstance(rule.fault, Status) and rule.fault.code == 503:
            at_once = replace(rule.fault, headers=(("Retry-After", "0"),))
            half = replace(rule, probability=rule.probability / 2)
            rules += [half, replace(half, fault=at_once)]
        else:
            rules.append(rule)
    return tuple(rules)


def cidr(number: int) -> str:
    """One range for each number below 65,536."""
    return f"10.{number // 256}.{number % 256}.0/28"


def creates(backend: Backend, load: Load, directory: Path) -> Report:
    """F1 and F2: every create succeeds, but those of a name that is taken."""
    chosen = random.Random(load.seed).sample(range(load.pools), int(load.pools * load.taken))
    for number in chosen:
        backend.store(f"p{number}", f"172.16.{number % 256}.{number // 256 * 16}/28")
    before, taken = backend.pools(), {f"p{number}" for number in chosen}

    def create(number: int, run: Commands, login: Sequence[str]) -> Command:
        name, asked = f"p{number}", cidr(number)
        given = ("create", name, "--range", asked, "--wait")
        return _ended(run, given, login, load, name, (asked,))

    made = _carried_out(backend, load, directory, create, before)
    expected = {f"p{number}": 4 if f"p{number}" in taken else 0 for number in range(load.pools)}
    return _judged(made, expected)


def deletes(backend: Backend, load: Load, directory: Path) -> Report:
    """F3: every delete succeeds; a pool recreated in its place is left alone."""
    numbers = range(load.pools)
    before = backend.pools()
    for number in numbers:
        if f"p{number}" not in before:
            backend.store(f"p{number}", cidr(number))
    before = backend.pools()
    sample = random.Random(load.seed).sample(numbers, int(load.pools * load.taken))
    names = {f"p{number}": f"172.17.{number % 256}.{number // 256 * 16}/28" for number in sample}

    def delete(number: int, run: Commands, login: Sequence[str]) -> Command:
        name = f"p{number}"
        ended = _ended(run, ("delete", name, "--until", "gone"), login, load, name, ())
        return replace(ended, uid=before[name]["metadata"]["uid"])

    with _recreated(backend, names) as made:
        report = _carried_out(backend, load, directory, delete, before)
    history = replace(report.history, before={**before, **made}, after=backend.pools())
    return _judged(replace(report, history=history), {f"p{number}": 0 for number in numbers})


def _carried_out(
    backend: Backend,
    load: Load,
    directory: Path,
    act: Callable[[int, Commands, Sequence[str]], Command],
    before: Any,
) -> Report:
    log = directory / f"events-{time.monotonic_ns()}"
    began = time.monotonic()
    with backend.way(load.seed, hasty_faults(load.faults)) as way, commands() as run:
        login = (*way.login, "--events", str(log), "--request-timeout", load.request_timeout)
        with ThreadPoolExecutor(load.workers) as threads:
            ended = list(threads.map(lambda number: act(number, run, login), range(load.pools)))
        sent = tuple(way.proxy.log)
    seconds = time.monotonic() - began
    events = tuple(map(json.loads, log.read_text("ascii").splitlines()))
    history = History(ended, before, backend.pools(), sent, events)
    return Report(load, history, seconds, ())


def _judged(report: Report, expected: dict[str, int]) -> Report:
    wrong = [
        f"{each.verb} {each.pool} ended with {each.code} instead of {expected[each.pool]}:"
        f" {each.outcome}"
        for each in report.history.commands
        if each.code != expected[each.pool]
    ]
    return replace(report, broken=(*wrong, *violations(report.history)))


def _ended(
    run: Commands,
    arguments: Sequence[str],
    login: Sequence[str],
    load: Load,
    pool: str,
    ranges: tuple[str, ...],
) -> Command:
    began = time.monotonic()
    told = run(*arguments, "--timeout", f"{load.timeout}s", "-q", "-o", "json", *login)
    document = json.loads(told.out)
    outcome = document["items"][0] if document["kind"] == "OutcomeList" else {"error": document}
    seconds = time.monotonic() - began
    return Command(arguments[0], pool, load.timeout, told.code, outcome, ranges, seconds=seconds)


@contextmanager
def _recreated(backend: Backend, wanted: dict[str, str]) -> Iterator[dict[str, Object]]:
    """Recreate pools under the same name as soon as they are deleted."""
    over = threading.Event()
    made: dict[str, Object] = {}

    def work() -> None:
        while not over.wait(0.05):
            present = backend.pools()
            gone = [name for name in wanted if name not in made and name not in present]
            for name in gone:
                backend.store(name, wanted[name])
            if gone:
                present = backend.pools()
                made.update({name: present[name] for name in gone if name in present})

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        thread.join()
