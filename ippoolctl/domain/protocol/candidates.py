"""Which free range to try next for a pool of a requested size, and when there is none.

Every function returns a decision and has no side effects. Runs that list the pools at the same
time find the same free ranges, so each run starts with a different one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import network_text, width
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    Spelling,
    intersect,
    lacking,
    range_of,
    read_range,
    span_of,
    subtract,
    texts_of,
)
from ippoolctl.domain.annotations.claims import claim_of, claimed
from ippoolctl.domain.annotations.extended import appended_by
from ippoolctl.domain.annotations.marks import HoldState, hold_state
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.messages import Denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import extension as appending
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.creation import created_differently, first_step, if_not_exists
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Enough,
    Exhausted,
    ExtensionStep,
    FirstStep,
    NoRoom,
    Refuse,
    Reserve,
    Tried,
    Wait,
)
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.free_ranges import FreeRange, free_ranges
from ippoolctl.domain.space.free_space import free_space
from ippoolctl.domain.space.placement import placements
from ippoolctl.domain.space.placement_strategies import Order
from ippoolctl.domain.space.reserved import Reserved, shortage
from ippoolctl.domain.space.search import Search, SearchStrategy, inside, networks_text
from ippoolctl.domain.space.subnets import subnet_of
from ippoolctl.domain.space.taken import gateway_of, taken_in

SPREAD: Final = 1_000
"""A run chooses among this many of the lowest free ranges."""


def with_failed_range(
    tried: Tried,
    spans: Iterable[Span],
    denial: Denial | None = None,
    holds: Cause | None = None,
) -> Tried:
    """The attempts and one more range that failed, by the stale ``denial`` if there was one, which
    means that the cache ``holds`` something.

    The range named by the denial is excluded too: all that overlaps it would be denied.
    """
    if denial is None or denial.other is None:
        return replace(tried, times=tried.times + 1, spans=(*tried.spans, *spans))
    held = taken_in((range_of(denial.other),))
    return Tried(tried.times + 1, (*tried.spans, *spans, *held), holds)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Try this range."""

    free_range: FreeRange


@dataclass(frozen=True, slots=True)
class Own:
    """A pool of this request exists: continue with its range."""

    pool: Pool
    step: FirstStep


NextStep = Candidate | Exhausted | NoRoom | Own | Enough | FirstStep


def next_step(request: Request, search: Search, pools: Sequence[Pool], tried: Tried) -> NextStep:
    """The next step for these live pools, listed at one moment; ``request`` has no ranges yet."""
    present = next((each for each in pools if each.name == request.name), None)
    if present is not None and request.owns(present):
        ranges = present.ranges
        lack = lacks(search, ranges, exact=True) if request.given_id else smaller(search, ranges)
        differs = created_differently(request, present, lack)
        return differs or Own(present, first_step(replace(request, pool=present), pools))
    others = if_not_exists(request, pools, lambda pool: lacks(search, pool.ranges))
    if others is not None:
        return others
    if present is not None:
        return first_step(request, pools, suffices=lacks(search, present.ranges) is None)
    return choose(search, request.id, pools, tried)


@dataclass(frozen=True, slots=True)
class OwnAppend:
    """A claim of this request exists, or it has appended its ranges: continue with these."""

    extension: Extension
    step: ExtensionStep


def next_append(
    asked: Extension, search: Search, pools: Sequence[Pool], tried: Tried
) -> Candidate | Exhausted | NoRoom | OwnAppend | ExtensionStep:
    """The next step to extend a pool by any range of a size; ``asked`` has no ranges yet.

    Without networks, the search is in the subnet of the pool.
    """
    present = next((each for each in pools if each.name == asked.name), None)
    if present is None:
        return Absent()
    claim = claim_of(present)
    own = claim if claim is not None and claim.request_id == asked.id else None
    texts = own.texts if own is not None else appended_by(present, asked.id)
    if texts:
        ranges = tuple(map(range_of, texts))
        lack = lacks(search, ranges, exact=True) if asked.given_id else smaller(search, ranges)
        if lack is not None and own is None:
            return Refuse((Cause(CauseKind.EXTENDED_DIFFERENTLY, pool=asked.name, cause=lack),))
        if lack is not None:  # of another command with this ID
            return Wait(Cause(CauseKind.BEING_EXTENDED, pool=asked.name))
        found = replace(asked, ranges=ranges)
        return OwnAppend(found, appending.next_step(found, pools))
    subnet = subnet_of(present)
    if subnet is not None:
        within = inside(subnet.network, search.within) if search.within else [subnet.network]
        if not within:
            outside = network_text(subnet.network)
            return Refuse((Cause(CauseKind.OUTSIDE_SUBNET, pool=asked.name, text=outside),))
        search = replace(search, within=tuple(within))
    step = choose(search, asked.id, pools, tried, search.near or tuple(taken_in(present.ranges)))
    if isinstance(step, Candidate):
        added = replace(asked, ranges=(read_range(step.free_range.spelling),))
        first = appending.next_step(added, pools)
        return step if isinstance(first, Reserve) else first
    return step


def choose(
    search: Search, seed: str, pools: Sequence[Pool], tried: Tried, near: tuple[Span, ...] = ()
) -> Candidate | Exhausted | NoRoom:
    """The next range to try, given all live pools at one moment.

    ``seed`` is the request ID. The first try is the range nearest to ``near``, if that is given,
    and each later one is chosen among more of the nearest. No range is repeated before
    :meth:`Tried.forgotten`. Raises :class:`~ippoolctl.errors.InputError` for an impossible size.
    """
    held = [hold for each in pools for hold in _holds(each)]
    settled = [each for each in held if each.hold_state is HoldState.SETTLED]
    temporary = [each for each in held if each.hold_state is not HoldState.SETTLED]
    permanent = [*search.avoided, *_spans(settled)]
    count = 1 if search.strategy is SearchStrategy.FIRST else SPREAD
    taken = [*permanent, *_spans(temporary), *tried.spans]
    if near:
        found = _nearest(search, taken, near, min(4 ** min(tried.times, 5), count))
    else:
        found = free_ranges(search.block, search.within, taken, count)
    if found:
        return Candidate(_one_of(found, f"{seed}/{tried.times}"))
    if free_ranges(search.block, search.within, permanent, 1):
        return Exhausted(_nothing_free_yet(search, temporary, tried))
    return _no_room(search, settled)


def _nearest(
    search: Search, taken: Sequence[Span], near: tuple[Span, ...], count: int
) -> list[FreeRange]:
    """The free ranges nearest to these spans, of their family if it has one."""
    space = free_space(search.within, taken)
    found = [
        (not any(width(each.first) == one.space.networks[0].width for each in near), one)
        for one in placements(search.block, space, Order(near=near), count)
        if one.placed
    ]
    best = all(other for other, _ in found)
    return [each.suggestion for other, one in found if other is best for each in one.placed][:count]


def request_for(request: Request, spelling: Spelling) -> Request:
    """The request with this range."""
    return replace(request, pool=request.pool._replace(ranges=(read_range(spelling),)))


def wants_another(outcome: Outcome) -> bool:
    """Whether to try another range after this outcome.

    True after a permanent or temporary conflict, a lost race, and a stale denial: they affect one
    range only.
    """
    conflict = outcome.state is State.REFUSED and bool(outcome.conflicts)
    return conflict or outcome.state in (State.BUSY, State.LOST, State.STALE)


class _Hold(NamedTuple):
    """The ranges of a pool, or its claimed ranges."""

    name: str
    hold_state: HoldState
    spans: tuple[Span, ...]


def _holds(pool: Pool) -> Iterator[_Hold]:
    own = (*taken_in(pool.ranges), *gateway_of(pool))
    yield _Hold(pool.name, hold_state(pool), own)
    more = claimed(pool)
    if more:
        yield _Hold(pool.name, HoldState.CLAIMED, tuple(taken_in(more)))


def _spans(held: Iterable[_Hold]) -> Iterator[Span]:
    return (span for each in held for span in each.spans)


def _one_of(found: Sequence[FreeRange], seed: str) -> FreeRange:
    import hashlib

    # The space left beside a CIDR consists of CIDRs; START-END ranges fragment it.
    networks = [each for each in found if each.spelling.cidr] or found
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return networks[int.from_bytes(digest[:8], "big") % len(networks)]


def _nothing_free_yet(search: Search, temporary: Sequence[_Hold], tried: Tried) -> Cause:
    holders = sorted((each.name, each.hold_state) for each in _inside(search, temporary))
    return Cause(
        CauseKind.NOTHING_FREE_YET, text=search.text, holders=tuple(holders), cause=tried.stale
    )


Ranges = Sequence[IPRange | BadRange]


def smaller(search: Search, ranges: Ranges) -> Cause | None:
    """Why existing ranges are smaller than requested; ``None`` if they are large enough."""
    has = counts(ranges).usable
    if has >= search.least:
        return None
    texts = texts_of(ranges)
    return Cause(CauseKind.LACKS_ADDRESSES, ranges=texts, count=has, out_of=search.least)


def lacks(search: Search, ranges: Ranges, *, exact: bool = False) -> Cause | None:
    """Why existing ranges are not what the search asks for; ``None`` if they are.

    Those inside its networks and outside its exclusions have to be large enough; with ``exact``,
    one of them has the requested prefix length. What consumers hold by now does not matter.
    """
    if (small := smaller(search, ranges)) is not None:
        return small
    if search.binding:
        inside = [each for each in ranges if _is_within(each, search.areas)]
        if (ranges and not inside) or smaller(search, inside):
            outside = texts_of(lacking(inside, ranges))
            networks = networks_text(search.within)
            return Cause(CauseKind.OUTSIDE_NETWORKS, ranges=outside, text=networks)
        ranges = inside
    free = [each for each in ranges if not any(_overlap(each, one) for one in search.excluded)]
    if (ranges and not free) or smaller(search, free):
        return Cause(CauseKind.HAS_EXCLUDED, ranges=texts_of(lacking(free, ranges)))
    prefix = search.block.prefix
    if exact and prefix and not any(_prefix_length(each) == prefix for each in free):
        return Cause(CauseKind.OTHER_PREFIX, ranges=texts_of(free), text=f"/{prefix}")
    return None


def _is_within(found: IPRange | BadRange, areas: Sequence[Span]) -> bool:
    span = span_of(found)
    return span is not None and not subtract([span], areas)


def _overlap(found: IPRange | BadRange, span: Span) -> bool:
    own = span_of(found)
    return own is not None and intersect(own, span) is not None


def _prefix_length(found: IPRange | BadRange) -> int | None:
    """That of a CIDR."""
    if isinstance(found, BadRange) or not found.cidr:
        return None
    return int(found.cidr.rpartition("/")[2])


def _inside(search: Search, held: Iterable[_Hold]) -> list[_Hold]:
    return [
        each
        for each in held
        if any(intersect(area, span) for span in each.spans for area in search.areas)
    ]


def _no_room(search: Search, settled: Sequence[_Hold]) -> NoRoom:
    pools = (Reserved(span, each.name) for each in settled for span in each.spans)
    found = shortage(search.areas, pools, search.reserved, search.excluded)
    return NoRoom(
        Cause(
            CauseKind.NO_ROOM_LEFT, text=search.text, count=found.free, out_of=found.out_of,
            largest=found.largest, pools=found.pools, others=found.others, more=found.more,
            excluded=found.excluded,
        )
    )  # fmt: skip
