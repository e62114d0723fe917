"""Sending writes: shielded from signals, with typed results; and the pauses before retries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import Stale, Wait
from ippoolctl.engine.fault_policy import FaultClass, Reaction, Verb, fault_class, reaction
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import Gateway, JsonPatch, MergePatch


class Effect(Enum):
    """How a write changes what this run leaves in the cluster."""

    RESERVE = auto()
    """It creates a pending pool or a claim, which must be committed or canceled."""
    COMMIT = auto()
    """It settles the pool or appends the ranges: they stay."""
    CANCEL = auto()
    """It removes the pending pool or the claim."""
    CHANGE = auto()
    """Any other write, such as a deletion."""
    DRY_RUN = auto()
    """A dry run: nothing is stored."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write, which may be sent several times."""

    verb: Verb
    effect: Effect
    send: Callable[[Gateway, float], Pool | None]
    """Sends the write; the second argument is the time limit in seconds."""

    @staticmethod
    def create(manifest: Mapping[str, Any], effect: Effect) -> "Write":
        """Create a pool."""

        def send(gateway: Gateway, within: float) -> Pool:
            return gateway.create_pool(manifest, dry_run=effect is Effect.DRY_RUN, within=within)

        return Write(Verb.CREATE, effect, send)

    @staticmethod
    def patch(name: str, patch: JsonPatch | MergePatch, effect: Effect) -> "Write":
        """Patch a pool."""

        def send(gateway: Gateway, within: float) -> Pool:
            return gateway.patch_pool(name, patch, dry_run=effect is Effect.DRY_RUN, within=within)

        return Write(Verb.PATCH, effect, send)

    @staticmethod
    def delete(pool: Pool, effect: Effect) -> "Write":
        """Delete only this object, at its resource version."""

        def send(gateway: Gateway, within: float) -> None:
            gateway.delete_pool(pool, within=within)

        return Write(Verb.DELETE, effect, send)


@dataclass(frozen=True, slots=True)
class Applied:
    """The server has stored the write."""

    pool: Pool | None
    """The stored pool; ``None`` after a deletion."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing is stored: the object differs from what the write expects."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing is stored: Antrea's webhook denied the write, perhaps because its cache is stale."""

    fault: Fault
    repeated: bool
    """Whether the last failed write of this run got the same denial."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is stored, permanently: the schema, a policy or another webhook rejects the write."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing is stored; the write can be retried."""

    fault: Fault
    unsent: bool
    """Whether nothing reached the server."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No response: the write may be stored, now or until its deadline."""

    fault: Fault
    until: float
    """The time of the clock from which on it can no longer commit."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A retry cannot help. After an unexpected response of the server the write may still commit:
    the ledger keeps its deadline.
    """

    fault: Fault


Result = Applied | Changed | Denied | Refused | NotDone | Unknown | Failed


@dataclass
class Ledger:
    """What this run may have left in the cluster.

    It changes within the signal shield, so it is correct whenever a run is interrupted.
    """

    mine: Pool | None = None
    """Our pending pool, or the pool with our claim: canceled if the run ends without success."""
    committed: Pool | None = None
    """Our pool, after this run settled it or appended to it: it stays."""
    late_write_deadline: float | None = None
    """Until when an unanswered write may commit, by the clock; ``None`` if there is none."""
    sent: int = 0
    """Number of times a reservation was sent."""
    changes: int = 0
    """Number of times another write was sent."""
    result: Result | None = None
    """That of the last write, which a deferred signal keeps from the caller; ``None`` before it."""
    made: set[str] = field(default_factory=set)
    """The uids of the objects of reservations that got a response."""
    answer: str = ""
    """The server's message to the last failed write."""


class Writer:
    """Sends the writes of one run and keeps its ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.ledger = Ledger()

    @property
    def late_write_may_commit(self) -> bool:
        """Whether an unanswered write may still take effect."""
        until = self.ledger.late_write_deadline
        return until is not None and self._session.clock.now() < until

    def write(self, write: Write) -> Result:
        """Send the write once. A signal is deferred until after the response.

        Raises :class:`~ippoolctl.engine.session.TimedOutError` if no time is left.
        """
        within = self._session.within()
        until = self._session.clock.now() + within
        if write.effect is Effect.RESERVE:
            self.ledger.sent += 1
            self.ledger.late_write_deadline = until
        if write.effect is Effect.CHANGE:
            self.ledger.changes += 1
        self.ledger.result = None
        with self._session.shield():
            try:
                pool = write.send(self._session.gateway, within)
            except Fault as fault:
                result = self._after(write, fault, until)
            else:
                self._note(write.effect, pool)
                result = Applied(pool)
            self.ledger.result = result
            return result

    def _after(self, write: Write, fault: Fault, until: float) -> Result:
        ledger, effect = self.ledger, write.effect
        react = reaction(fault, write.verb)
        unanswered = react in (Reaction.LOOK, Reaction.LOOK_AND_STOP)
        if effect is Effect.RESERVE and not unanswered:
            ledger.late_write_deadline = None
        if effect is Effect.CHANGE and unanswered:
            ledger.late_write_deadline = until
        repeated = fault.message == ledger.answer
        match effect, react:
            case Effect.RESERVE, Reaction.LOOK if ledger.answer:
                pass  # cut off at the end of the time: the answer before it explains more
            case Effect.CANCEL, Reaction.DECIDE_AGAIN:
                pass  # expected
            case _:
                ledger.answer = fault.message
        if effect is Effect.DRY_RUN and react is Reaction.LOOK:
            react = Reaction.REPEAT  # nothing is stored
        match react:
            case Reaction.DECIDE_AGAIN:
                return Changed(fault)
            case Reaction.JUDGE:
                return Denied(fault, repeated)
            case Reaction.REFUSE:
                return Refused(fault)
            case Reaction.REPEAT:
                return NotDone(fault, fault_class(fault) is FaultClass.NOT_SENT)
            case Reaction.LOOK:
                return Unknown(fault, until)
            case Reaction.LOOK_AND_STOP | Reaction.RELIST | Reaction.STOP:
                return Failed(fault)

    def _note(self, effect: Effect, pool: Pool | None) -> None:
        ledger = self.ledger
        match effect:
            case Effect.RESERVE:
                assert pool is not None
                ledger.mine = pool
                ledger.late_write_deadline = None
                assert pool.live is not None
                ledger.made.add(pool.live.uid)
            case Effect.COMMIT:
                ledger.committed, ledger.mine = pool, None
            case Effect.CANCEL:
                ledger.mine = None
            case Effect.CHANGE | Effect.DRY_RUN:
                pass


class Pauses:
    """The pauses of one run; each kind grows with the number of repetitions in a row."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._denied_since: float | None = None
        self._failures = self._polls = self._conflicts = 0

    @property
    def denied(self) -> bool:
        """Whether the last reservation got a stale denial."""
        return self._denied_since is not None

    def note_denial(self) -> None:
        """Record a denial: the cache may be stale since now, or since the previous denial."""
        if self._denied_since is None:
            self._denied_since = self._session.clock.now()

    def forget(self) -> None:
        """A reservation was applied: start with short pauses again."""
        self._denied_since = None
        self._failures = self._polls = self._conflicts = 0

    def for_cache(self, stale: Stale) -> None:
        """Wait for the webhook's cache."""
        self.note_denial()
        assert self._denied_since is not None
        since = self._session.clock.now() - self._denied_since
        seconds = backoff.pause_after_denial(since, self._session.random())
        self._session.pause(Cause(CauseKind.STALE_DENIAL, cause=stale.holds), seconds)

    def for_denial(self, decision: Wait | Stale) -> None:
        """Wait for the cause of a denial to end."""
        if isinstance(decision, Stale):
            self.for_cache(decision)
        else:
            self.for_others(decision.cause)

    def for_server(self, fault: Fault) -> None:
        """Wait after a fault."""
        self._failures += 1
        self._session.pause_after(fault, self._failures)

    def for_change(self, fault: Fault) -> None:
        """Wait for other writers of the object; no pause after the first conflict."""
        self._conflicts += 1
        seconds = backoff.pause_after_conflict(self._conflicts, self._session.random())
        if seconds > 0:
            self._session.pause(Cause(CauseKind.KEEPS_CHANGING, text=fault.message), seconds, fault)

    def for_others(self, cause: Cause, most: float = backoff.POLL_MOST) -> None:
        """Wait for other writers, or for a late write; at most ``most`` seconds."""
        self._session.pause(cause, min(backoff.pause_between_polls(self._polls), most))
        self._polls += 1
