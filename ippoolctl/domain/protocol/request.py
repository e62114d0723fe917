"""A requested pool, how to recognize the pool that it created, and what conflicts with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    common,
    intersect,
    merge,
    span_of,
)
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim, claim_of, claimed
from ippoolctl.domain.annotations.marks import HoldState, hold_state
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release


@dataclass(frozen=True, slots=True)
class Conflict:
    """A range of another pool that overlaps one of ours."""

    pool: Pool
    own: str
    """Our range as typed."""
    theirs: str
    """The other pool's range as typed."""
    intersection: Span
    claim: Claim | None = None
    """The claim on the other pool's range, if it is not appended yet."""

    @property
    def hold_state(self) -> HoldState:
        """How firmly the other pool holds its range."""
        return hold_state(self.pool) if self.claim is None else HoldState.CLAIMED

    @property
    def identity(self) -> tuple[str, str]:
        """Distinguishes this holder from an earlier or later one of the same name."""
        uid = self.pool.live.uid if self.pool.live is not None else ""
        return uid, self.claim.nonce if self.claim is not None else ""


@dataclass(frozen=True, slots=True)
class Request:
    """A pool to create."""

    pool: Pool
    """The pool with the requested ranges."""
    id: str
    """See :func:`ippoolctl.domain.annotations.marks.request_id`."""
    release: Release | None = None
    """The Antrea release of the cluster; ``None`` if not given."""
    if_not_exists: bool = False
    """Whether an existing pool of another request is accepted."""
    given_id: bool = False
    """Whether the user chose the ID: then it does not depend on the other arguments."""

    @property
    def name(self) -> str:
        """The pool's name, chosen by us and never by the server."""
        return self.pool.name

    def owns(self, pool: Pool) -> bool:
        """Whether this request created the live pool, and it is not terminating."""
        return (
            pool.annotations.get(marks.REQUEST_ID) == self.id
            and pool.live is not None
            and pool.live.deleted is None
        )

    def with_existing_ranges(self, pools: Iterable[Pool]) -> "Request":
        """The request with all ranges of the pool that it created, if that exists.

        An earlier run with the same ID may have requested more: the whole pool is settled and
        reported as done.
        """
        present = next((each for each in pools if each.name == self.name), None)
        if present is None or not self.owns(present) or not {*self.pool.texts} <= {*present.texts}:
            return self
        return replace(self, pool=present)

    def conflicts(self, pools: Iterable[Pool]) -> tuple[Conflict, ...]:
        """The conflicts with the requested ranges."""
        return conflicts(self.pool.ranges, pools, self.name)


def other_fields(asked: Pool, present: Pool) -> tuple[str, ...]:
    """The requested labels, annotations, nodeSelector and subnetInfo that a pool lacks.

    A request without a selector or without a subnet accepts any.
    """
    annotations = marks.without_ours(asked.annotations)
    different = [
        f"metadata.{name}.{key}"
        for name, wanted, has in (
            ("labels", asked.labels, present.labels),
            ("annotations", annotations, present.annotations),
        )
        for key, value in wanted.items()
        if has.get(key) != value
    ]
    if asked.node_selector and asked.node_selector != present.node_selector:
        different.append("spec.nodeSelector")
    if asked.subnet is not None and asked.subnet != present.subnet:
        different.append("spec.subnetInfo")
    return tuple(different)


def conflicts(
    ranges: Sequence[IPRange | BadRange], pools: Iterable[Pool], name: str
) -> tuple[Conflict, ...]:
    """Every pair of one of these ranges and an overlapping range of a pool with another name,
    including claimed ranges.

    IPv4 and IPv6 never overlap; an IPv4-mapped range is IPv6, as in Antrea.
    """
    own = [(each, span) for each in ranges if (span := span_of(each)) is not None]
    if not own:
        return ()
    taken = merge(span for _, span in own)
    return tuple(found for pool in pools if pool.name != name for found in _with(pool, own, taken))


Own = Sequence[tuple[IPRange | BadRange, Span]]


def _with(pool: Pool, own: Own, taken: Sequence[Span]) -> Iterator[Conflict]:
    yield from _among(pool.ranges, pool, own, taken, None)
    claim = claim_of(pool)
    if claim is not None:
        yield from _among(claimed(pool), pool, own, taken, claim)


def _among(
    ranges: Sequence[IPRange | BadRange],
    pool: Pool,
    own: Own,
    taken: Sequence[Span],
    claim: Claim | None,
) -> Iterator[Conflict]:
    lowest, highest = taken[0].first, taken[-1].last
    for theirs in ranges:
        span = span_of(theirs)
        if span is None or span.last < lowest or highest < span.first or not common(taken, span):
            continue
        for each, ours in own:
            both = intersect(ours, span)
            if both is not None:
                yield Conflict(pool, each.text, theirs.text, both, claim)


def held_as(found: Iterable[Conflict], *states: HoldState) -> tuple[Conflict, ...]:
    """The conflicts with one of these hold states."""
    return tuple(each for each in found if each.hold_state in states)
