"""Every write goes through here: it is shielded from signals, and its answer becomes a type.

Also the pauses before a run tries again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.creation import Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.engine.fault_policy import FaultClass, Reaction, Verb, fault_class, reaction
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import Gateway


class Effect(Enum):
    """What a write means for what this run leaves in the cluster."""

    RESERVE = auto()
    """It makes a pending pool or a claim, which has to be committed or cancelled."""
    COMMIT = auto()
    """It settles the pool or appends the ranges: they stay."""
    CANCEL = auto()
    """It removes the pending pool or the claim."""
    CHANGE = auto()
    """Any other write, such as a deletion."""
    DRY_RUN = auto()
    """The server judges it, and nothing is stored."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write, which may be sent several times."""

    verb: Verb
    effect: Effect
    send: Callable[[Gateway, float], Pool | None]
    """Sends it; the second argument is how many seconds it may take."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The server has stored it."""

    pool: Pool | None
    """As the server has it now; ``None`` after a deletion."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing is stored: the object is not as the write supposed."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing is stored: Antrea's webhook refuses, perhaps because its cache is stale."""

    fault: Fault
    repeated: bool
    """Whether the last failed write of this run met the same sentence."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is stored, and never will be: the schema, a policy or another webhook refuses."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing is stored; the same write may be sent again."""

    fault: Fault
    unsent: bool
    """Whether nothing has even reached the server."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: it may be stored, now or until its time is over."""

    fault: Fault
    until: float
    """When it can commit no more, by the clock."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing more can be done. An unforeseen answer of the server may hide a write that commits:
    the ledger keeps its window open.
    """

    fault: Fault


Result = Applied | Changed | Denied | Refused | NotDone | Unknown | Failed


@dataclass
class Ledger:
    """What this run may have left in the cluster.

    It changes within the signal shield, so that it is right whenever a run is interrupted.
    """

    mine: Pool | None = None
    """Our pending pool, or the pool with our claim: cancelled if the run ends badly."""
    committed: Pool | None = None
    """Our pool, once this run has settled it or appended to it: it stays."""
    late_write_deadline: float | None = None
    """Until when an unanswered write may still commit, by the clock; ``None`` if there is none."""
    sent: int = 0
    """How often a reservation was sent."""
    made: set[str] = field(default_factory=set)
    """The uids of the objects of reservations that were answered."""
    answer: str = ""
    """What the server said to the last write that failed."""


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
        """Send it once. A signal waits for the answer, and is raised after it.

        Raises :class:`~ippoolctl.engine.session.TimedOutError` if no time is left.
        """
        within = self._session.within()
        until = self._session.clock.now() + within
        if write.effect is Effect.RESERVE:
            self.ledger.sent += 1
            self.ledger.late_write_deadline = until
        with self._session.shield():
            try:
                pool = write.send(self._session.gateway, within)
            except Fault as fault:
                return self._after(write, fault, until)
            self._note(write.effect, pool)
            return Applied(pool)

    def _after(self, write: Write, fault: Fault, until: float) -> Result:
        ledger, effect = self.ledger, write.effect
        react = reaction(fault, write.verb)
        unanswered = react in (Reaction.LOOK, Reaction.LOOK_AND_STOP)
        if effect is Effect.RESERVE and not unanswered:
            ledger.late_write_deadline = None
        if effect is Effect.CHANGE and unanswered:
            ledger.late_write_deadline = until
        repeated = fault.message == ledger.answer
        if effect is not Effect.CANCEL or react is not Reaction.DECIDE_AGAIN:
            ledger.answer = fault.message
        if effect is Effect.DRY_RUN and unanswered:
            react = _STORED_NOTHING[react]
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
            case _:
                return Failed(fault)

    def _note(self, effect: Effect, pool: Pool | None) -> None:
        ledger = self.ledger
        match effect:
            case Effect.RESERVE:
                assert pool is not None
                ledger.mine = pool
                ledger.late_write_deadline = None
                if pool.live is not None:
                    ledger.made.add(pool.live.uid)
            case Effect.COMMIT:
                ledger.committed, ledger.mine = pool, None
            case Effect.CANCEL:
                ledger.mine = None
            case _:
                pass


_STORED_NOTHING: Final = {
    Reaction.LOOK: Reaction.REPEAT,
    Reaction.LOOK_AND_STOP: Reaction.STOP,
}
"""What an unanswered dry run leads to."""


class Pauses:
    """The pauses of one run; each kind gets longer the more often it comes in a row."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._denied_since: float | None = None
        self._failures = self._polls = self._conflicts = 0

    @property
    def denied(self) -> bool:
        """Whether the last reservation was refused by a stale cache."""
        return self._denied_since is not None

    def note_denial(self) -> None:
        """The webhook refuses: its cache may be stale since now, or since the denial before."""
        if self._denied_since is None:
            self._denied_since = self._session.clock.now()

    def forget(self) -> None:
        """A reservation was applied: what comes next begins with short pauses."""
        self._denied_since = None
        self._failures = self._polls = self._conflicts = 0

    def for_cache(self, stale: Stale) -> None:
        """Let the webhook's cache catch up a little."""
        self.note_denial()
        assert self._denied_since is not None
        since = self._session.clock.now() - self._denied_since
        seconds = backoff.after_denial(since, self._session.random())
        self._session.pause(Cause(CauseKind.STALE_DENIAL, cause=stale.holds), seconds)

    def for_denial(self, decision: Wait | Stale) -> None:
        """Let the cause of a denial pass."""
        if isinstance(decision, Stale):
            self.for_cache(decision)
        else:
            self.for_others(decision.cause)

    def for_server(self, fault: Fault) -> None:
        """Let a fault pass."""
        self._failures += 1
        self._session.pause_after(fault, self._failures)

    def for_change(self, fault: Fault) -> None:
        """Let other writers of the object finish; no pause after the first conflict."""
        self._conflicts += 1
        seconds = backoff.after_conflict(self._conflicts, self._session.random())
        if seconds > 0:
            self._session.pause(Cause(CauseKind.KEEPS_CHANGING, text=fault.message), seconds, fault)

    def for_others(self, cause: Cause, most: float = backoff.POLL_MOST) -> None:
        """Let other writers finish, or a late write commit; ``most`` seconds at most."""
        self._session.pause(cause, min(backoff.between_polls(self._polls), most))
        self._polls += 1
