"""JSON to values: strict about duplicates, depth and size."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.reading.json_documents import JsonError, read_json, read_json_stream
from ippoolctl.reading.limits import MAX_DEPTH
from tests.examples import examples

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


@examples(300)
@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_written_json_is_read_back(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    assert read_json(text) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a":1,"a":1}',
        '{"x": {"a": 1, "b": 2, "a": 3}}',
        '{"a": 1, "\\u0061": 2}',
        '{"a" : 1, "a" : 2}',
        '[{"b": "\\":"}, {"a": 1, "a": "\\":"}]',
        '{"x": [{"a": 1, "a": 2}], "b" :1}',
        '{"x": [{"a": 1, "a": 2}], "b"\n:1}',
    ],
)
def test_duplicate_key_is_refused(text: str) -> None:
    with pytest.raises(JsonError, match="duplicate key"):
        read_json(text)


@pytest.mark.parametrize("text", ['{"a": "x\\": 1"}', '{"a" : {"b" :1}}', '{"\\u0061": 1, "b": 2}'])
def test_apparent_duplicate_key_is_read(text: str) -> None:
    assert read_json(text) == json.loads(text)


def test_too_deep_json_is_refused() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]

    assert read_json(json.dumps(deep)) == deep
    with pytest.raises(JsonError, match="nested deeper than"):
        read_json(json.dumps([deep]))


def test_long_text_is_refused_with_its_place() -> None:
    text = json.dumps({"a": "b", "long": "x" * 1_100_000})

    with pytest.raises(JsonError) as error:
        read_json(text)

    assert text[error.value.offset] == '"'


def test_consecutive_documents() -> None:
    text = '{"a": 1}\n  {"b": 2}\n'

    assert list(read_json_stream(text)) == [(0, 8, {"a": 1}), (11, 19, {"b": 2})]


@pytest.mark.parametrize(
    "text", ["{", "[1,]", '{"a": 01}', "{'a': 1}", '{"a": NaN}', '{"a": "\t"}']
)
def test_invalid_json_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text)

    assert 0 < error.value.offset <= len(text)
