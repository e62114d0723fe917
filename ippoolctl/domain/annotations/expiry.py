"""What has had its time: expired pools, and what runs left that were killed for good.

"Now" is always the API server's time of day, never ours. Nothing here has an effect.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.timestamps import duration_seconds, parse_timestamp, short_duration

ABANDONED_AFTER: Final = 600.0
"""Seconds after which a mark or a claim has nobody left who works on it: no run is that long."""


class Kind(StrEnum):
    """Why something has had its time."""

    EXPIRED = "expired"
    """The pool is older than its ``ippoolctl/ttl``."""
    PENDING = "pending"
    """The pool still carries the mark of a run that must be dead."""
    CLAIM = "claim"
    """The pool carries a claim of a run that must be dead."""
    UNREADABLE = "unreadable"
    """The pool carries an annotation of ours that no run of ours writes: left alone."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that has had its time."""

    pool: Pool
    kind: Kind
    reason: str
    """Why, in words."""

    @property
    def deletes(self) -> bool:
        """Whether the pool goes, and not only an annotation of it."""
        return self.kind in (Kind.EXPIRED, Kind.PENDING)


def leftovers(pools: Iterable[Pool], now: datetime) -> tuple[Leftover, ...]:
    """All that has had its time, whoever uses it, in the order of the pools."""
    return tuple(found for pool in pools if pool.annotations for found in leftovers_of(pool, now))


def leftovers_of(pool: Pool, now: datetime) -> Iterator[Leftover]:
    """What of one live pool has had its time; nothing of one that is being deleted."""
    if pool.live is None or marks.hold_state(pool) is HoldState.TERMINATING:
        return
    if marks.is_pending(pool):
        age = _seconds_since(pool.live.created, now)
        if age is not None and age >= ABANDONED_AFTER:
            yield Leftover(
                pool, Kind.PENDING, f"pending for {short_duration(int(age))}, its run was killed"
            )
        return
    yield from _expired(pool, pool.live.created, now)
    yield from _abandoned_claim(pool, now)


def why_used(pool: Pool, consumers: Consumers) -> str:
    """Who needs the pool; empty if nobody refers to it and no address of it is handed out.

    ``consumers`` must be all that there are.
    """
    found = sorted(each for each in consumers.known if each.pool == pool.name)
    if found:
        return "; ".join(each.text for each in found)
    used = pool.live.usage.used if pool.live is not None and pool.live.usage is not None else 0
    return f"{used} addresses in use, according to its status" if used > 0 else ""


def _expired(pool: Pool, created: str, now: datetime) -> Iterator[Leftover]:
    text = pool.annotations.get(marks.TTL)
    if text is None or marks.REQUEST_ID not in pool.annotations:
        return  # what we did not create is never deleted
    ttl, age = duration_seconds(text), _seconds_since(created, now)
    if ttl is None:
        yield Leftover(pool, Kind.UNREADABLE, f"invalid duration in {marks.TTL}: {text!r}")
    elif age is not None and age >= ttl:
        late = short_duration(int(age - ttl))
        yield Leftover(pool, Kind.EXPIRED, f"expired {late} ago (ttl: {text})")


def _abandoned_claim(pool: Pool, now: datetime) -> Iterator[Leftover]:
    claim = claim_of(pool)
    if claim is None:
        return
    age = _seconds_since(claim.at, now)
    if age is None:
        yield Leftover(pool, Kind.UNREADABLE, f"{marks.CLAIM} has no valid timestamp")
    elif age >= ABANDONED_AFTER:
        yield Leftover(
            pool, Kind.CLAIM, f"claimed for {short_duration(int(age))}, its run was killed"
        )


def _seconds_since(text: str, now: datetime) -> float | None:
    then = parse_timestamp(text)
    return None if then is None else (now - then).total_seconds()
