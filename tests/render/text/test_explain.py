"""The page of a rule, for people."""

import pytest

from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.render.styles import paint
from ippoolctl.render.text.explain import rule_lines

PAGES = [pytest.param(each.rule, id=each.id) for each in RULES]


def rows_of(rule: Rule, width: int | None) -> list[str]:
    """The rows below the title."""
    return paint(rule_lines(rule, width)).splitlines()[2:]


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("rule", PAGES)
def test_the_prose_of_a_page_fits_the_terminal_and_its_examples_stay(
    rule: Rule, width: int
) -> None:
    written = rule.page.strip().splitlines()

    rows = rows_of(rule, width)

    assert all(len(each) <= width for each in rows if " " in each.strip() and each[0] != " ")
    assert " ".join(rows).split() == " ".join(written).split()
    assert [each for each in rows if each[:1] == " "] == [
        each for each in written if each[:1] == " "
    ]


@pytest.mark.parametrize("width", [None, 100])
def test_a_page_that_fits_is_as_it_was_written(width: int | None) -> None:
    for each in RULES:
        assert rows_of(each.rule, width) == each.rule.page.strip().splitlines()
