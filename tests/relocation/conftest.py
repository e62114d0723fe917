"""A stage, and a state directory of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.cli.program import Program
from tests.relocation.stage import Stage


@pytest.fixture
def stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Stage]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with Sandbox(Settings(status_delay=0.01)) as sandbox:
        yield Stage(sandbox, Program(capsys), tmp_path)
        assert sandbox.controller.errors == []
