"""Change the source in small ways, one at a time, and see whether a test notices: ``make mutants``.

A sample is drawn by ``--seed`` from all changes of the named subjects. Each is made in a copy of
the tree, and the tests that run the changed line are run until one fails: those of the same room
first, then the quickest. A run that takes far longer than without the change counts as noticed.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple, Never

import pytest

from bench.mutations import Mutant, mutants

ROOT: Final = Path(__file__).parent.parent
_LEFT_OUT: Final = (".git", ".venv", ".hypothesis", "build", "dist", ".*_cache")
_OPTIONS: Final = ("-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider")
_LOADED: Final = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""Plugins that are loaded before pytest begins are fine as they are."""


class Subject(NamedTuple):
    """What is changed, and by which tests that is looked for."""

    sources: tuple[str, ...]
    """Packages and modules, relative to the root."""
    tests: tuple[str, ...]


_DOMAIN: Final = "ippoolctl/domain"
_ROOMS: Final = "tests/domain"
SUBJECTS: Final = {
    "addresses": Subject((f"{_DOMAIN}/addresses",), (f"{_ROOMS}/addresses", f"{_ROOMS}/antrea")),
    "antrea": Subject((f"{_DOMAIN}/antrea",), (f"{_ROOMS}/antrea", "tests/truth")),
    "protocol": Subject(
        (f"{_DOMAIN}/protocol", f"{_DOMAIN}/annotations"),
        (f"{_ROOMS}/protocol", f"{_ROOMS}/annotations", "tests/engine"),
    ),
    "space": Subject(
        (f"{_DOMAIN}/space",),
        (f"{_ROOMS}/space", "tests/truth/test_holders.py", "tests/render/text"),
    ),
    "change": Subject(
        (f"{_DOMAIN}/change",),
        (f"{_ROOMS}/change", "tests/truth/test_plan_truth.py", "tests/model/test_relocation.py"),
    ),
    "lint": Subject(
        (f"{_DOMAIN}/lint",),
        (f"{_ROOMS}/lint", "tests/cases", "tests/manifests/test_fixes.py"),
    ),
    "engine": Subject(
        ("ippoolctl/engine",),
        ("tests/engine", "tests/model/test_relocation.py", "tests/cli/commands/changing"),
    ),
    "gateway": Subject(
        ("ippoolctl/cluster/gateway.py", "ippoolctl/cluster/paging.py"), ("tests/cluster",)
    ),
}


class Test(NamedTuple):
    """A test that runs a line."""

    stage: int
    """Tests of the same room are run before those of others: that takes less to import."""
    seconds: float
    name: str


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    noticed: bool
    how: str


def main() -> int:
    """Print each change with what noticed it, then the score."""
    options = _options()
    subjects = [SUBJECTS[each] for each in options.subject]
    paths = sorted({each for subject in subjects for each in _sources(subject)})
    found = [each for path in paths for each in mutants(path, (ROOT / path).read_bytes())]
    if options.sample < len(found):
        found = sorted(random.Random(options.seed).sample(found, options.sample))  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        trees = [_copy(Path(name) / str(number)) for number in range(options.workers)]
        tests = {each: None for subject in subjects for each in subject.tests}
        by_line = _line_map(trees[0], paths, list(tests))
        print(f"{len(found)} changes, tests of {len(by_line)} lines", flush=True)
        verdicts = []
        for verdict in _judge_all(found, by_line, trees):
            verdicts.append(verdict)
            word = "noticed " if verdict.noticed else "SURVIVED"
            print(f"{word}  {verdict.mutant.text}  ({verdict.how})", flush=True)
    _print_score(verdicts)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=100, help="how many changes are made")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--subject", action="append", choices=SUBJECTS, help="may be repeated; default: all"
    )
    options = parser.parse_args()
    options.subject = options.subject or list(SUBJECTS)
    return options


def _sources(subject: Subject) -> Iterator[str]:
    for name in subject.sources:
        path = ROOT / name
        if not path.exists():
            raise SystemExit(f"{name} does not exist; name the subject's packages anew in SUBJECTS")
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield str(each.relative_to(ROOT))


def _copy(tree: Path) -> Path:
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    return tree


def _environment(tree: Path) -> dict[str, str]:
    # CI: Hypothesis tries the same examples each time.
    return {**os.environ, "PYTHONPATH": str(tree), "CI": "1"}


def _line_map(
    tree: Path, paths: Sequence[str], tests: Sequence[str]
) -> dict[tuple[str, int], set[Test]]:
    """The tests that run each line; for what is run when a file is imported, all that run one of
    its lines, and the quick ones of the same room.
    """
    written = tree / "line_map.json"
    sources = ":".join(str(tree / each) for each in paths)
    environment = {**_environment(tree), "LINE_MAP": str(written), "LINE_MAP_OF": sources}
    command = [sys.executable, "-m", "pytest", *_OPTIONS, "-p", "bench.line_map", *tests]
    subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, check=False)
    by_line: dict[tuple[str, int], set[Test]] = {}
    quick: set[Test] = set()
    recorded = json.loads(written.read_text(encoding="utf-8"))
    for name, found in recorded["tests"].items():
        stage = next(index for index, each in enumerate(tests) if name.startswith(each))
        test = Test(stage, found["seconds"], name)
        if stage == 0 and found["quick"]:
            quick.add(test)
        for file, line in found["lines"]:
            path = str(Path(file).relative_to(tree))
            by_line.setdefault((path, line), set()).add(test)
            by_line.setdefault((path, 0), set()).add(test)
    for file, line in recorded["at import"]:
        path = str(Path(file).relative_to(tree))
        # A test of values alone runs no line of their module.
        by_line[path, line] = by_line.get((path, 0), set()) | quick
    return by_line


def _judge_all(
    found: Sequence[Mutant], by_line: dict[tuple[str, int], set[Test]], trees: Sequence[Path]
) -> Iterator[Verdict]:
    forking = multiprocessing.get_context("fork")
    free = forking.SimpleQueue()
    for tree in trees:
        free.put(tree)
    with forking.Pool(len(trees), _begin, (free,)) as workers:
        tasks = [(each, _tests_of(each, by_line)) for each in found]
        every = sorted({test for _, tests in tasks for test in tests})
        if workers.apply(_failure, (every,)):
            raise SystemExit("a test fails without any change")
        yield from workers.imap(_judge, tasks)


def _tests_of(mutant: Mutant, by_line: dict[tuple[str, int], set[Test]]) -> list[Test]:
    lines = range(mutant.line, mutant.last + 1)
    return sorted(set[Test]().union(*(by_line.get((mutant.path, each), set()) for each in lines)))


def _begin(free: Any) -> None:
    """Give a worker its tree, and load what every run of its tests needs but does not change."""
    tree = free.get()
    os.chdir(tree)
    os.environ.update(_environment(tree))
    sys.path.insert(0, str(tree))
    sys.dont_write_bytecode = True
    for name in ("hypothesis", "pytest", "pytest_randomly", "xdist.plugin", "yaml"):
        importlib.import_module(name)


def _judge(task: tuple[Mutant, Sequence[Test]]) -> Verdict:
    mutant, tests = task
    if not tests:
        return Verdict(mutant, noticed=False, how="no test runs it")
    path = Path(mutant.path)
    source = path.read_bytes()
    path.write_bytes(mutant.apply(source))
    Path(importlib.util.cache_from_source(mutant.path)).unlink(missing_ok=True)
    try:
        for _, stage in groupby(tests, key=lambda test: test.stage):
            how = _failure(list(stage))
            if how:
                return Verdict(mutant, noticed=True, how=how)
    finally:
        path.write_bytes(source)
    return Verdict(mutant, noticed=False, how=f"{len(tests)} tests")


def _failure(tests: Sequence[Test]) -> str:
    """What noticed the change, in words; empty if all tests pass."""
    # Processor time, since a busy machine makes each run long; what sleeps is ended as well.
    limit = 30 + round(4 * sum(each.seconds for each in tests))
    child = os.fork()
    if child == 0:
        _run(tests, limit)
    end = time.monotonic() + 20 * limit
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        return f"takes more than {limit} s"
    return f"by one of {len(tests)} tests" if code else ""


def _run(tests: Sequence[Test], limit: int) -> Never:
    """Run these tests in this process, a fork of the worker."""
    code = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        names = (each.name for each in tests)
        code = pytest.main([*_OPTIONS, *_LOADED, "-x", "-p", "bench.line_map", *names])
    finally:
        os._exit(code)


def _print_score(verdicts: Sequence[Verdict]) -> None:
    all_of = Counter(each.mutant.path for each in verdicts)
    noticed_of = Counter(each.mutant.path for each in verdicts if each.noticed)
    for path, count in sorted(all_of.items()):
        print(f"{noticed_of[path]:5} of {count:4}  {path}")
    noticed = noticed_of.total()
    print(f"{noticed:5} of {len(verdicts):4}  noticed: {noticed / max(len(verdicts), 1):.1%}")


if __name__ == "__main__":
    sys.exit(main())
