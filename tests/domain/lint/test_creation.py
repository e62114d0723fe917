"""Hazards of new pools beside other objects: each names an address of such an object."""

import pytest

from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.lint.creation import creation_hazards, hazards_beside_others
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.rules import Group, in_group
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.lint.surroundings import known_objects, surrounding_facts
from ippoolctl.domain.space.reserved import are_reserved
from ippoolctl.domain.surroundings.networks import GivenNetworks
from tests.builders import pool
from tests.domain.lint.cases import Case, facts_of, objects_of, read_cases

CASES = [each for each in read_cases() if "groups" not in each]


@pytest.mark.parametrize("case", CASES, ids=[each["name"] for each in CASES])
def test_every_rule_that_warns_a_creation_finds_what_it_finds_in_a_check(case: Case) -> None:
    pools, release, objects = facts_of(case).pools, facts_of(case).release, objects_of(case)
    checked = Facts(pools, release, surrounding_facts(objects, GivenNetworks()))
    rules = in_group(Group.CREATION_BESIDE_OTHERS)
    told = {(each.rule, each.message) for each in creation_hazards(pools, release)}

    expected = {
        (each.rule, each.message)
        for each in lint(checked, rules).findings
        if each.subject.about in pools
    }
    found = hazards_beside_others(pools, (), objects, release)

    new = {(each.rule, each.message) for each in found} - told
    assert new == expected - told
    looked_for = any(each.subnet for each in pools) or are_reserved(pools, known_objects(objects))
    assert looked_for or not new


def test_link_local_addresses_are_for_tests_and_not_warned_about() -> None:
    found = creation_hazards([pool("a", "169.254.9.0/24"), pool("b", "127.0.0.0/24")], LATEST)

    assert [(each.rule, each.subject.label) for each in found] == [("EIP307", "b")]


@pytest.mark.parametrize(
    ("text", "found"), [("10.0.0.0/8", ["EIP403"]), ("10.0.0.0/16", []), ("fd00::/64", [])]
)
def test_a_large_range_is_warned_about_and_an_ipv6_network_is_not(
    text: str, found: list[str]
) -> None:
    assert [each.rule for each in creation_hazards([pool("a", text)], LATEST)] == found


def test_the_cases_have_a_finding_of_each_of_these_rules() -> None:
    found = {
        finding.rule
        for case in CASES
        for finding in hazards_beside_others(
            facts_of(case).pools, (), objects_of(case), facts_of(case).release
        )
    }

    assert found == {each.id for each in in_group(Group.CREATION_BESIDE_OTHERS)}
