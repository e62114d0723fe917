"""YAML that kubectl reads back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.reading.yaml_documents import read_yaml
from ippoolctl.render.structured import as_json, as_yaml
from ippoolctl.render.styles import Segment, line, paint, table
from tests.examples import examples


@pytest.mark.parametrize(
    "text", ["y", "no", "on", "010", "1e3", "0x1F", "1_000", "null", "~", "", ".5", "1:2:3", "a: b"]
)
def test_text_that_looks_like_another_type_is_quoted_in_yaml(text: str) -> None:
    assert read_yaml(as_yaml({"labels": {"x": text}})) == [{"labels": {"x": text}}]


def test_several_values_are_several_documents() -> None:
    text = as_yaml({"a": 1}, {"b": [1, 2]})

    assert text.count("---\n") == 2
    assert [document for part in text.split("---\n")[1:] for document in read_yaml(part)] == [
        {"a": 1},
        {"b": [1, 2]},
    ]


@pytest.mark.parametrize("text", ["a", "\x1b", "\x7f", "ü", "\u202e", "\udcff", '"\\'])
@pytest.mark.parametrize("number", [1, 2**70])
def test_a_large_document_is_written_like_a_small_one(text: str, number: int) -> None:
    items = [{"text": text, "number": number, "none": None, "empty": []}] * 1000

    assert as_json({"items": items}).replace("items", "others", 1) == as_json({"others": items})


def test_a_table_is_aligned_and_has_no_trailing_space() -> None:
    rows = [("a", Segment("1")), ("long-name", Segment("22"))]

    assert paint(table(("NAME", "N"), rows)) == "NAME        N\na           1\nlong-name   22\n"


def test_plain_lines_are_never_broken() -> None:
    assert paint([line("x " * 500, hanging=4)]) == "x " * 499 + "x\n"


_texts = st.one_of(
    st.sampled_from(
        ["10.0.0.0/24", "10.0.0.1", "fd00::/64", "fd00::", "::1", "1::2", "2001:db8::1", "1:2:3",
         "crd.antrea.io/v1beta1", "edge-1", "yes", "y", "null", "1", "1.5", "0x1F", "a:", "a b",
         "-", "~", "", "2026-01-01", "1_0", "team/net", "x." * 70, "=", "<<", "12e03", "1e:2"]
    ),
    st.text("ab1.:/-_ ", max_size=8),
)  # fmt: skip
_values = st.recursive(
    st.one_of(_texts, st.none(), st.booleans(), st.integers(-3, 2**70)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=12,
)


@examples(300)
@given(st.lists(_values, min_size=1, max_size=2))
def test_plain_documents_are_written_as_the_library_writes_them(documents) -> None:
    plain, by_library = as_yaml(*documents, {"x": "ab"}), as_yaml(*documents, {"x": "a b"})

    assert plain.removesuffix("x: ab\n") == by_library.removesuffix("x: a b\n")
