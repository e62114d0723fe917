"""Live pools that have addresses of a pool that is to be, or has just been, created."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span, intersect, span_of
from ippoolctl.domain.annotations.claims import Claim, claim_of, claimed
from ippoolctl.domain.annotations.marks import Standing, standing
from ippoolctl.domain.antrea.pool import Pool


@dataclass(frozen=True, slots=True)
class Rival:
    """A range of another pool that has addresses of one of ours."""

    pool: Pool
    own: str
    """Our range as typed."""
    theirs: str
    """Theirs as typed."""
    intersection: Span
    claim: Claim | None = None
    """The claim that names their range, if the other pool has not got it yet."""

    @property
    def standing(self) -> Standing:
        """How firmly the other pool holds its range."""
        return standing(self.pool) if self.claim is None else Standing.CLAIMED

    @property
    def identity(self) -> tuple[str, str]:
        """What tells this holder of a range from an earlier or later one of the same name."""
        uid = self.pool.live.uid if self.pool.live is not None else ""
        return uid, self.claim.nonce if self.claim is not None else ""

    @property
    def text(self) -> str:
        """The conflict in words, with both ranges and what both have."""
        how = "" if self.standing is Standing.SETTLED else f" ({self.standing.value})"
        return (
            f"{self.own} overlaps with {self.theirs} of pool {self.pool.name}{how}:"
            f" both have {span_text(*self.intersection)}"
        )


def rivals(
    ranges: Sequence[IPRange | BadRange], pools: Iterable[Pool], name: str
) -> tuple[Rival, ...]:
    """Every pair of one of these ranges and an overlapping one that a pool of another name has, or
    that somebody claims for it.

    Families never overlap; an IPv4-mapped range is IPv6, as in Antrea.
    """
    own = [(each, span) for each in ranges if (span := span_of(each)) is not None]
    if not own:
        return ()
    lowest, highest = min(span.first for _, span in own), max(span.last for _, span in own)
    return tuple(
        found for pool in pools if pool.name != name for found in _with(pool, own, lowest, highest)
    )


Own = Sequence[tuple[IPRange | BadRange, Span]]


def _with(pool: Pool, own: Own, lowest: int, highest: int) -> Iterator[Rival]:
    yield from _among(pool.ranges, pool, own, (lowest, highest), None)
    claim = claim_of(pool)
    if claim is not None:
        yield from _among(claimed(pool), pool, own, (lowest, highest), claim)


def _among(
    ranges: Sequence[IPRange | BadRange],
    pool: Pool,
    own: Own,
    window: tuple[int, int],
    claim: Claim | None,
) -> Iterator[Rival]:
    lowest, highest = window
    for theirs in ranges:
        span = span_of(theirs)
        if span is None or span.last < lowest or highest < span.first:
            continue
        for each, ours in own:
            common = intersect(ours, span)
            if common is not None:
                yield Rival(pool, each.text, theirs.text, common, claim)


def standing_as(found: Iterable[Rival], *standings: Standing) -> tuple[Rival, ...]:
    """Those whose pool stands in one of these ways."""
    return tuple(each for each in found if each.standing in standings)
