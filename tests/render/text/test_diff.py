"""The unified text of a difference."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.created_object import whole_object
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.diff import diff
from ippoolctl.render.structured import as_yaml
from ippoolctl.render.text.diff import unified
from tests.builders import pool

counts = st.integers(0, 8)


def dump(each: Pool) -> str:
    return as_yaml(whole_object(each))


def ranges(network: int, number: int) -> list[str]:
    """One of two lines, one of one line, and so on."""
    first = [f"10.{network}.{each}.0/28" for each in range(0, number, 2)]
    second = [
        f"2001:db8:{network}:{each}::1-2001:db8:{network}:{each}::9" for each in range(number)
    ]
    return [*first, *second][:number]


@given(counts, counts, counts, counts, st.booleans())
def test_lines_are_aligned_as_the_library_aligns_them(before, removed, added, after, label) -> None:
    """Also where only lines are added or only some are removed, which is found out sooner."""
    start, end = ranges(1, before), ranges(4, after)
    old = pool("p", *start, *ranges(2, removed), *end)
    new = pool("p", *start, *ranges(3, added), *end)
    new = new._replace(labels={"a": "b"}) if label else new

    found = unified(diff([old], [new], LATEST), dump)

    texts = [dump(each).splitlines(keepends=True) for each in (old, new)]
    assert found == "".join(difflib.unified_diff(texts[0], texts[1], "before/p", "after/p"))


def test_a_range_with_an_unknown_field_behind_others_is_one_added_item() -> None:
    old = pool("p", *(f"10.1.{each}.0/28" for each in range(8)))
    new = {
        **whole_object(old),
        "spec": {
            "ipRanges": [
                *whole_object(old)["spec"]["ipRanges"],
                {"cidr": "10.2.0.0/28", "weight": 5},
            ],
            "nodeSelector": {},
        },
    }

    found = unified(diff([old], [read_pool(new)], LATEST), dump)

    assert [row for row in found.splitlines() if row[0] in "+-"][2:] == [
        "+  - cidr: 10.2.0.0/28",
        "+    weight: 5",
    ]
