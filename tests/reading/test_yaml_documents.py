"""YAML to values: scalars as in kubectl, limited aliases, everything else strict."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.reading.limits import MAX_DEPTH, MAX_EXPANSION
from ippoolctl.reading.yaml_documents import YamlError, read_yaml
from tests.builders import HERE, json_lines
from tests.examples import examples

# Where we refuse on purpose what kubectl takes.
STRICTER = {"v: {a: 1, a: 2}", 'v: {1: 1, "1": 2}', "v: !!binary aGk="}
RECORDED = list(json_lines(HERE / "go_answers" / "scalars.jsonl"))


@pytest.mark.parametrize("answer", RECORDED, ids=lambda answer: answer["text"])
def test_values_equal_those_of_kubectl(answer: dict[str, Any]) -> None:
    if "error" in answer or answer["text"] in STRICTER:
        with pytest.raises(YamlError):
            read_yaml(answer["text"])
    else:
        (value,) = read_yaml(answer["text"])
        assert same(value, answer["json"])


def same(ours: Any, theirs: Any) -> bool:
    """Equal as JSON values of Go, which writes large numbers rounded."""
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    large = isinstance(ours, int) and abs(ours) >= 2**63
    return float(ours) == float(theirs) if large else ours == theirs and type(ours) is type(theirs)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("a: 10.0.0.0/24", "10.0.0.0/24"),
        ("a: ::1", "::1"),
        ("a: 190:20:30", "190:20:30"),
        ("a: 2001-01-01", "2001-01-01"),
        ("a: 10.0", 10),
        ("a: 1_0", 10),
    ],
)
def test_unquoted_address_is_text(text: str, value: object) -> None:
    assert read_yaml(text) == [{"a": value}]


plain = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53), 2**53),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=6),
            inner, max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@examples(300)
@given(plain, st.booleans())
def test_written_yaml_is_read_back(value: Any, flow: bool) -> None:
    text = yaml.dump(value, Dumper=Quoting, default_flow_style=flow, allow_unicode=True)

    assert read_yaml(text) == [value]


class Quoting(yaml.CSafeDumper):
    """Quotes all text, since kubectl and YAML 1.1 differ about what needs it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def test_aliases_and_merge_keys() -> None:
    text = "base: &b {x: 1, w: 2}\nuse: *b\nmerged: {<<: *b, w: 3}\nlist: {<<: [*b, {z: 4}]}\n"

    assert read_yaml(text) == [
        {
            "base": {"x": 1, "w": 2},
            "use": {"x": 1, "w": 2},
            "merged": {"x": 1, "w": 3},
            "list": {"x": 1, "w": 2, "z": 4},
        }
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{x: 1, <<: {x: 2}}", {"x": 2}),
        ("{<<: {x: 2}, x: 1}", {"x": 1}),
        ("{x: 1, <<: [{x: 2}, {x: 3, z: 4}]}", {"x": 2, "z": 4}),
        ("{<<: {x: 1}, <<: {x: 2}}", {"x": 2}),
        ("{<<: {x: 1}, x: 2, <<: {x: 3}}", {"x": 3}),
        ("{<<: {<<: {x: 1}, z: 1}, z: 2}", {"x": 1, "z": 2}),
    ],
)
def test_a_merge_key_wins_over_the_keys_before_it_as_in_kubectl(text: str, value: object) -> None:
    assert read_yaml(text) == [value]


def test_a_key_is_duplicate_beside_a_merge_key() -> None:
    with pytest.raises(YamlError, match="duplicate key 'x'"):
        read_yaml("{x: 1, <<: {x: 2}, x: 3}")
    with pytest.raises(YamlError, match="duplicate key 'x'"):
        read_yaml("{<<: {x: 2}, x: 1, x: 3}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{start: fd00::, end: fd00::9}", {"start": "fd00::", "end": "fd00::9"}),
        ("[fd00::1, fd01::]", ["fd00::1", "fd01::"]),
        ("{a: {b: fd00::}}", {"a": {"b": "fd00::"}}),
        ("{'a::': 'x::, b'}", {"a::": "x::, b"}),
        ("a: x::, b\n", {"a": "x::, b"}),
        ("{fd00::, b: c}", {"fd00::": None, "b": "c"}),
        ("\ue000: [fd00::1]\n", {"\ue000": ["fd00::1"]}),
    ],
)
def test_an_address_that_ends_with_colons_is_text_in_a_flow_collection(
    text: str, value: object
) -> None:
    assert read_yaml(text) == [value]


def test_the_place_of_an_invalid_character_behind_such_an_address_counts_characters() -> None:
    with pytest.raises(YamlError) as error:
        read_yaml("a: [fd00::, fd01::] # \x07\n")

    assert (error.value.line, error.value.column) == (0, 22)


def test_anchors_are_separate_for_each_document() -> None:
    with pytest.raises(YamlError, match="no anchor"):
        read_yaml("a: &x 1\n---\nb: *x\n")


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate key 'a'", 2, 0),
        ("x:\n  k: 1\n  k: 2\n", "duplicate key 'k'", 2, 2),
        ("1: a\n'1': b\n", "duplicate key '1'", 1, 0),
        ("a: *nowhere\n", "has no anchor", 0, 3),
        ("a: &x [1, *x]\n", "inside its own anchor", 0, 10),
        ("? [a]\n: b\n", "a key must be text", 0, 2),
        ("? {a: b}\n: b\n", "a key must be text", 0, 2),
        ("null: a\n", "a key must be text", 0, 0),
        ("a: .nan\n", "not a number that JSON has", 0, 3),
        ("<<: 5\n", "a merge key takes a mapping", 0, 4),
        ("a: !!int x\n", "with the tag !!int", 0, 3),
        ("a: !!float .inf\n", "not a number that JSON has", 0, 3),
        ("# éééé\na: 1\nb: \x01\n", "invalid YAML character", 2, 3),
        ("a: [1, 2\n", "while parsing a flow sequence", 0, 3),
        ("a: 'b\n", "while scanning a quoted scalar", 0, 3),
        ("a:\n\t- b\n", "found character", 1, 0),
        ("a: b: c\n", "mapping values are not allowed", 0, 4),
        ("a: \x07\n", "invalid YAML character", 0, 3),
    ],
)
def test_an_invalid_yaml_text_has_an_error_with_its_place(
    text: str, message: str, line: int, column: int
) -> None:
    with pytest.raises(YamlError) as error:
        read_yaml(text)

    assert message in error.value.message
    assert (error.value.line, error.value.column) == (line, column)


def test_too_deep_yaml_is_refused_without_recursion() -> None:
    assert read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(YamlError, match="nested deeper than"):
        read_yaml("[" * 1_000_000)


def test_alias_bomb_is_refused_before_expansion() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    with pytest.raises(YamlError, match=f"more than {MAX_EXPANSION} nodes"):
        read_yaml("\n".join(lines))


def test_a_merge_bomb_is_refused() -> None:
    keys = ", ".join(f"k{n}: {n}" for n in range(500))
    uses = "\n".join(f"u{n}: {{<<: *base}}" for n in range(200))

    with pytest.raises(YamlError, match=f"more than {MAX_EXPANSION} nodes"):
        read_yaml(f"base: &base {{{keys}}}\n{uses}\n")


def test_alias_to_a_long_text_counts_by_its_length() -> None:
    uses = "\n".join(f"k{n}: *a" for n in range(4_000))

    with pytest.raises(YamlError, match=f"more than {MAX_EXPANSION} nodes"):
        read_yaml(f"a: &a {'A' * 10_000}\n{uses}\n")
