"""Ranges in small parts of the address space, where brute force is possible, and huge ranges."""

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


@st.composite
def spellings(draw: st.DrawFn, corners: tuple[str, ...] = CORNERS) -> Spelling:
    """A CIDR or a start-end range in one corner, /32 and /128 included, host bits allowed."""
    base = ordinal(draw(st.sampled_from(corners)))
    first = base + draw(st.integers(0, SIZE - 1))
    if draw(st.booleans()):
        bits = width(base) - draw(st.integers(0, 4))
        return Spelling(cidr=f"{text_of(first)}/{bits}")
    last = draw(st.integers(first, base + SIZE - 1))
    return Spelling(None, text_of(first), text_of(last))


any_spelling = st.one_of(spellings(), spellings(), st.sampled_from(GIANTS).map(Spelling))
