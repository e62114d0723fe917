"""Special address space, at each of its boundaries."""

from itertools import product

import pytest

from ippoolctl.domain.addresses.ranges import Span, intersect, range_of, span_of
from ippoolctl.domain.addresses.special import SPECIAL, SpecialBlock, has_special


def test_a_range_is_special_if_it_has_an_address_of_a_special_block() -> None:
    bounds = sorted(
        {
            bound + step
            for each in SPECIAL
            for bound in each.span
            for step in (-1, 0, 1)
            if bound + step >= 0
        }
    )

    for first, last in product(bounds, bounds):
        if first <= last:
            span = Span(first, last)
            assert has_special(first, last) == any(intersect(span, each.span) for each in SPECIAL)


@pytest.mark.parametrize("block", SPECIAL, ids=lambda each: each.text)
def test_the_text_of_a_special_block_reads_as_its_addresses(block: SpecialBlock) -> None:
    assert span_of(range_of(block.text)) == block.span


def test_antrea_itself_uses_one_special_block_of_each_family() -> None:
    assert [each.text for each in SPECIAL if each.internal] == [
        "169.254.0.251-169.254.0.253",
        "fc01::aabb:ccdd:eefd-fc01::aabb:ccdd:eeff",
    ]
