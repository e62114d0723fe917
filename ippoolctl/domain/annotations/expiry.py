"""Leftovers: expired pools, and what killed runs left behind.

"Now" is always the clock of the API server, never the local one.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.timestamps import duration_seconds, parse_timestamp, short_duration

ABANDONED_AFTER: Final = 600.0
"""Seconds after which the run of a mark or a claim must be dead: no run takes that long."""


class LeftoverKind(StrEnum):
    """The kind of a leftover."""

    EXPIRED = "expired"
    """The pool is older than its ``ippoolctl/ttl``."""
    PENDING = "pending"
    """The pool still has the mark of a run that was killed."""
    CLAIM = "claim"
    """The pool still has the claim of a run that was killed."""
    UNREADABLE = "unreadable"
    """The pool has an invalid annotation of ours; ``sweep`` skips it."""


class Leftover(NamedTuple):
    """An expired pool, or an annotation of a killed run."""

    pool: Pool
    kind: LeftoverKind
    reason: str
    """Why it is a leftover."""

    @property
    def deletes(self) -> bool:
        """Whether the pool is to be deleted, and not only an annotation."""
        return self.kind in (LeftoverKind.EXPIRED, LeftoverKind.PENDING)


def leftovers(pools: Iterable[Pool], now: datetime) -> tuple[Leftover, ...]:
    """All leftovers, in use or not, in the order of the pools."""
    return tuple(found for pool in pools if pool.annotations for found in leftovers_of(pool, now))


def leftovers_of(pool: Pool, now: datetime) -> Iterator[Leftover]:
    """The leftovers of one live pool; none of a terminating one."""
    if pool.live is None or marks.hold_state(pool) is HoldState.TERMINATING:
        return
    if marks.is_pending(pool):
        age = _seconds_since(pool.live.created, now)
        if age is not None and age >= ABANDONED_AFTER:
            yield Leftover(
                pool,
                LeftoverKind.PENDING,
                f"pending for {short_duration(int(age))}, its run was killed",
            )
        return
    yield from _expired(pool, pool.live.created, now)
    yield from _abandoned_claim(pool, now)


def _expired(pool: Pool, created: str, now: datetime) -> Iterator[Leftover]:
    text = pool.annotations.get(marks.TTL)
    if text is None or marks.REQUEST_ID not in pool.annotations:
        return  # pools of other clients are never deleted
    ttl, age = duration_seconds(text), _seconds_since(created, now)
    if ttl is None:
        yield Leftover(pool, LeftoverKind.UNREADABLE, f"invalid duration in {marks.TTL}: {text!r}")
    elif age is not None and age >= ttl:
        late = short_duration(int(age - ttl))
        yield Leftover(pool, LeftoverKind.EXPIRED, f"expired {late} ago (ttl: {text})")


def _abandoned_claim(pool: Pool, now: datetime) -> Iterator[Leftover]:
    claim = claim_of(pool)
    if claim is None:
        return
    age = _seconds_since(claim.at, now)
    if age is None:
        yield Leftover(pool, LeftoverKind.UNREADABLE, f"{marks.CLAIM} has no valid timestamp")
    elif age >= ABANDONED_AFTER:
        yield Leftover(
            pool, LeftoverKind.CLAIM, f"claimed for {short_duration(int(age))}, its run was killed"
        )


def _seconds_since(text: str, now: datetime) -> float | None:
    then = parse_timestamp(text)
    return None if then is None else (now - then).total_seconds()
