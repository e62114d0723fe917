"""Ranges and networks typed on a command line."""

from collections.abc import Iterable

from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import BadRange, Span, Spelling, read_range
from ippoolctl.errors import InputError


def typed_spelling(text: str) -> Spelling:
    """A CIDR, ``START-END`` or one address, spelled as it was typed."""
    text = text.strip()
    if "/" in text:
        return Spelling(cidr=text)
    start, dash, end = text.partition("-")
    return Spelling(None, start.strip(), end.strip() if dash else start.strip())


def typed_spans(texts: Iterable[str]) -> list[Span]:
    """The spans of typed ranges. Raises :class:`InputError` for one that cannot be read."""
    spans = []
    for text in texts:
        found = read_range(typed_spelling(text))
        if isinstance(found, BadRange):
            raise InputError(
                f"{text!r} is not a range",
                "write a CIDR, START-END or one address, without zeros in front",
            )
        spans.append(found.span)
    return spans


def typed_networks(texts: Iterable[str]) -> list[Network]:
    """The networks of typed CIDRs. Raises :class:`InputError` for one that cannot be read."""
    networks = []
    for text in texts:
        network = parse_prefix(text.strip())
        if network is None:
            raise InputError(f"{text!r} is not a CIDR", "write it as 10.0.0.0/16 or fd00::/64")
        networks.append(network)
    return networks
