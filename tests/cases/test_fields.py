"""Misplaced, misspelled and foreign fields, and texts that are not read as ranges (fields.yaml)."""

from pathlib import Path
from typing import Any

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.pool import Origin
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import Report, lint, select
from ippoolctl.manifests.read import read_manifests
from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import pool_object

CHOSEN = select(RULES, ["EIP1", "EIP303"], [])
INPUTS = Path(__file__).with_name("inputs")
CASES: list[dict[str, Any]] = read_yaml(
    Path(__file__).with_name("fields.yaml").read_text(encoding="utf-8")
)[0]


def report_of(case: dict[str, Any]) -> Report:
    """The findings of check in a case, in the order of the lines if it is a file."""
    if "file" in case:
        manifests = read_manifests([str(INPUTS / case["file"])])
        report = lint(Facts(manifests.pools), CHOSEN)
        sides = [each.subject for each in report.findings]
        return report.in_order_of(manifests.locate((each.pool, each.path) for each in sides))
    document = pool_object("a")
    document["spec"] = {"nodeSelector": {}, **case["spec"]}
    document["metadata"] |= case.get("metadata", {})
    return lint(Facts([read_pool(document, Origin(0))]), CHOSEN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("file") or str(case["spec"])[:60])
def test_every_field_is_reported_with_what_was_meant(case: dict[str, Any]) -> None:
    said = [f"{each.rule} {each.subject.field}: {each.hint}" for each in report_of(case).findings]

    if "file" in case:
        assert said == case["says"]
    else:
        assert sorted(said) == sorted(case["says"])


def test_a_selector_below_another_one_is_reported_as_selecting_every_node() -> None:
    selector = {"selector": {"matchLabels": {"role": "gw"}}}
    [finding] = report_of({"spec": {"ipRanges": [], "nodeSelector": selector}}).findings

    assert "the stored nodeSelector is {}, which selects every Node" in finding.message


@pytest.mark.parametrize("name", ["pool.yaml", "p3.yaml"])
def test_a_label_at_the_wrong_level_is_reported_as_selecting_every_node(name: str) -> None:
    report = report_of({"file": f"02-selector-indent/{name}"})

    [about_labels] = [each for each in report.findings if "nodeSelector" in each.subject.path]
    assert "the stored nodeSelector is {}, which selects every Node" in about_labels.message


@pytest.mark.parametrize("other", [{}, {"a": "b"}])
def test_labels_without_a_value_are_reported_as_selecting_every_node_if_there_is_no_other(
    other: dict[str, str],
) -> None:
    selector = {"matchLabels": {"role": None, **other}}
    report = report_of({"spec": {"ipRanges": [], "nodeSelector": selector}})

    [finding] = report.findings
    assert finding.message.startswith(
        "pool a: label without a value spec.nodeSelector.matchLabels.role"
    )
    assert ("which selects every Node" in finding.message) == (not other)


def test_a_misplaced_label_beside_a_valid_one_does_not_select_every_node() -> None:
    report = report_of(
        {"spec": {"ipRanges": [], "nodeSelector": {"matchLabels": {"a": "b"}, "role": "gw"}}}
    )

    [finding] = report.findings
    assert "every Node" not in finding.message


def test_no_message_contains_python_text() -> None:
    for case in CASES:
        for each in report_of(case).findings:
            assert "['" not in f"{each.message} {each.hint}"
            assert "None" not in f"{each.message} {each.hint}"


def test_each_unusable_part_of_a_selector_has_its_own_place() -> None:
    """Agents panic on these; what the schema rejects (EIP108) never reaches them."""
    path = str(INPUTS / "24-selector-panic/pool.yaml")
    manifests = read_manifests([path])
    report = lint(Facts(manifests.pools), CHOSEN)

    places = manifests.locate((each.subject.pool, each.subject.path) for each in report.findings)
    assert {each.rule for each in report.findings} == {"EIP303"}
    assert sorted(place.line for place in places.values()) == [7, 9, 10, 11, 12, 13]
