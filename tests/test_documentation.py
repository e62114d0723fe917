"""Documentation that is compared with the program: tour, rules, exit codes, recipes, docstrings."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ippoolctl.cli.app import COMMANDS, EXIT_CODES
from ippoolctl.cli.options.global_options import GLOBAL_OPTIONS
from ippoolctl.cli.parser import load
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.errors import ExitCode
from tests.builders import ROOT
from tests.cli.program import run
from tests.readme_tour import BLOCK, output_of
from tests.rules_table import PAGES, rule_pages, rules_table

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = BLOCK.findall(README)
SOURCES = sorted((ROOT / "ippoolctl").rglob("*.py"))


@pytest.mark.parametrize(
    ("command", "shown"), CONSOLE, ids=[command[:40] for command, _ in CONSOLE]
)
def test_the_tour_shows_real_output(command: str, shown: str) -> None:
    assert output_of(command) == (shown, "")


def test_the_hook_of_pre_commit_checks_all_manifests(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(repos:.*?)```", README, re.DOTALL)
    (hook,) = yaml.safe_load(block)["repos"][0]["hooks"]
    shutil.copytree(ROOT / "examples" / "bad", tmp_path / "manifests")

    program, *arguments = hook["entry"].split()
    result = run(*arguments, cwd=tmp_path)

    assert (program, hook["pass_filenames"], hook["language"]) == ("ippoolctl", False, "system")
    assert re.match(hook["files"], "manifests/lab.yaml")
    assert result.returncode == 1
    assert result.stdout.count("error EIP209") == 1


def test_the_table_of_rules_matches_the_catalogue() -> None:
    between = README.split("compared in a test -->\n")[1].split("<!-- end of rules -->")[0]

    assert between == rules_table()


def test_the_pages_of_the_rules_are_their_docstrings() -> None:
    assert {path: path.read_text("utf-8") for path in PAGES.iterdir()} == rule_pages()


def test_every_exit_code_stands_in_the_help_and_in_the_readme() -> None:
    for code in ExitCode:
        assert re.search(rf"\b{int(code)}\b", EXIT_CODES)
        assert re.search(rf"\| [^|]*\b{int(code)}\b[^|]* \|", README)


def test_every_command_stands_in_the_readme_and_every_variable_in_the_docs() -> None:
    configuration = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    options = {(str(each.envvar), max(each.opts, key=len)) for each in parameters() if each.envvar}

    for name in COMMANDS:
        assert f"`{name}" in README or f"ippoolctl {name}" in README
    for variable, option in options:
        assert f"| `{variable}` | `{option}` |" in configuration
    assert configuration.count("| `IPPOOLCTL_") == len({variable for variable, _ in options})


def parameters() -> Iterator[Any]:
    yield from GLOBAL_OPTIONS
    for name, entry in COMMANDS.items():
        yield from load(name, entry).params


@pytest.mark.parametrize(
    "word", ["rules/__init__.py", "lint/fact.py", "rule_cases.yaml", "`COMMANDS`", "schema.json"]
)
def test_the_recipes_name_the_files_to_edit(word: str) -> None:
    assert word in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def public_definitions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield "module", tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from (
                    (f"{node.name}.{each.name}", each)
                    for each in node.body
                    if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
                )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_name_has_a_docstring(path: Path) -> None:
    missing = [
        name
        for name, node in public_definitions(path)
        if not ast.get_docstring(node)  # type: ignore[arg-type]
    ]

    assert not missing


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_has_a_meaningless_name(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "common", "manager", "misc"}


def test_the_list_of_rules_has_no_duplicates() -> None:
    assert len(RULES) == len(set(RULES))
