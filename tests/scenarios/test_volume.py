"""F1, F2 and F3 on the sandbox: a thousand creates and deletes under seven kinds of faults.

They are ten rounds of 100, each with a seed of its own: every create lists all pools twice, so
that one round of a thousand would be about lists. ``tests/e2e/test_faults.py`` has the same on the
real API server.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.backend import SandboxBackend
from tests.scenarios.volume import Load, creates, deletes


@pytest.mark.parametrize("part", range(10))
def test_creates_and_deletes_under_faults(
    backend: SandboxBackend,
    seed: int,
    part: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    load = Load(pools=100, workers=64, seed=seed + part)

    created = creates(backend, load, tmp_path)
    deleted = deletes(backend, load, tmp_path)

    for report in (created, deleted):
        record_property("shown at the end", f"sandbox, {report.line}")
        assert not report.broken, (report.line, report.broken[:10])
