"""Ranges that the webhook admits although their text breaks Antrea's controller."""

import pytest

from ippoolctl.domain.addresses.ranges import Spelling, read_range
from ippoolctl.domain.antrea.canonical import canonical, ends, has_stable_total, mapped_network
from tests.builders import spelling


@pytest.mark.parametrize(
    ("text", "canonical_text", "stable", "mapped"),
    [
        ("10.0.0.0/24", "10.0.0.0/24", True, False),
        ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9", True, False),
        ("fd00::1-fd00::9", "fd00::1-fd00::9", True, False),
        ("fd00:0::1-fd00::9", "fd00::1-fd00::9", False, False),
        ("FD00::1-fd00::9", "fd00::1-fd00::9", False, False),
        ("fd00:0::/64", "fd00:0::/64", True, False),
        ("::ffff:10.0.0.0/120", "::ffff:10.0.0.0/120", False, True),
        ("::ffff:0.0.0.0/95", "::ffff:0.0.0.0/95", True, False),
        ("::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.1-10.0.0.9", False, False),
        ("fd00:0::9-fd00::1", "fd00::9-fd00::1", False, False),
        ("10.0.0.01-10.0.0.9", "10.0.0.01-10.0.0.9", True, False),
        ("x/24", "x/24", True, False),
    ],
)
def test_the_canonical_text_is_that_of_the_controller(
    text: str, canonical_text: str, *, stable: bool, mapped: bool
) -> None:
    found = read_range(spelling(text))

    assert canonical(found) == canonical_text
    assert has_stable_total(found) == stable
    assert (mapped_network(found) is not None) == mapped


def test_the_controller_reads_the_cidr_alone_if_a_range_has_one() -> None:
    for cidr in ("10.0.0.0/24", "10.0.0.0/33"):
        found = read_range(Spelling(cidr, "fd00:0::1", "fd00::9"))

        assert ends(found) is None
        assert canonical(found) == cidr
