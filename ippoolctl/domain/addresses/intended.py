"""The range that a text probably means although Antrea cannot read it as one.

Other tools write a range as one text (``10.0.0.10-10.0.0.20``), with a netmask, or as one address;
an ExternalIPPool has ``cidr``, or ``start`` and ``end``. Only for hints: nothing is read this way.
"""

import re
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text, width
from ippoolctl.domain.addresses.parsers import parse_addr, parse_cidr
from ippoolctl.domain.addresses.ranges import Spelling

_BETWEEN: Final = re.compile(r"\s*(?:[-\u2010-\u2015~]|\.\.+|\s(?:to|TO)\s)\s*")
"""What stands between both ends: a dash of any kind, dots, or a word."""
_LIST: Final = re.compile(r"\s*[,;]\s*|\s+(?=\S+[./:])")
_OCTET: Final = re.compile(r"\d{1,3}")
_ZEROS: Final = re.compile(r"(?<![\d.:a-fA-F])0+(?=\d)|(?<=\.)0+(?=\d)")


def intended_ranges(value: object) -> tuple[Spelling, ...]:
    """The ranges in a text, or in a list of texts; empty unless all of them can be read."""
    items = value if isinstance(value, list) else [value]
    texts = [each for each in items if isinstance(each, str)]
    if len(texts) != len(items):
        return ()
    whole = [intended_range(each) for each in texts]
    if None in whole:
        whole = [intended_range(part) for each in texts for part in _LIST.split(each.strip())]
    found = tuple(each for each in whole if each is not None)
    return found if len(found) == len(whole) else ()


def intended_range(text: str) -> Spelling | None:
    """The range in the fields of an ExternalIPPool; ``None`` if the text is nothing like one."""
    text = text.strip().strip("[]()\"'").strip()
    cidr = _cidr(text)
    if cidr:
        return Spelling(cidr)
    parts = [each for each in _BETWEEN.split(text) if each]
    if len(parts) == 1:
        address = intended_address(text)
        return Spelling(None, address, address) if address else None
    if len(parts) != 2:
        return None
    start = intended_address(parts[0])
    end = intended_address(parts[1]) or _in_last_octet(start, parts[1])
    return Spelling(None, start, end) if start and end else None


def intended_address(text: str) -> str:
    """The address in a text with leading zeros, white space or a prefix length; empty if none."""
    address, slash, length = text.strip().partition("/")
    if slash and not _bits(length):
        return ""
    if ":" not in address:
        address = _ZEROS.sub("", address)
    ordinal = parse_addr(address.strip())
    return "" if ordinal is None else address_text(ordinal)


def intended_length(text: str) -> int | None:
    """The prefix length in ``24``, ``/24`` or a netmask; ``None`` if it is nothing like one."""
    return _bits(text.strip().removeprefix("/"))


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
    if _OCTET.fullmatch(length):
        return int(length) if int(length) <= 128 else None
    mask = parse_addr(length)
    if mask is None or width(mask) != 32:
        return None
    inverted = mask ^ 0xFFFFFFFF
    return 32 - inverted.bit_length() if inverted & (inverted + 1) == 0 else None


def _in_last_octet(start: str, text: str) -> str:
    """The end in ``10.0.0.10-20``."""
    if not start or ":" in start or not _OCTET.fullmatch(text):
        return ""
    return intended_address(f"{start.rpartition('.')[0]}.{text}")
