"""``completion``: the scripts, and the words offered to shells."""

import pytest

from ippoolctl.cli.app import COMMANDS as COMMAND_TABLE
from tests.builders import ROOT
from tests.cli.program import Program, run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_files_are_what_the_program_prints(program: Program, shell: str) -> None:
    result = program("completion", shell)

    assert (result.code, result.err) == (0, "")
    assert "_IPPOOLCTL_COMPLETE" in result.out
    stored = ROOT / "completions" / f"ippoolctl.{shell}"
    assert result.out == stored.read_text(encoding="utf-8")


def test_the_shell_gets_the_names_of_commands_and_options() -> None:
    environment = {"_IPPOOLCTL_COMPLETE": "complete_bash", "COMP_CWORD": "1"}

    commands = run(env={**environment, "COMP_WORDS": "ippoolctl "}).stdout.split()
    begun = run(env={**environment, "COMP_WORDS": "ippoolctl ver"}).stdout.split()

    assert commands == list(COMMAND_TABLE)
    assert begun == ["verdict", "version"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("check --fail-on w", ["warning"]),
        ("check --select EIP30", [f"EIP30{n}" for n in range(1, 8)]),
        ("check -o g", ["github", "gitlab"]),
        ("list --c", ["--color", "--config", "--context", "--cluster", "--certificate-authority"]),
        ("list --s", ["--selector", "--sort-by", "--server"]),
        ("show --h", ["--help"]),
        ("explain EIP30", [f"EIP30{n}" for n in range(1, 8)]),
        ("diff -o ", ["table", "json", "yaml"]),
        ("create --dry-run ", ["none", "client", "server"]),
        ("completion ", ["bash", "zsh", "fish", "powershell"]),
        ("--antrea 2", ["2.4.2", "2.7"]),
    ],
)
def test_the_shell_gets_the_values_of_options(words: str, offered: list[str]) -> None:
    typed = f"ippoolctl {words}"
    environment = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}

    result = run(env={"_IPPOOLCTL_COMPLETE": "complete_bash", **environment})

    assert result.stdout.split() == offered


@pytest.mark.parametrize("words", ["lsit ", "help create ", "sandbox lga ", "check --selct "])
def test_nothing_is_written_into_the_line_after_a_mistyped_word(words: str) -> None:
    typed = f"ippoolctl {words}"
    environment = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}

    result = run(env={"_IPPOOLCTL_COMPLETE": "complete_bash", **environment})

    assert (result.returncode, result.stderr) == (0, "")


def test_an_unknown_shell_is_code_2(program: Program) -> None:
    assert program("completion", "tcsh").code == 2
