"""Each step of the recipes for a rule and for a fact: a test fails if it is missing.

A throw-away rule that needs a throw-away fact is added to a copy of the repository, once with all
steps and once without each of them.
"""

import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from ippoolctl.domain.lint import facts, rules
from ippoolctl.domain.lint.fact import FACTS, AnyFact, Fact, Source
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.rules import RULES, Entry, Group
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.surroundings.known import Known, Why
from ippoolctl.render.sentences.check import skip_reason
from tests.builders import ROOT, pool
from tests.domain.lint.recipe import CASES_FILE, PAGES_FOLDER, RULES_FOLDER, missing_steps

RACKS: Fact[tuple[str, ...]] = Fact("racks", "the racks", Source.CLUSTER)
MODULE = '''"""A pool has the name of a rack.

Source: a test.
"""

from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from tests.domain.lint.test_recipes import RACKS


def find(facts):
    """Pools with the name of a rack."""
    for each in facts.pools:
        if each.name in (facts.get(RACKS) or ()):
            yield Finding(RULE.id, RULE.severity, f"pool {each.name}", Subject(each))


RULE = Rule(
    id="EIP999",
    name="throw-away",
    severity=Severity.INFO,
    title="a pool has the name of a rack",
    page=__doc__,
    find=find,
    needs=(RACKS,),
    warns_create=True,
)
'''
FILE = "eip999_throw_away.py"
PAGE = PAGES_FOLDER / "EIP999.md"
ROW = f"| [EIP999]({PAGE}) | throw-away | info | a pool has the name of a rack |"
TEXTS = {
    "the case that fires": (CASES_FILE, "- {name: EIP999 same, fires: [EIP999 I]}"),
    "the case that does not": (CASES_FILE, "- {name: EIP999 other, fires: []}"),
    "the case that is skipped": (CASES_FILE, "- {name: EIP999 files, fires: [], skips: [EIP999]}"),
    "the row in README": (Path("README.md"), ROW),
    "the page": (PAGE, "# EIP999"),
    "the change": (Path("CHANGELOG.md"), "- EIP999."),
}
"""The steps that are a line in a file."""

MISSING = {
    "the row in RULES": [f"{FILE} is not in RULES"],
    "the group in that row": ["EIP999 is not in the group CREATION_BESIDE_OTHERS"],
    "the facts in that row": ["EIP999 needs other facts than its row in RULES"],
    "the file": [f"{FILE} does not exist"],
    "the row in FACTS": ["racks is not in FACTS"],
    "the case that fires": ["EIP999 has no case in which it fires"],
    "both cases that do not": [
        "EIP999 has no case in which it does not fire",
        "EIP999 has no case in which it is skipped",
    ],
    "the case that is skipped": ["EIP999 has no case in which it is skipped"],
    "the row in README": ["EIP999 is not in README.md"],
    "the page": [f"{PAGE} does not exist"],
    "the change": ["EIP999 is not in CHANGELOG.md"],
    "the source": ["EIP999: the page has no Source:"],
}


def copy_of_the_repository(root: Path) -> None:
    for folder in (RULES_FOLDER, PAGES_FOLDER):
        shutil.copytree(ROOT / folder, root / folder)
    (root / CASES_FILE).parent.mkdir(parents=True)
    for each in (CASES_FILE, Path("README.md"), Path("CHANGELOG.md")):
        shutil.copy(ROOT / each, root / each)


def entry_of(path: Path, monkeypatch: pytest.MonkeyPatch, *, without: str = "") -> Entry:
    """The row of the throw-away rule in that file, whose module can be imported from now on."""
    name = f"{rules.__name__}.{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, name, module)
    groups = () if without == "the group in that row" else (Group.CREATION_BESIDE_OTHERS,)
    return Entry(
        "EIP999", "throw-away", groups, () if without == "the facts in that row" else (RACKS,)
    )


def steps_missing_without(step: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The report of the check for the throw-away rule without one step."""
    copy_of_the_repository(root)
    path = root / RULES_FOLDER / FILE
    path.write_text(MODULE.replace("\nSource: a test.\n", "") if step == "the source" else MODULE)
    entry = entry_of(path, monkeypatch, without=step)
    listed: tuple[AnyFact, ...] = (*FACTS, RACKS)
    if step == "the file":
        path.unlink()
    left_out = {step}
    if step == "both cases that do not":
        left_out = {"the case that does not", "the case that is skipped"}
    for each, (file, line) in TEXTS.items():
        if each not in left_out:
            with (root / file).open("a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")
    if step == "the row in RULES":
        return missing_steps(root, RULES, FACTS)
    return missing_steps(root, (*RULES, entry), FACTS if step == "the row in FACTS" else listed)


def test_every_rule_and_every_fact_has_all_steps() -> None:
    assert missing_steps(ROOT, RULES, FACTS) == []


def test_a_new_rule_with_a_new_fact_needs_no_other_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps_missing_without("nothing", tmp_path, monkeypatch) == []


@pytest.mark.parametrize("step", MISSING)
def test_each_missing_step_is_reported(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps_missing_without(step, tmp_path, monkeypatch) == MISSING[step]


def test_a_rule_that_needs_a_new_fact_runs_if_it_is_known_and_is_skipped_if_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE
    path.write_text(MODULE)
    entry = entry_of(path, monkeypatch)
    monkeypatch.setattr(facts, "FACTS", (*FACTS, RACKS))

    known = lint(Facts([pool("a"), pool("b")], others={RACKS: Known(("b",))}), [entry])
    unknown = lint(Facts([pool("a"), pool("b")]), [entry])

    assert [each.subject.pool.name for each in known.findings] == ["b"]
    assert known.skipped == ()
    assert unknown.findings == ()
    (skipped,) = unknown.skipped
    assert (skipped.rule, skipped.fact, skipped.why) == ("EIP999", RACKS, Why.NOT_READ)
    assert skip_reason(skipped) == "the racks are unknown; use --live"
