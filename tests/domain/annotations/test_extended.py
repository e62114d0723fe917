"""The record of appended ranges by request: written and read back."""

import json

import pytest

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.extended import appended_by, remembering
from ippoolctl.domain.antrea.pool import Pool
from tests.builders import live_pool

RANGES = ("10.0.0.0/29", "10.0.0.8/29")


def having(text: str) -> Pool:
    return live_pool("a", *RANGES, annotations={marks.EXTENDED: text})


def test_the_ranges_of_each_request_read_back_as_they_were_written() -> None:
    first = remembering(live_pool("a", *RANGES), "a/1", RANGES[:1])
    both = remembering(having(first), "a/2", RANGES[1:])

    assert json.loads(both) == {"a/1": ["10.0.0.0/29"], "a/2": ["10.0.0.8/29"]}
    assert appended_by(having(both), "a/1") == RANGES[:1]
    assert appended_by(having(both), "a/2") == RANGES[1:]
    assert appended_by(having(both), "a/3") == ()
    assert appended_by(live_pool("a", *RANGES), "a/1") == ()


def test_a_request_has_appended_nothing_that_the_pool_no_longer_has() -> None:
    text = remembering(live_pool("a"), "a/1", [*RANGES, "10.0.0.16/29"])

    assert appended_by(having(text), "a/1") == ()


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "5", "[" * 100_000, '{"a/1": 5}'])
def test_an_invalid_annotation_is_replaced(text: str) -> None:
    assert appended_by(having(text), "a/1") == ()
    assert json.loads(remembering(having(text), "a/2", RANGES)) == {"a/2": [*RANGES]}


def test_appended_values_that_are_not_text_are_ignored() -> None:
    assert appended_by(having('{"a/1": [5, "10.0.0.0/29", null]}'), "a/1") == RANGES[:1]
