"""Completion and help of the sandbox commands."""

import os
import subprocess
import sys

import pytest

from ippoolctl.cli.app import root
from ippoolctl.cli.sandbox.options import FAULTS
from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from tests.cli.program import Program

pytestmark = pytest.mark.usefixtures("base")


def test_the_fault_command_offers_every_injected_failure() -> None:
    assert ("none", *InjectedFailure) == FAULTS


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ippoolctl sandbox ", {"run", "lag", "restart", "fault"}),
        ("ippoolctl sandbox fault ", set(FAULTS)),
        ("ippoolctl sandbox --fault t", {"timeout"}),
        ("ippoolctl sandbox run --fault un", {"untrusted"}),
        ("ippoolctl sandbox run --stat", {"--status-delay"}),
        ("ippoolctl sand", {"sandbox"}),
    ],
)
def test_completion_offers_words_without_loading_the_sandbox(words: str, offered: set[str]) -> None:
    code = (
        "import sys; from ippoolctl.cli.app import main; main([]); "
        "print('LOADED', *sys.modules, file=sys.stderr)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "_IPPOOLCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert set(result.stdout.split()) == offered
    assert "ippoolctl.sandbox" not in result.stderr.split()
    assert "LOADED" in result.stderr


@pytest.mark.parametrize("name", ["run", "lag", "restart", "fault"])
def test_every_subcommand_has_help_with_an_example(program: Program, name: str) -> None:
    result = program("sandbox", name, "--help")

    assert result.code == 0
    assert result.out.startswith(f"Usage: ippoolctl sandbox {name}")
    assert "Examples:" in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_a_mistyped_subcommand_gets_a_suggestion(program: Program) -> None:
    assert "did you mean restart?" in program("sandbox", "retsart").err
    assert "list all commands: ippoolctl sandbox --help" in program("sandbox", "kubectl").err
    assert root().get_command(None, "sandbox") is not None
