"""How long a run waits before it tries again, and what it tells people meanwhile."""

from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.creation import Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault


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
