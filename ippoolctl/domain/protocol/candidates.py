"""Which free range to try next for a pool whose size was asked for, and when there is none.

Every function here takes what was seen and gives the next choice; none has an effect. Runs that
look at the same moment see the same free ranges, so each begins at another one of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.ranges import (
    Span,
    Spelling,
    intersect,
    merge,
    read_range,
    size,
    spelling_of,
    subtract,
)
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.annotations.marks import HoldState, hold_state
from ippoolctl.domain.antrea.capacity import usable
from ippoolctl.domain.antrea.messages import Denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import FirstStep, Refuse, first_step
from ippoolctl.domain.protocol.if_not_exists import Enough, if_not_exists
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search, Strategy
from ippoolctl.domain.space.suggest import Suggestion, suggest, taken_in

SPREAD: Final = 1_000
"""Among how many of the lowest free ranges a run chooses."""
_NAMED: Final = 5
"""How many pools are named that take the room."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What has been tried since the last wait."""

    times: int = 0
    """How often anything was tried, waits or not."""
    spans: tuple[Span, ...] = ()
    """What did not do, with all that is known to stand in the way."""
    stale: Cause | None = None
    """What the webhook's cache still held; ``None`` if that never was the reason."""

    def and_also(self, spans: Iterable[Span], denial: Denial | None = None) -> "Tried":
        """With one more range that did not do, and the stale denial if that was why.

        All that the cache holds of the pool that it names would be denied as well.
        """
        if denial is None or denial.other is None:
            return replace(self, times=self.times + 1, spans=(*self.spans, *spans))
        held = taken_in((read_range(spelling_of(denial.other)),))
        stale = Cause(CauseKind.CACHE_HOLDS_OLD, pool=denial.pool or "", text=denial.other)
        spans = (*self.spans, *spans, *held)
        return Tried(self.times + 1, spans, stale)

    def forgotten(self) -> "Tried":
        """After a wait everything may be tried again."""
        return Tried(self.times)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Try this range."""

    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every range that is free was tried, or is held by what may go away."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Settled pools and exclusions leave no range of that size."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Own:
    """A pool of this very request is there: go on with the range that it has."""

    pool: Pool
    step: FirstStep


NextStep = Candidate | Exhausted | NoRoom | Own | Enough | FirstStep


def next_step(request: Request, search: Search, pools: Sequence[Pool], tried: Tried) -> NextStep:
    """What to do in view of all live pools at one moment; ``request`` has no ranges yet."""
    present = next((each for each in pools if each.name == request.name), None)
    if present is not None and request.owns(present):
        lack = lacks(search, present)
        if lack is not None:
            return Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool=request.name, cause=lack),))
        return Own(present, first_step(replace(request, pool=present), pools))
    others = if_not_exists(request, pools, partial(lacks, search))
    if others is not None:
        return others
    if present is not None:
        return first_step(request, pools)
    return choose(search, request.id, pools, tried)


def choose(
    search: Search, seed: str, pools: Sequence[Pool], tried: Tried
) -> Candidate | Exhausted | NoRoom:
    """The next range to try in view of all live pools at one moment.

    ``seed`` is the request's id. No range comes again before :meth:`Tried.forgotten`. Raises
    :class:`~ippoolctl.errors.InputError` for a size that no range can have.
    """
    held = [hold for each in pools for hold in _holds(each)]
    settled = [each for each in held if each.hold_state is HoldState.SETTLED]
    passing = [each for each in held if each.hold_state is not HoldState.SETTLED]
    final = [*search.excluded, *_spans(settled)]
    count = 1 if search.strategy is Strategy.FIRST else SPREAD
    taken = [*final, *_spans(passing), *tried.spans]
    found = suggest(search.block, search.within, taken, count)
    if found:
        return Candidate(_one_of(found, f"{seed}/{tried.times}"))
    if suggest(search.block, search.within, final, 1):
        return Exhausted(_what_may_go(search, passing, tried))
    return _no_room(search, settled, final)


def request_for(request: Request, spelling: Spelling) -> Request:
    """The same request with this range."""
    return replace(request, pool=request.pool._replace(ranges=(read_range(spelling),)))


def wants_another(outcome: Outcome) -> bool:
    """Whether an end of one range means that another one should be tried.

    So do a conflict that is real, one that may pass, a race that was lost, and a stale denial:
    whatever stands in the way of one range says nothing about the others.
    """
    conflict = outcome.state is State.REFUSED and bool(outcome.conflicts)
    return conflict or outcome.state in (State.BUSY, State.LOST, State.STALE)


class _Hold(NamedTuple):
    """What a pool has, or what is claimed for it."""

    name: str
    hold_state: HoldState
    spans: tuple[Span, ...]


def _holds(pool: Pool) -> Iterator[_Hold]:
    yield _Hold(pool.name, hold_state(pool), tuple(taken_in(pool.ranges)))
    more = claimed(pool)
    if more:
        yield _Hold(pool.name, HoldState.CLAIMED, tuple(taken_in(more)))


def _spans(held: Iterable[_Hold]) -> Iterator[Span]:
    return (span for each in held for span in each.spans)


def _one_of(found: Sequence[Suggestion], seed: str) -> Suggestion:
    import hashlib

    # What a CIDR leaves is a CIDR again; ranges from start to end break room up.
    networks = [each for each in found if each.spelling.cidr] or found
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return networks[int.from_bytes(digest[:8], "big") % len(networks)]


def _what_may_go(search: Search, passing: Sequence[_Hold], tried: Tried) -> Cause:
    holders = sorted((each.name, each.hold_state) for each in _there(search, passing))
    return Cause(
        CauseKind.NOTHING_FREE_YET, text=search.text, holders=tuple(holders), cause=tried.stale
    )


def lacks(search: Search, pool: Pool) -> Cause | None:
    """How a pool falls short of what was asked for; ``None`` if it does not."""
    has = usable(pool.spellings)
    if has >= search.least:
        return None
    return Cause(CauseKind.LACKS_ADDRESSES, ranges=pool.texts, count=has, out_of=search.least)


def _there(search: Search, held: Iterable[_Hold]) -> list[_Hold]:
    areas = [Span(each.first, each.last) for each in search.within]
    return [
        each for each in held if any(intersect(area, span) for span in each.spans for area in areas)
    ]


def _no_room(search: Search, settled: Sequence[_Hold], final: Sequence[Span]) -> NoRoom:
    areas = [Span(each.first, each.last) for each in search.within]
    left = subtract(areas, final)
    largest = max((each.last - each.first + 1 for each in left), default=0)
    names = sorted(each.name for each in _there(search, settled))
    return NoRoom(
        Cause(
            CauseKind.NO_ROOM_LEFT, text=search.text, count=size(left), out_of=size(merge(areas)),
            largest=largest, pools=tuple(names[:_NAMED]), more=max(len(names) - _NAMED, 0),
            excluded=bool(search.excluded),
        )
    )  # fmt: skip
