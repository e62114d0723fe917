"""What unknown fields were probably meant to be, by their name, place and value."""

from typing import Any

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.pool import Path
from ippoolctl.domain.lint.field_names import (
    ITEM,
    LABELS,
    SELECTOR,
    SUBNET,
    Meaning,
    correction,
    meaning,
)
from tests.builders import pool_object

NO_NAME = Meaning(advice="ranges have no names; remove the field")
NO_FAMILY = Meaning(advice="the family follows from the addresses; remove the field")
NOTHING_LIKE_IT = Meaning()


def meant(field: dict[str, Any], place: Path, **spec: Any) -> Meaning:
    """The meaning of the one unknown field at a place of a pool, beside fields of its spec."""
    document = pool_object("a", "10.0.0.0/24", **spec)
    parent: Any = document
    for step in place:
        parent = parent[step]
    parent.update(field)
    (name,) = field
    return meaning(read_pool(document), (*place, name))


FIRST_RANGE: Path = ("spec", "ipRanges", 0)


@pytest.mark.parametrize(
    ("field", "place", "expected"),
    [
        ({"cidrs": ["10.0.1.0/24"]}, ("spec",), Meaning("ipRanges", "spec")),
        ({"IP-Ranges": []}, ("spec",), Meaning("ipRanges", "spec")),
        ({"iprangess": []}, ("spec",), Meaning("ipRanges", "spec")),
        ({"ipRanges": []}, (), Meaning("ipRanges", "spec")),
        ({"nodeSelectr": {}}, ("spec",), Meaning("nodeSelector", "spec")),
        ({"gatway": "10.0.0.1"}, ("spec",), Meaning("gateway", SUBNET)),
        ({"kindd": "x"}, (), Meaning("kind", "the top level of the object")),
        ({"labels": {}}, ("spec", "nodeSelector"), Meaning("matchLabels", SELECTOR)),
        ({"label": {}}, ("metadata",), Meaning("labels", "metadata")),
        ({"zone": "lab"}, ("spec", "nodeSelector"), Meaning("zone", LABELS)),
        ({"name": "x"}, FIRST_RANGE, NO_NAME),
        ({"labels": {}}, FIRST_RANGE, NO_NAME),
        ({"title": "x"}, FIRST_RANGE, NO_NAME),
        ({"ipFamily": "IPv4"}, ("spec",), NO_FAMILY),
        ({"ipRange": "10.0.1.0/24"}, FIRST_RANGE, Meaning("cidr", ITEM)),
        ({"from": "10.0.1.1"}, FIRST_RANGE, Meaning("start", ITEM)),
        ({"from": "10.0.1.1-10.0.1.9"}, FIRST_RANGE, Meaning("cidr", ITEM)),
        ({"to": "10.0.1.0/24"}, FIRST_RANGE, Meaning("cidr", ITEM)),
        ({"to": "10.0.1.1-9, 10.0.2.1-9"}, FIRST_RANGE, Meaning("end", ITEM)),
        ({"gateway": "10.0.0.1-10.0.0.9"}, FIRST_RANGE, Meaning("gateway", SUBNET)),
        ({"zone": "lab"}, ("spec",), Meaning("zone", LABELS)),
        ({"zone": "lab"}, (), Meaning("zone", LABELS)),
        ({"zone": "no label!"}, ("spec",), NOTHING_LIKE_IT),
        ({"zone": 5}, ("spec",), NOTHING_LIKE_IT),
        ({"zone": "lab"}, FIRST_RANGE, NOTHING_LIKE_IT),
    ],
)
def test_an_unknown_field_means_a_field_of_its_place_first(
    field: dict[str, Any], place: Path, expected: Meaning
) -> None:
    assert meant(field, place) == expected


def test_a_text_beside_a_node_selector_with_a_condition_is_no_label() -> None:
    selector = {"matchLabels": {"a": "b"}}

    assert meant({"zone": "lab"}, ("spec",), nodeSelector=selector) == NOTHING_LIKE_IT


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("-cidr", "use one dash and a space before cidr"),
        ("- start", "use one dash and a space before start"),
        ("-zone", "ExternalIPPool has no such field; remove it"),
    ],
)
def test_a_dash_that_belongs_to_a_field_is_found(name: str, fix: str) -> None:
    document = pool_object("a", "10.0.0.0/24")
    document["spec"]["ipRanges"][0][name] = 5

    assert correction(read_pool(document), ("spec", "ipRanges", 0, name)) == fix
