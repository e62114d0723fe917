"""The ranges of a pool with spelling and span, and operations on spans.

The spelling is data: Antrea compares the text of ranges on update, so it is never normalized. A
*span* is a pair of ordinals (:mod:`ippoolctl.domain.addresses.numbers`), both ends included; no
function here enumerates its addresses.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum
from operator import itemgetter
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import BEYOND, IPV4_MAPPED, IPV6, as_ipv4, is_ipv4
from ippoolctl.domain.addresses.parsers import HOSTS, OCTETS, parse_addr, prefix_span


class Span(NamedTuple):
    """All addresses from ``first`` to ``last``, both included, as ordinals of one family."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses; up to 2**128, so never an array length."""
        return self.last - self.first + 1


class Spelling(NamedTuple):
    """A range as it was typed; ``None`` where a field is absent."""

    cidr: str | None = None
    start: str | None = None
    end: str | None = None

    @property
    def text(self) -> str:
        """The text that Antrea compares and prints: the CIDR alone if there is one."""
        return self.cidr or f"{self.start or ''}-{self.end or ''}"


class RangeError(StrEnum):
    """Why the webhook of Antrea 2.0 and later denies a range by itself.

    Source: Antrea v2.7.0 ``pkg/controller/validation/ippool.go``.
    """

    CIDR = "cidr"
    """``netip.ParsePrefix`` fails for the CIDR."""
    START = "start"
    END = "end"
    """``netip.ParseAddr`` fails for the address."""
    FAMILY = "family"
    """Start and end are of different families; an IPv4-mapped address is IPv6."""
    ORDER = "order"
    """Start is greater than end."""
    SCHEMA = "schema"
    """The CRD's schema rejects the range, so the webhook is not called; it only keeps its place."""


class IPRange(NamedTuple):
    """A range that is valid for the webhook of Antrea 2.0 and later."""

    cidr: str | None
    start: str | None
    end: str | None
    first: int
    """Ordinal of the first address; of the masked network for a CIDR."""
    last: int
    """Ordinal of the last address, the broadcast address of a CIDR included."""

    @property
    def spelling(self) -> Spelling:
        """The range as it was typed; kept flat, since there are a hundred thousand of them."""
        return Spelling(self.cidr, self.start, self.end)

    @property
    def text(self) -> str:
        """The range as typed, in Antrea's form: the CIDR, or ``start-end``."""
        return self.cidr or f"{self.start or ''}-{self.end or ''}"

    @property
    def span(self) -> Span:
        """Every address from first to last, even if Antrea never assigns it."""
        return Span(self.first, self.last)


class BadRange(NamedTuple):
    """A range that the webhook of Antrea 2.0 and later denies, whatever other pools exist."""

    spelling: Spelling
    error: RangeError
    first: int | None = None
    """Ordinal of the start as typed, if both ends can be read; Antrea 2.0 to 2.4.2 compares the
    ranges of existing pools as typed, reversed ones and mixed families included."""
    last: int | None = None

    @property
    def text(self) -> str:
        """The range as typed, in Antrea's form: the CIDR, or ``start-end``."""
        return self.spelling.text


def texts_of(ranges: Iterable[IPRange | BadRange]) -> tuple[str, ...]:
    """The texts of ranges, in order."""
    # Without a call for each range, since a list writes a hundred thousand of them.
    return tuple(
        [
            each.cidr or f"{each.start}-{each.end}" if isinstance(each, IPRange) else each.text
            for each in ranges
        ]
    )


def lacking(
    present: Iterable[IPRange | BadRange], ranges: Iterable[IPRange | BadRange]
) -> tuple[IPRange | BadRange, ...]:
    """Those of ``ranges`` that ``present`` lacks, compared as text, as in Antrea."""
    texts = {each.text for each in present}
    return tuple([each for each in ranges if each.text not in texts])


_A, _B, _C, _D = OCTETS
_new: Final = tuple.__new__


def read_range(spelling: tuple[str | None, str | None, str | None]) -> IPRange | BadRange:
    """Read a spelling as the webhook of Antrea 2.0 and later does; a CIDR wins over the rest."""
    cidr, start_text, end_text = spelling
    # Nearly every range is IPv4, and there are a hundred thousand of them: without any call.
    try:
        if cidr:
            address, length = cidr.split("/")
            a, b, c, d = address.split(".")
            last = _A[a] | _B[b] | _C[c] | _D[d] | HOSTS[length]
            return _new(IPRange, (cidr, start_text, end_text, last ^ HOSTS[length], last))
        a, b, c, d = (start_text or "").split(".")
        first = _A[a] | _B[b] | _C[c] | _D[d]
        a, b, c, d = (end_text or "").split(".")
        last = _A[a] | _B[b] | _C[c] | _D[d]
        if first <= last:
            return _new(IPRange, (cidr, start_text, end_text, first, last))
    except (KeyError, ValueError):
        pass  # another form, or none
    if cidr:
        span = prefix_span(cidr)
        if span is None:
            return BadRange(Spelling(*spelling), RangeError.CIDR)
        return IPRange(cidr, start_text, end_text, *span)
    start = parse_addr(start_text or "")
    if start is None:
        return BadRange(Spelling(*spelling), RangeError.START)
    end = parse_addr(end_text or "")
    if end is None:
        return BadRange(Spelling(*spelling), RangeError.END)
    if (start < IPV6) != (end < IPV6):
        return BadRange(Spelling(*spelling), RangeError.FAMILY, start, end)
    if start > end:
        return BadRange(Spelling(*spelling), RangeError.ORDER, start, end)
    return IPRange(cidr, start_text, end_text, start, end)


def range_of(text: str) -> IPRange | BadRange:
    """The range of a text in Antrea's form: a CIDR, or ``start-end``."""
    if "/" in text:
        return read_range((text, None, None))
    start, _, end = text.partition("-")
    return read_range((None, start, end))


def span_of(found: IPRange | BadRange) -> Span | None:
    """The span of a range whose ends can be read and are of one family, in ascending order."""
    if isinstance(found, IPRange):
        return Span(found.first, found.last)
    if found.first is None or found.last is None or is_ipv4(found.first) != is_ipv4(found.last):
        return None
    return Span(*sorted((found.first, found.last)))


MAPPED: Final = Span(IPV4_MAPPED, IPV4_MAPPED + 2**32 - 1)
"""IPv4-mapped addresses: a pool of them is a hazard (EIP301, EIP305)."""


def unmapped(span: Span) -> tuple[Span, ...]:
    """The same addresses, IPv4-mapped ones as IPv4 addresses; at most three spans, ascending."""
    mapped = intersect(span, MAPPED)
    if mapped is None:
        return (span,)
    return (Span(as_ipv4(mapped.first), as_ipv4(mapped.last)), *subtract([span], [mapped]))


def intersect(a: Span, b: Span) -> Span | None:
    """The addresses in both spans, or ``None``."""
    first, last = max(a.first, b.first), min(a.last, b.last)
    return Span(first, last) if first <= last else None


def common(spans: Sequence[Span], other: Span) -> list[Span]:
    """The addresses of ascending, disjoint spans that another span has too."""
    found = []
    for position in range(bisect_left(spans, other.first, key=_last), len(spans)):
        both = intersect(spans[position], other)
        if both is None:
            break
        found.append(both)
    return found


_last: Final = itemgetter(1)


def merge(spans: Iterable[tuple[int, int]]) -> list[Span]:
    """The same set of addresses in the fewest disjoint spans, in ascending order."""
    ordered = sorted(spans)
    merged: list[Span] = []
    if not ordered:
        return merged
    first, last = ordered[0]
    for begin, end in ordered:
        if begin > last + 1:
            merged.append(Span(first, last))
            first, last = begin, end
        elif end > last:
            last = end
    merged.append(Span(first, last))
    return merged


def subtract(spans: Iterable[tuple[int, int]], taken: Iterable[tuple[int, int]]) -> list[Span]:
    """The addresses in ``spans`` and not in ``taken``: the holes, ascending and disjoint."""
    return holes(merge(spans), taken)


def holes(spans: Iterable[Span], taken: Iterable[tuple[int, int]]) -> list[Span]:
    """The same for spans that are ascending and disjoint already."""
    found: list[Span] = []
    ordered = iter(sorted(taken))
    begin, end = next(ordered, (BEYOND, BEYOND))
    reach = -1  # everything up to it is behind us, or taken
    for span in spans:
        first, last = span
        if reach < first and begin > last:
            found.append(span)  # nothing in it is taken
            continue
        first = max(first, reach + 1)
        while begin <= last:
            if begin > first:
                found.append(Span(first, begin - 1))
            if end >= first:
                first = end + 1
            begin, end = next(ordered, (BEYOND, BEYOND))
        if first <= last:
            found.append(Span(first, last))
        reach = first - 1
    return found


def size(spans: Iterable[Span]) -> int:
    """How many addresses a set of disjoint spans has."""
    return sum(last - first + 1 for first, last in spans)
