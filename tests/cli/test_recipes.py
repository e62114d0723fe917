"""The recipes of CONTRIBUTING for a command and for an output format: no step can be forgotten."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from ippoolctl.cli import commands
from ippoolctl.cli.app import COMMANDS
from ippoolctl.cli.commands.sandbox.start import COMMANDS as SANDBOX_COMMANDS
from ippoolctl.cli.parser import Entry
from ippoolctl.cli.result import Result
from ippoolctl.render import formats
from ippoolctl.render.formats.content import Content
from ippoolctl.render.formats.registry import EVERY, FORMATS, Format, formats_of
from tests.builders import ROOT
from tests.cli.live_pools import store
from tests.cli.program import Program, run
from tests.fakes import FakeCluster

ENTRIES = {**COMMANDS, **{f"sandbox {name}": each for name, each in SANDBOX_COMMANDS.items()}}
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_FORMATS = {"__init__", "content", "registry"}


# --- a command ----------------------------------------------------------------------------------


def test_every_file_of_a_command_has_a_row() -> None:
    (directory,) = map(Path, commands.__path__)
    paths = (path.relative_to(directory) for path in directory.rglob("*.py"))
    files = {".".join(path.with_suffix("").parts) for path in paths if path.stem != "__init__"}

    assert {each.module for each in ENTRIES.values()} == files


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_command_returns_a_result_and_has_help(entry: Entry) -> None:
    module = import_module(f"ippoolctl.cli.commands.{entry.module}")

    assert get_type_hints(module.run)["return"] is Result
    assert module.__doc__
    assert "Examples:" in module.__doc__ or entry.module == "version"
    assert not entry.summary.endswith(".")


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_command_does_not_branch_on_the_format(entry: Entry) -> None:
    path = ROOT / "ippoolctl/cli/commands" / f"{entry.module.replace('.', '/')}.py"
    text = path.read_text(encoding="utf-8")

    assert "presenter.format" not in text.replace("presenter.format.cidrs", "")
    assert "sys.stdout" not in text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_tested_and_described(name: str) -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "cli").rglob("test_*.py")
    )

    assert f'"{name}"' in tests
    assert f"`{name}`" in README or f"ippoolctl {name}" in README


# --- a format -----------------------------------------------------------------------------------


def test_every_file_of_a_format_has_a_row() -> None:
    (directory,) = map(Path, formats.__path__)
    paths = (path.relative_to(directory).with_suffix("") for path in directory.rglob("*.py"))
    files = {
        ".".join((formats.__name__, *path.parts)) for path in paths if path.stem not in NOT_FORMATS
    }

    assert {each.module for each in FORMATS} == files


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_a_format_has_a_described_module_and_renders_any_result(row: Format) -> None:
    module = import_module(row.module)

    assert str(module.__doc__).startswith(f"``-o {row.name}``: ")
    assert not list(row.render(Content()))
    assert set(row.commands) <= {*COMMANDS, *EVERY}


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_a_format_is_described(row: Format) -> None:
    assert f"-o {row.name}" in README or f"`{row.name}`" in README


@pytest.mark.parametrize(
    ("command", "row"),
    [(name, row) for name in COMMANDS for row in formats_of(name)],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_the_help_of_a_command_lists_its_formats(
    program: Program, command: str, row: Format
) -> None:
    listed = " ".join(program(command, "--help").out.split())

    assert row.name in listed.partition("Output formats (-o): ")[2].partition(".")[0].split(", ")


@pytest.mark.parametrize("command", COMMANDS)
def test_shells_offer_the_formats_of_a_command(command: str) -> None:
    words = f"ippoolctl {command} -o "
    variables = {
        "_IPPOOLCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": "3",
    }

    assert run(env=variables).stdout.split() == [each.name for each in formats_of(command)]


LOOKS = [
    ["list"],
    ["show", "a"],
    ["map"],
    ["find", "10.0.0.1"],
    ["suggest", "--ips", "6", "--within", "10.9.0.0/24"],
    ["free", "--within", "10.9.0.0/24"],
]


@pytest.mark.parametrize(
    ("arguments", "row"),
    [(arguments, row) for arguments in LOOKS for row in formats_of(arguments[0])],
    ids=lambda each: each[0] if isinstance(each, list) else each.name,
)
def test_a_command_has_the_parts_of_each_of_its_formats(
    program: Program, cluster: FakeCluster, arguments: list[str], row: Format
) -> None:
    store(cluster, "a", "10.0.0.0/28")

    result = program(*arguments, "-o", row.name)

    assert result.code == 0
    assert result.out
