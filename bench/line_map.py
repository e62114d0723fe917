"""A plugin for pytest: which tests run which lines of some files, and the time each test takes.

``LINE_MAP`` names the file to write, ``LINE_MAP_OF`` the source files, separated by colons. Without
``LINE_MAP`` it only keeps Hypothesis from shrinking what fails.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from types import CodeType, FrameType
from typing import Any

import pytest
from hypothesis import Phase, settings

_SOURCES = frozenset(filter(None, os.environ.get("LINE_MAP_OF", "").split(":")))
_tests: dict[str, dict[str, Any]] = {}
_lines: set[tuple[str, int]] = set()
_calls: Counter[CodeType] = Counter()
_ENOUGH = 1_000
"""After so many calls in one test a function is traced no more: it has shown its lines."""
_EXAMPLES = 20
"""Of a property test whose lines are traced."""
_QUICK = 0.5
"""Seconds, traced, of a test that is quick enough to be run for lines that it does not run, such as
one that compares the fields of a rule."""
_shortened: set[str] = set()
"""Property tests, which take longer when they are not traced."""
_at_import: list[tuple[str, int]] = []
_passed: set[str] = set()


def pytest_configure() -> None:
    """Runs after conftest.py has loaded its profile."""
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", settings.get_profile("default"), phases=phases)
    settings.load_profile("mutants")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """A few examples of a property show its lines; all of them, traced, take minutes."""
    for item in items if _SOURCES else ():
        run = getattr(item, "obj", None)
        own = getattr(run, "_hypothesis_internal_use_settings", None)
        if own is not None:
            _shortened.add(item.nodeid)
            few = settings(own, max_examples=min(own.max_examples, _EXAMPLES))
            inner: Any = getattr(run, "__func__", run)
            inner._hypothesis_internal_use_settings = few  # noqa: SLF001 - has no public name


def _on_call(frame: FrameType, event: str, argument: object) -> Any:
    code = frame.f_code
    if code.co_filename not in _SOURCES or _calls[code] >= _ENOUGH:
        return None
    _calls[code] += 1
    return _on_line


def _on_line(frame: FrameType, event: str, argument: object) -> Any:
    _lines.add((frame.f_code.co_filename, frame.f_lineno))
    return _on_line


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Trace one test with its fixtures."""
    if not _SOURCES:
        return (yield)
    if not _at_import:
        _at_import.extend(sorted(_lines))
    _lines.clear()
    _calls.clear()
    began = time.process_time()
    threading.settrace(_on_call)
    sys.settrace(_on_call)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)
        seconds = time.process_time() - began
        quick = seconds < _QUICK and item.nodeid not in _shortened
        _tests[item.nodeid] = {"seconds": seconds, "quick": quick, "lines": sorted(_lines)}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Only a test that passes can notice anything."""
    if report.when == "call" and report.passed:
        _passed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    """Write the map."""
    if "LINE_MAP" in os.environ:
        with open(os.environ["LINE_MAP"], "w", encoding="utf-8") as file:  # noqa: PTH123
            tests = {key: each for key, each in _tests.items() if key in _passed}
            json.dump({"at import": _at_import, "tests": tests}, file)


if _SOURCES:
    sys.settrace(_on_call)  # until the first test: what is run at import is run by no test alone
