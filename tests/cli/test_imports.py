"""Imports of the command line: at the top, except for modules that few runs need."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import ROOT

FILES = sorted((ROOT / "ippoolctl" / "cli").rglob("*.py"))

LATE = {
    "ippoolctl.cli.app": "the version needs no option parser",
    "ippoolctl.cli.config": "most runs read no configuration",
    "ippoolctl.cli.files.fixes": "only --fix needs it",
    "ippoolctl.cli.files.reports": "only --report needs it",
    "ippoolctl.cli.files.saved_file": "only --save and --force need it",
    "ippoolctl.cli.files.event_log": "only a session of the engine needs it",
    "ippoolctl.cli.linting.map_page": "only a page has findings",
    "ippoolctl.cli.inputs.clusters": "most lists are of one cluster",
    "ippoolctl.cli.inputs.chosen_pools": "it imports the engine",
    "ippoolctl.cli.inputs.inventory": "it imports the reading of manifests",
    "ippoolctl.cli.inputs.taken_space": "only a size looks for free addresses",
    "ippoolctl.cli.linting.judge": "it imports all that rules look at",
    "ippoolctl.cli.linting.second_reading": "only a cluster is read twice",
    "ippoolctl.cli.linting.prediction": "only --dry-run client predicts",
    "ippoolctl.cli.options.known_words": "only a mistyped word needs it",
    "ippoolctl.cli.outcomes": "it imports the engine",
    "ippoolctl.cli.requests.application": "it imports the engine",
    "ippoolctl.cli.requests.client_dry_run": "only --dry-run client predicts",
    "ippoolctl.cli.requests.pool_creation": "it imports the engine",
    "ippoolctl.cli.sandbox.start": "a server and its objects",
    "ippoolctl.cli.running.leased_pools": "it imports the engine",
    "ippoolctl.cli.running.renewals": "it imports the engine",
    "ippoolctl.cli.watching": "it imports the engine",
    "ippoolctl.cli.progress": "only a session of the engine needs it",
    "ippoolctl.cli.signals": "only a session of the engine needs it",
    "ippoolctl.cluster": "http and ssl take longer to import than files take to check",
    "ippoolctl.crd.created_object": "only -o manifest needs it",
    "ippoolctl.domain.lint": "a list of plain pools needs no rules",
    "ippoolctl.domain.explanation": "only a pasted message needs it",
    "ippoolctl.domain.protocol": "only a session of the engine needs it",
    "ippoolctl.domain.antrea.capacity": "only a size looks for free addresses",
    "ippoolctl.domain.labels": "only a label or a selector needs it",
    "ippoolctl.domain.names": "only --name-from needs it",
    "ippoolctl.domain.space": "only a size looks for free addresses",
    "ippoolctl.ports.gateway": "a check of files reads no cluster",
    "ippoolctl.render.documents.outcome_list": "only a format for programs needs it",
    "ippoolctl.render.documents.plan": "it imports the outcomes of the engine",
    "ippoolctl.render.documents.program": "only an error has it",
    "ippoolctl.render.documents.shape": "only documents need it",
    "ippoolctl.render.documents.space.pool_list": "only -o json and -o yaml need it",
    "ippoolctl.render.documents.space.pool_details": "it imports all that check reports",
    "ippoolctl.render.sentences": "a plain success has none",
    "ippoolctl.render.text.check": "it imports all that rules look at",
    "ippoolctl.render.text.ignored": "it imports the reading of manifests",
    "ippoolctl.render.text.space.show": "only a run of show needs it, not a completion",
    "ippoolctl.render.text.outcome": "only a session of the engine needs it",
    "ippoolctl.engine": "as large as the rest; commands that read do not need it",
    "ippoolctl.manifests": "YAML takes 10 ms to import",
    "ippoolctl.reading": "YAML takes 10 ms to import",
    "ippoolctl.render.terminal": "Rich takes 60 ms to import, and only a terminal needs it",
    "ippoolctl.sandbox": "a server and its objects",
    "typer.completion": "only a shell needs it",
    # Of the standard library, for what few runs do:
    "datetime": "the age of pools",
    "difflib": "a mistyped word",
    "gc": "the version does without",
    "random": "jitter",
    "signal": "only a session of the engine or a sandbox needs it",
    "traceback": "a bug, and --debug",
}
"""The modules, or packages, that may be imported in a function, and why."""


def late_imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    yield node.module or ""
                elif isinstance(node, ast.Import):
                    yield from (each.name for each in node.names)


def allowed(module: str) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in LATE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_listed_modules_are_imported_late(path: Path) -> None:
    assert not [each for each in late_imports(path) if not allowed(each)]


def test_each_listed_module_is_imported_late_somewhere() -> None:
    late = {module for path in FILES for module in late_imports(path)}

    assert not {
        each for each in LATE if not any(f"{module}.".startswith(f"{each}.") for module in late)
    }
