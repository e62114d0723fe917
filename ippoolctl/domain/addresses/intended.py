"""The range that a text probably means although Antrea cannot read it as one.

Other tools write a range as one text (``10.0.0.10-10.0.0.20``), with a netmask, or as one address;
an ExternalIPPool has ``cidr``, or ``start`` and ``end``. Only for hints: nothing is read this way.
"""

import re
from functools import lru_cache
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text, width
from ippoolctl.domain.addresses.parsers import parse_addr, parse_cidr
from ippoolctl.domain.addresses.ranges import Spelling

_BETWEEN: Final = r"\s*(?:[-\u2010-\u2015~]|\.\.+|\s(?:to|TO)\s)\s*"
"""What stands between both ends: a dash of any kind, dots, or a word."""
_LIST: Final = r"\s*[,;]\s*|\s+(?=\S+[./:])"
_OCTET: Final = r"\d{1,3}"
_ZEROS: Final = r"(?<![\d.:a-fA-F])0+(?=\d)|(?<=\.)0+(?=\d)"


def intended_ranges(value: object) -> tuple[Spelling, ...]:
    """The ranges in a text, or in a list of texts; empty unless all of them can be read."""
    parts = _parts(value)
    found = [each for each in map(intended_range, parts) if each is not None]
    return tuple(found) if len(found) == len(parts) else ()


def unambiguous_ranges(value: object) -> tuple[Spelling, ...]:
    """The ranges in a text if each is a CIDR, or two plain addresses, the lower one first."""
    for part in _parts(value):
        ends = re.split(_BETWEEN, _bare(part))
        # One address alone can be meant as a network, and two of them as a range.
        plain = "/" in part if len(ends) == 1 else all(parse_addr(each) for each in ends)
        if not plain:
            return ()
    return intended_ranges(value)


@lru_cache(maxsize=64)  # a rule asks several times about one text
def intended_range(text: str) -> Spelling | None:
    """The range in the fields of an ExternalIPPool; ``None`` if the text is nothing like one."""
    text = _bare(text)
    cidr = _cidr(text)
    if cidr:
        return Spelling(cidr)
    address = intended_address(text)
    if address:
        return Spelling(None, address, address)
    ends = intended_ends(text)
    if ends is None or any(map(_is_network, re.split(_BETWEEN, text))):
        return None
    first, last = map(parse_addr, ends)
    assert first is not None
    assert last is not None
    return Spelling(None, *ends) if first <= last and width(first) == width(last) else None


def intended_ends(text: str) -> tuple[str, str] | None:
    """The two addresses in a text with a dash or a word between them, in any order."""
    parts = [each for each in re.split(_BETWEEN, _bare(text)) if each]
    if len(parts) != 2:
        return None
    start = intended_address(parts[0])
    end = intended_address(parts[1]) or _in_last_octet(start, parts[1])
    return (start, end) if start and end else None


def intended_address(text: str) -> str:
    """The address in a text with leading zeros, white space or a prefix length; empty if none."""
    address, slash, length = text.strip().partition("/")
    if ":" not in address:
        address = re.sub(_ZEROS, "", address)
    ordinal, bits = parse_addr(address.strip()), _bits(length)
    if ordinal is None or (slash and (bits is None or bits > width(ordinal))):
        return ""
    return address_text(ordinal)


def exceeded_length(text: str) -> int | None:
    """The longest prefix length of the family of an address with a longer one, 32 or 128."""
    address, _, length = (each.strip() for each in text.partition("/"))
    ordinal = parse_addr(intended_address(address))
    if ordinal is None or not re.fullmatch(_OCTET, length) or int(length) <= width(ordinal):
        return None
    return width(ordinal)


def intended_length(text: str) -> int | None:
    """The prefix length in ``24``, ``/24`` or a netmask; ``None`` if it is nothing like one."""
    return _bits(text.strip().removeprefix("/"))


def network_text(address: object, length: object) -> str:
    """The CIDR of a network whose length or netmask stands beside it; empty for other values."""
    text = address if isinstance(address, str) and "/" not in address else ""
    cidr = _cidr(f"{text}/{str(length).strip().removeprefix('/')}")
    return cidr if _is_network(cidr) else ""


def _parts(value: object) -> list[str]:
    """The texts of a value that hold one range each; one empty text if it has other values."""
    items = value if isinstance(value, list) else [value]
    texts = [each for each in items if isinstance(each, str)]
    if len(texts) != len(items):
        return [""]
    if all(map(intended_range, texts)):
        return texts
    return [part for each in texts for part in re.split(_LIST, each.strip())]


def _bare(text: str) -> str:
    return text.strip().strip("[]()\"'").strip()


def _is_network(text: str) -> bool:
    """Whether an end of a range is a whole network, whose addresses a range would cut off."""
    network, ordinal = parse_cidr(_cidr(text)), parse_addr(intended_address(text))
    return network is not None and network.first == ordinal


def _cidr(text: str) -> str:
    """The CIDR of an address with a netmask, or of a text with white space or leading zeros."""
    address, slash, length = (each.strip() for each in text.partition("/"))
    ordinal, bits = parse_addr(intended_address(address)), _bits(length)
    if not slash or ordinal is None or bits is None or bits > width(ordinal):
        return ""
    network = parse_cidr(f"{intended_address(address)}/{bits}")
    single = width(ordinal) == bits
    return "" if network is None or single else f"{intended_address(address)}/{bits}"


def _bits(length: str) -> int | None:
    if re.fullmatch(_OCTET, length):
        return int(length) if int(length) <= 128 else None
    mask = parse_addr(length)
    if mask is None or width(mask) != 32:
        return None
    inverted = mask ^ 0xFFFFFFFF
    return 32 - inverted.bit_length() if inverted & (inverted + 1) == 0 else None


def _in_last_octet(start: str, text: str) -> str:
    """The end in ``10.0.0.10-20``."""
    is_octet = re.fullmatch(_OCTET, text) and ":" not in start
    return intended_address(f"{start.rpartition('.')[0]}.{text}") if is_octet else ""
