"""The result of replacing pools: what became of each pool and of each consumer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.outcome import Limit, Outcome
from ippoolctl.errors import ExitCode


class PlaceState(StrEnum):
    """What became of a consumer."""

    KEPT = "kept"
    """It has the address that it had."""
    LOST = "lost"
    """No new range has its address, or another consumer had it first: Antrea chooses another."""
    WAITING = "waiting"
    """It had no address, and waits for one."""
    DETACHED = "detached"
    """It is still detached: it keeps its address in the object, but not its traffic."""
    TAKEN = "taken"
    """Another consumer has its address by now: it is still detached or, if that happened just after
    it was attached, Antrea retries."""
    CHANGED = "changed"
    """It is still detached, since another client has given it another address."""


class Placed(NamedTuple):
    """A consumer."""

    kind: str
    namespace: str
    name: str
    source: str
    """The pool that it left."""
    target: str
    """The pool that it is attached to."""
    address: str
    """The address that it has, or keeps while it is detached; empty without one."""
    state: PlaceState
    lost: str = ""
    """The address that it had and does not get back."""
    taken_by: str = ""
    """Kind and name of the consumer that has its address."""

    @property
    def label(self) -> str:
        """Kind and name in messages."""
        full = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {full}"


class EndKind(StrEnum):
    """How a relocation ended; in brackets the fields of :class:`Relocated`."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """There was nothing to do."""
    DRY_RUN = "dry-run"
    """Nothing was written."""
    LOSES_ADDRESSES = "loses-addresses"
    """Consumers would lose their address, and that was not forced (placed)."""
    UNFINISHED = "unfinished"
    """Another request has detached consumers of these pools, or recorded that it replaces them
    (text: that request; finishing_command; record)."""
    POOL_FAILED = "pool-failed"
    """A pool was not deleted, created or extended (pools: the last one)."""
    LOST_RACE = "lost-race"
    """Pools of other clients took the ranges (pools: the last one, with its conflicts)."""
    ADDRESSES_TAKEN = "addresses-taken"
    """Other consumers have addresses of detached ones by now (placed)."""
    REJECTED = "rejected"
    """The server rejects the change of a consumer permanently (text)."""
    TIMED_OUT = "timed-out"
    """The time limit passed (cause, limit)."""
    STOPPED = "stopped"
    """A signal ended the run."""


@dataclass(frozen=True, slots=True)
class Relocated:
    """The result of one run."""

    request: str
    """The request in words, such as ``rename a b``."""
    end: EndKind
    code: ExitCode
    pools: tuple[Outcome, ...] = ()
    """What this run did with each pool, in order."""
    placed: tuple[Placed, ...] = ()
    """The consumers, in the order of their names."""
    seconds: float = 0.0
    """From the first consumer that the request detached, perhaps in an earlier run, to the last one
    that this run attached."""
    text: str = ""
    cause: Cause | None = None
    limit: Limit | None = None
    finishing_command: str = ""
    """What finishes the other request, without ``ippoolctl``."""
    begun: bool = False
    """Whether pools are deleted, so that the same command has something to finish."""
    record: str = ""
    """The pool that records the other request; empty if its consumers tell it."""

    @property
    def still_detached(self) -> tuple[Placed, ...]:
        """The consumers that are not attached."""
        open_ = (PlaceState.DETACHED, PlaceState.TAKEN, PlaceState.CHANGED)
        return tuple(each for each in self.placed if each.state in open_)
