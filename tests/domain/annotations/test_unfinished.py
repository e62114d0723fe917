"""The record of a run: written and read back."""

import json

import pytest

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.unfinished import (
    Unfinished,
    is_record,
    read_unfinished,
    unfinished_text,
)
from ippoolctl.domain.antrea.pool import Pool
from tests.builders import live_pool


def record(text: str, *ranges: str) -> Pool:
    return live_pool("ippoolctl-unfinished-a", *ranges, annotations={marks.UNFINISHED: text})


def test_a_record_reads_back_as_it_was_written() -> None:
    made = Unfinished("rename a b", "rename a b --wait", {"deleted": ["a"]})

    found = record(unfinished_text(made))

    assert is_record(found)
    assert read_unfinished(found) == made


def test_a_pool_without_the_annotation_is_not_a_record() -> None:
    assert not is_record(live_pool("a"))
    assert read_unfinished(live_pool("a")) is None


def test_a_pool_with_ranges_records_nothing() -> None:
    made = Unfinished("rename a b", "rename a b", {})

    assert read_unfinished(record(unfinished_text(made), "10.0.0.0/29")) is None


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_an_annotation_that_is_not_json_records_nothing(text: str) -> None:
    assert read_unfinished(record(text)) is None


@pytest.mark.parametrize("text", ["[1]", "null", "{}", '{"relocation": []}'])
def test_a_record_without_fields_belongs_to_an_unknown_request(text: str) -> None:
    assert read_unfinished(record(text)) == Unfinished("", "", {})


def test_a_record_without_a_command_names_its_request_as_the_command() -> None:
    found = read_unfinished(record(json.dumps({"request": "rename a b"})))

    assert found == Unfinished("rename a b", "rename a b", {})
