"""The live pools beside a message: whether a denial is stale, and which pools explain it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.addresses.ranges import BadRange, range_of
from ippoolctl.domain.annotations.marks import HoldState, hold_state
from ippoolctl.domain.antrea.pool import Pool, Usage
from ippoolctl.domain.explanation.recognition import Message, MessageKind
from ippoolctl.domain.protocol.request import Conflict, conflicts, held_as


class LiveState(StrEnum):
    """How the message compares with the cluster now."""

    CONFLICT = "conflict"
    """Live pools overlap the range: the denial is right."""
    TEMPORARY = "temporary"
    """Only pools overlap the range that are being deleted, or may be canceled."""
    STALE = "stale"
    """No live pool overlaps the range: the webhook's cache was, or is, out of date."""
    INVALID_POOLS = "invalid-pools"
    """Live pools have ranges that Antrea 2.4.3 and later cannot read (EIP211)."""
    NO_INVALID_POOLS = "no-invalid-pools"
    EXISTS = "exists"
    TERMINATING = "terminating"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """The state of the cluster as far as the message is about it."""

    state: LiveState
    pool: Pool | None = None
    """The live pool of the name in the message."""
    conflicts: tuple[Conflict, ...] = ()
    """Each live range that overlaps the range of the message."""
    pools: tuple[str, ...] = ()
    """Names of pools with invalid ranges."""
    consumers: int = 0
    """How many Egresses and Services refer to the pool of the first conflict, as far as known."""

    @property
    def usage(self) -> Usage | None:
        """The usage of the named pool, according to its status."""
        return self.pool.live.usage if self.pool is not None and self.pool.live else None

    @property
    def deletable(self) -> Pool | None:
        """The pool whose deletion would end the conflict, if its status tells no use of it."""
        if self.state is not LiveState.CONFLICT:
            return None
        pool = self.conflicts[0].pool
        usage = pool.live.usage if pool.live else None
        return pool if usage is None or not usage.used else None


_ABOUT_A_POOL = (
    MessageKind.POOL_MISSING,
    MessageKind.ADDRESS_TAKEN,
    MessageKind.NAME_EXISTS,
    MessageKind.TERMINATING,
    MessageKind.NOT_FOUND,
    MessageKind.CHANGED,
)


def needs_pools(message: Message) -> bool:
    """Whether the live pools say more about the message."""
    overlap = message.kind in (MessageKind.OVERLAP, MessageKind.STALE_CACHE)
    return overlap or message.kind is MessageKind.INVALID_RANGE or message.kind in _ABOUT_A_POOL


def compare(message: Message, pools: Sequence[Pool]) -> LiveAnswer | None:
    """The message beside all live pools; ``None`` if they say nothing about it."""
    named = next((each for each in pools if each.name == message.pool), None)
    match message.kind:
        case MessageKind.OVERLAP | MessageKind.STALE_CACHE:
            asked = range_of(message.own)
            if isinstance(asked, BadRange):
                return None  # cut off, or not a message of Antrea
            found = conflicts([asked], pools, name="")
            if not found:
                return LiveAnswer(LiveState.STALE, named)
            real = held_as(found, HoldState.SETTLED)
            state = LiveState.CONFLICT if real else LiveState.TEMPORARY
            return LiveAnswer(state, named, real or found)
        case MessageKind.INVALID_RANGE:
            invalid = tuple(
                each.name
                for each in pools
                if any(isinstance(found, BadRange) for found in each.ranges)
            )
            state = LiveState.INVALID_POOLS if invalid else LiveState.NO_INVALID_POOLS
            return LiveAnswer(state, pools=invalid)
        case kind if kind in _ABOUT_A_POOL and message.pool:
            if named is None:
                return LiveAnswer(LiveState.MISSING)
            ending = hold_state(named) is HoldState.TERMINATING
            return LiveAnswer(LiveState.TERMINATING if ending else LiveState.EXISTS, named)
    return None
