"""A plain pool never has an error of ``check``, whichever rule is added."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.lint.catalogue import RULES
from ippoolctl.domain.lint.facts import Facts, cluster_facts
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.space.plain import is_plain
from tests.builders import live_pool, pool_object
from tests.domain.lint.cases import Case, facts_of, read_cases
from tests.domain.strategies import any_spelling

RELEASES = (LATEST, Release(2, 4, 2), Release(1, 15, 1))


def errors(pool: Pool, release: Release = LATEST) -> list[str]:
    report = lint(Facts([pool], release, cluster_facts([pool], None)), RULES)
    return [each.rule for each in report.findings if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "pool",
    [
        live_pool("a", "10.0.0.0/24"),
        live_pool("a", "10.0.0.4/30", "10.1.0.1-10.1.0.1", "fd00::/64", "fd00:1::1-fd00:1::9"),
        read_live_pool(
            pool_object("a", "10.0.0.0/24", nodeSelector={"matchLabels": {"a.b/c": "", "d": "e"}})
        ),
    ],
)
def test_usual_pools_are_plain(pool: Pool) -> None:
    assert is_plain(pool)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_no_pool_with_an_error_in_the_cases_of_the_rules_is_plain(case: Case) -> None:
    facts = facts_of(case)
    report = lint(facts, RULES)

    for each in report.findings:
        alone = each.other is None and isinstance(each.subject.about, Pool)
        if each.severity is Severity.ERROR and alone and each.subject.pool.live is not None:
            assert errors(each.subject.pool, facts.release) == [] or not is_plain(each.subject.pool)


labels = st.dictionaries(
    st.text("aZ0-_./", max_size=8), st.one_of(st.text("aZ0-_.", max_size=6), st.none())
)
selectors: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"matchLabels": labels}),
    st.just({}),
    st.just({"matchExpressions": [{"key": "a"}]}),
    st.just({"matchLabels": {"a": "b" * 64}}),
)


@given(
    st.lists(any_spelling, max_size=2),
    selectors,
    st.sampled_from(RELEASES),
)
def test_a_plain_pool_has_no_error(
    spellings: list[Any], selector: dict[str, Any], release: Release
) -> None:
    document = pool_object("a", nodeSelector=selector)
    document["spec"]["ipRanges"] = [
        {key: text for key, text in each._asdict().items() if text is not None}
        for each in spellings
    ]
    pool = read_live_pool(document)

    if is_plain(pool):
        assert errors(pool, release) == []
