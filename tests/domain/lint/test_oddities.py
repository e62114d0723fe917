"""What is advised about text that a program should have replaced, or that cannot be seen."""

from typing import Any

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.lint.oddities import oddity_remedy
from tests.builders import pool_object

TEMPLATE = "this looks like an unrendered template; render it first"


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("{{ y }}", TEMPLATE),
        ([["y"]], TEMPLATE),
        ({"y": None}, TEMPLATE),
        ({"y": 1}, ""),
        ({"y": "{{ z }}"}, TEMPLATE),
        ({"{{ y }}": 1}, TEMPLATE),
        (["10.0.0.0/24", "{{ y }}"], TEMPLATE),
        (
            "10.0.0.0/24\N{NO-BREAK SPACE}",
            "replace the no-break space (U+00A0), character 12 of '10.0.0.0/24\\xa0', with a space",
        ),
        (5, ""),
    ],
)
def test_an_oddity_is_found_in_every_text_of_a_field(value: object, remedy: str) -> None:
    document = pool_object("a", "10.0.0.0/24")
    document["spec"]["ipRanges"] = [{"cidr": value}]

    pool = read_pool(document)

    assert oddity_remedy(pool, ("spec", "ipRanges", 0, "cidr")) == remedy
    assert oddity_remedy(pool, ()) == ""


@pytest.mark.parametrize(
    ("value", "remedy"),
    [("{{ y }}", ""), ({"y": "{{ z }}"}, ""), ({"y": None}, ""), ([["y"]], TEMPLATE)],
)
def test_an_annotation_can_have_any_text(value: object, remedy: str) -> None:
    document: Any = pool_object("a", "10.0.0.0/24")
    document["metadata"]["annotations"] = {"k": value}

    assert oddity_remedy(read_pool(document), ("metadata", "annotations", "k")) == remedy


def test_ranges_in_several_lines_are_meant_as_a_list() -> None:
    document = pool_object("a", "10.0.0.0/24")
    document["spec"] |= {"ipRanges": "10.0.0.0/24\n10.0.1.0/24", "nodeSelector": "a\nb"}
    pool = read_pool(document)

    assert oddity_remedy(pool, ("spec", "ipRanges")) == ""
    assert oddity_remedy(pool, ("spec", "nodeSelector")) == (
        "remove the control character (U+000A), character 2 of 'a\\nb'"
    )
