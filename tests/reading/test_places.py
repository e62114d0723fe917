"""Line and column of fields in YAML and JSON of any layout."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.antrea.pool import Path
from ippoolctl.reading.places import locate_in_json, locate_in_yaml, nearest
from tests.examples import examples

BLOCK = """\
apiVersion: v1
kind: List
items:
- metadata:
    name: a
  spec:
    ipRanges:
    # a comment
    - cidr: 10.0.0.0/24
    -   start: 10.0.1.1
        end: 10.0.1.9
    nodeSelector: {}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (0, 0)),
        (("items",), (2, 0)),
        (("items", 0), (3, 2)),
        (("items", 0, "metadata", "name"), (4, 4)),
        (("items", 0, "spec", "ipRanges"), (6, 4)),
        (("items", 0, "spec", "ipRanges", 0), (8, 6)),
        (("items", 0, "spec", "ipRanges", 1), (9, 8)),
        (("items", 0, "spec", "ipRanges", 1, "end"), (10, 8)),
        (("items", 0, "spec", "subnetInfo", "gateway"), (5, 2)),
    ],
)
def test_places_in_block_style(path: Path, place: tuple[int, int]) -> None:
    assert nearest(locate_in_yaml(BLOCK, [path]), path) == place


def test_places_in_an_alias_are_those_of_the_alias() -> None:
    text = "spec: &s\n  ipRanges: [{cidr: a}]\nother: *s\n"
    path: Path = ("other", "ipRanges", 0)

    assert nearest(locate_in_yaml(text, [path]), path) == (2, 0)


def test_places_behind_an_address_that_ends_with_colons() -> None:
    text = "ipRanges: [{start: fd00::, end: fd00::9}, {cidr: a}]\n"
    paths: list[Path] = [("ipRanges", 0, "end"), ("ipRanges", 1)]

    found = locate_in_yaml(text, paths)

    assert [found[path] for path in paths] == [(0, 27), (0, 42)]


def test_places_in_json() -> None:
    text = '{"items": [\n  {"spec": {"ipRanges": [{"cidr": "a"}, 7,\n   {"start": "b"}]}}]}'

    found = locate_in_json(text, [("items", 0, "spec", "ipRanges", n) for n in (0, 2)])

    assert found["items", 0, "spec", "ipRanges", 0] == (1, 25)
    assert found["items", 0, "spec", "ipRanges", 2] == (2, 3)
    assert found["items", 0, "spec"] == (1, 3)


keys = st.text("abc", min_size=1, max_size=2)
values = st.recursive(
    st.one_of(st.integers(0, 9), st.text("xyz \"'{}[]:,é😀", max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)


def paths_of(value: Any, path: Path = ()) -> list[tuple[Path, Any, str | None]]:
    """Every path with its value, and its key where it has one."""
    found: list[tuple[Path, Any, str | None]] = []
    if isinstance(value, dict):
        for key, item in value.items():
            found += [((*path, key), item, key), *paths_of(item, (*path, key))]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += [((*path, index), item, None), *paths_of(item, (*path, index))]
    return found


@examples(300)
@given(values, st.sampled_from([None, 1, 3]))
def test_every_path_of_a_json_text_is_found(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    lines = text.split("\n")
    decoder = json.JSONDecoder()

    for path, item, key in paths_of(value):
        line, column = locate_in_json(text, [path])[path]
        rest = "\n".join([lines[line][column:], *lines[line + 1 :]])

        assert decoder.raw_decode(rest)[0] == (item if key is None else key)


@examples(300)
@given(values, st.booleans())
def test_every_path_of_a_yaml_text_is_found(value: Any, flow: bool) -> None:
    text = yaml.dump(value, Dumper=yaml.CSafeDumper, default_flow_style=flow, allow_unicode=True)
    paths = paths_of(value)
    lines = text.split("\n")

    found = locate_in_yaml(text, [path for path, *_ in paths])

    for path, item, key in paths:
        line, column = found.get(path) or (None, None)
        if line is None:  # an alias stands for what was written before
            assert "*id" in text
        elif key is not None:
            assert lines[line][column:].lstrip("? '\"").startswith(key)
        elif isinstance(item, int):
            assert lines[line][column:].startswith(str(item))


@pytest.mark.parametrize("key", ["yes", "010", "1e3", "'yes'"])
def test_key_of_any_type_has_a_place(key: str) -> None:
    from ippoolctl.reading.yaml_documents import read_yaml

    text = f"a: 1\n{key}: 2\n"
    (name,) = set(read_yaml(text)[0]) - {"a"}

    assert locate_in_yaml(text, [(name,)])[name,] == (1, 0)
