"""The recipes of CONTRIBUTING for a rule and for a fact, as a check of the whole repository."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ippoolctl.domain.lint.fact import POOLS, RELEASE, AnyFact
from ippoolctl.domain.lint.facts import facts_after_apply
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import Entry, Group
from tests.domain.lint.cases import CREATED, Case, read_cases

RULES_FOLDER = Path("ippoolctl/domain/lint/rules")
PAGES_FOLDER = Path("docs/rules")
CASES_FILE = Path("tests/domain/lint/rule_cases.yaml")


def missing_steps(root: Path, entries: Sequence[Entry], facts: Sequence[AnyFact]) -> list[str]:
    """The steps of the recipes that are missing in the repository at ``root``."""
    rules = [each.rule for each in entries]
    return [
        *_registry(root, entries),
        *_entries(root, entries),
        *_facts(rules, facts),
        *_rules(root, rules),
    ]


def _registry(root: Path, entries: Sequence[Entry]) -> Iterator[str]:
    files = {path.name for path in (root / RULES_FOLDER).glob("eip*.py")}
    named = {f"{each.module}.py" for each in entries}
    yield from (f"{each} is not in RULES" for each in sorted(files - named))
    yield from (f"{each} does not exist" for each in sorted(named - files))
    ids = [each.id for each in entries]
    if ids != sorted(set(ids)):
        yield "RULES is not in the order of ids"


def _entries(root: Path, entries: Sequence[Entry]) -> Iterator[str]:
    cases = read_cases(root / CASES_FILE)
    for each in entries:
        rule = each.rule
        if (rule.id, rule.name) != (each.id, each.name):
            yield f"{each.module} is the module of {rule.id} {rule.name}"
        if (rule.needs, rule.needs_one) != (each.needs, each.needs_one):
            yield f"{rule.id} needs other facts than its row in RULES"
        if rule.follows_from != each.follows_from:
            yield f"{rule.id} follows from other rules than its row in RULES"
        source = inspect.getsource(rule.find) if each.looks_at else ""
        for lookup in each.looks_at:
            if not re.search(rf"\bfacts\.{re.escape(lookup)}\b", source):
                yield f"{rule.id} does not look at {lookup}"
        listed, expected = {*each.groups}, {*groups_of(rule, cases)}
        yield from (f"{rule.id} is not in the group {group.name}" for group in expected - listed)
        yield from (f"{rule.id} is in the group {group.name}" for group in listed - expected)


def groups_of(rule: Rule, cases: Sequence[Case]) -> Iterator[Group]:
    """The groups that a rule belongs to by its fields and its cases."""
    if rule.blocks_create or (rule.warns_create and not rule.needs):
        yield Group.CREATION
    if rule.warns_create and (rule.needs or rule.uses):
        yield Group.CREATION_BESIDE_OTHERS
    if rule.from_admission:
        yield Group.ADMISSION
    if rule.undetected:
        yield Group.UNDETECTED
    if rule.explained_by:
        yield Group.EXPLAINED
    if rule.can_be_accepted:
        yield Group.ACCEPTABLE
    if rule.lists_overlaps:
        yield Group.LISTING_OVERLAPS
    if rule.between_groups:
        yield Group.BETWEEN_GROUPS
    if rule.judge_acceptances:
        yield Group.AFTERWARDS
    pools = facts_after_apply((), (), CREATED)
    fires = {each for case in cases for each in case.get("fires", ())}
    # A warning that other objects make an error is none where only pools are known.
    becomes_error = not rule.uses and f"{rule.id} E" in fires
    is_error = rule.severity is Severity.ERROR or becomes_error
    if rule.between_groups:
        return
    if is_error and not rule.needs_one and pools.unknown.keys().isdisjoint(rule.needs):
        yield Group.ERRORS


def _facts(rules: Sequence[Rule], facts: Sequence[AnyFact]) -> Iterator[str]:
    needed = {fact for rule in rules for fact in (*rule.needs, *rule.needs_one, *rule.uses)}
    yield from (f"{fact.name} is not in FACTS" for fact in needed if fact not in facts)
    unused = {*facts} - needed - {POOLS, RELEASE}
    yield from (f"no rule needs {fact.name}" for fact in unused)
    names = Counter(fact.name for fact in facts)
    yield from (f"two facts are called {name}" for name, times in names.items() if times > 1)


def _rules(root: Path, rules: Sequence[Rule]) -> Iterator[str]:
    cases = read_cases(root / CASES_FILE)
    readme = (root / "README.md").read_text(encoding="utf-8")
    changed = set(_ids((root / "CHANGELOG.md").read_text(encoding="utf-8")))
    for rule in rules:
        yield from _page(rule)
        yield from _cases(rule, [case for case in cases if case["name"].startswith(rule.id)])
        page = PAGES_FOLDER / f"{rule.id}.md"
        if f"| [{rule.id}]({page})" not in readme:
            yield f"{rule.id} is not in README.md"
        if not (root / page).exists():
            yield f"{page} does not exist"
        if rule.id not in changed:
            yield f"{rule.id} is not in CHANGELOG.md"


def _page(rule: Rule) -> Iterator[str]:
    first = rule.page.strip().partition("\n")[0]
    if not re.search(r"[.:]$", first):
        yield f"{rule.id}: the page does not begin with a line that is a sentence"
    if "\nSource: " not in rule.page:
        yield f"{rule.id}: the page has no Source:"


def _cases(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    fires = [any(each.startswith(rule.id) for each in case.get("fires", ())) for case in cases]
    if not any(fires):
        yield f"{rule.id} has no case in which it fires"
    if all(fires):
        yield f"{rule.id} has no case in which it does not fire"
    needs = rule.needs or rule.needs_one
    if needs and not any(rule.id in case.get("skips", ()) for case in cases):
        yield f"{rule.id} has no case in which it is skipped"


def _ids(text: str) -> Iterator[str]:
    """The ids that a text names, alone or as ``EIP101 to EIP104``."""
    for first, last in re.findall(r"EIP(\d{3})(?:\s+to\s+EIP(\d{3}))?", text):
        yield from (f"EIP{number}" for number in range(int(first), int(last or first) + 1))
