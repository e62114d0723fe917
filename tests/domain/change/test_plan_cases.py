"""Differences and plans of the cases in plan_cases.yaml against their record."""

import pytest

from tests.domain.change.plan_cases import Case, read_cases, recorded, text_of

RECORDED = recorded()


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["name"])
def test_the_plan_of_a_case_is_that_of_the_record(case: Case) -> None:
    """After a deliberate change: ``make findings``."""
    assert text_of(case) == RECORDED.get(case["name"])


def test_the_record_has_the_plan_of_each_case_once() -> None:
    assert [*RECORDED] == [each["name"] for each in read_cases()]
