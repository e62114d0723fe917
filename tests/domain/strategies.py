"""Ranges in small parts of the address space, where brute force is possible, and huge ranges."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import address_text, width
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import Spelling

SIZE = 16
"""Addresses in a corner."""

CORNERS = (
    "10.0.0.0",
    "0.0.0.0",
    "255.255.255.240",
    "2001:db8::",
    "::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0",
    "::ffff:a00:0",
)
GIANTS = ("0.0.0.0/0", "::/0", "0.0.0.0/1", "8000::/1", "10.0.0.0/8", "2001:db8::/32")


def ordinal(text: str) -> int:
    found = parse_addr(text)
    assert found is not None
    return found


def text_of(address: int) -> str:
    """Text that reads back as the same ordinal: IPv4-mapped addresses stay IPv6."""
    mapped = ordinal("::ffff:0:0") <= address <= ordinal("::ffff:ffff:ffff")
    if mapped:
        value = address - ordinal("::ffff:0:0")
        return f"::ffff:{value >> 16:x}:{value & 0xFFFF:x}"
    return address_text(address)


def in_corner(corner: str) -> Iterator[Spelling]:
    """Each CIDR and start-end range of a corner, /32 and /128 included, host bits allowed."""
    base = ordinal(corner)
    texts = [text_of(address) for address in range(base, base + SIZE)]
    for bits, text in product(range(5), texts):
        yield Spelling(cidr=f"{text}/{width(base) - bits}")
    for first, last in combinations_with_replacement(texts, 2):
        yield Spelling(None, first, last)


def spellings(corners: tuple[str, ...] = CORNERS) -> st.SearchStrategy[Spelling]:
    """One in one corner; drawn from a list, since a drawing for each part takes much longer."""
    return st.sampled_from([each for corner in corners for each in in_corner(corner)])


any_spelling = st.one_of(spellings(), spellings(), st.sampled_from([*map(Spelling, GIANTS)]))
