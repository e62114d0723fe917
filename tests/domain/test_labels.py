"""Selectors as kubectl writes them, and names from any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.metadata import violations
from ippoolctl.domain.labels import BadSelector, parse_selector
from ippoolctl.domain.names import name_from


def expression(key: str, operator: str, *values: str) -> dict[str, object]:
    found: dict[str, object] = {"key": key, "operator": operator}
    return {**found, "values": list(values)} if values else found


@pytest.mark.parametrize(
    ("text", "labels", "expressions"),
    [
        ("zone=a,role==edge", {"zone": "a", "role": "edge"}, []),
        ("node-role.kubernetes.io/egress=", {"node-role.kubernetes.io/egress": ""}, []),
        ("zone in (a, b)", {}, [expression("zone", "In", "a", "b")]),
        ("zone in(a)", {}, [expression("zone", "In", "a")]),
        ("in notin (in)", {}, [expression("in", "NotIn", "in")]),
        ("zone!=a", {}, [expression("zone", "NotIn", "a")]),
        ("gpu", {}, [expression("gpu", "Exists")]),
        (" ! gpu , zone = a ", {"zone": "a"}, [expression("gpu", "DoesNotExist")]),
        ("zone=a,zone=b", {"zone": "a"}, [expression("zone", "In", "b")]),
        ("zone=a,zone=a", {"zone": "a"}, []),
        ("", {}, []),
    ],
)
def test_a_selector_becomes_labels_and_expressions(
    text: str, labels: dict[str, str], expressions: list[object]
) -> None:
    expected = {"matchLabels": labels} if labels else {}
    expected |= {"matchExpressions": expressions} if expressions else {}  # type: ignore[dict-item]

    assert parse_selector(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a=b,", "a=b,"),
        ("a=b,,c", ",c"),
        ("a=b,zone in (a", "zone in (a"),
        ("cores>3", "cores>3"),
        ("a b", "a b"),
        ("!", "!"),
        ("-a=b", "-a"),
        ("a=b_", "b_"),
        ("zone in (a b)", "a b"),
        (f"a={'x' * 64}", "x" * 64),
        ("Example.com/a=b", "Example.com/a"),
    ],
)
def test_a_selector_that_cannot_be_read_is_quoted(text: str, part: str) -> None:
    found = parse_selector(text)

    assert isinstance(found, BadSelector)
    assert found.text == part


@given(st.text(), st.integers(20, 63))
def test_a_name_from_any_text_is_valid_and_always_the_same(text: str, longest: int) -> None:
    name = name_from(text, longest)

    assert name == name_from(text, longest)
    assert len(name) <= longest
    assert not [*violations({"name": name})]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("e2e-4711", r"e2e-4711"),
        ("Unit_Test #4", r"unit-test-4-[0-9a-f]{8}"),
        ("unit-test.4", r"unit-test-4-[0-9a-f]{8}"),
        ("###", r"pool-[0-9a-f]{8}"),
        ("a" * 63, r"a{63}"),
        ("a" * 64, r"a{54}-[0-9a-f]{8}"),
    ],
)
def test_a_hash_follows_only_a_changed_text(text: str, name: str) -> None:
    assert re.fullmatch(name, name_from(text))


def test_texts_that_differ_in_what_is_changed_have_different_names() -> None:
    assert len({name_from(each) for each in ("a b", "a_b", "a-b", "A-b", "a-b-")}) == 5
