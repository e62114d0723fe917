"""One run of one command against the cluster: its deadline, its pauses, its repeated reads."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.domain.protocol.reports import Cause, CauseKind, Limit
from ippoolctl.engine.fault_policy import FaultClass, Reaction, Verb, fault_class, reaction
from ippoolctl.ports.clock import Clock
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import Gateway, PoolList
from ippoolctl.ports.observer import Events, EventTime, Progress, RequestEvent

Answer = TypeVar("Answer")

LONGEST_REQUEST: Final = 10.0
"""Seconds that a single request may take at most, whatever time is left."""

GRACE: Final = 1.0
"""Seconds beyond the deadline in which a run may still look and clean up."""


_OF_ONE: Final = ("get", "patch", "delete")
"""Verbs of requests that name an object; a create names none to the authorizer."""


class TimedOutError(Exception):
    """The deadline passed; raised and caught within the engine, which makes an outcome of it."""

    def __init__(self, cause: Cause, fault: Fault | None = None) -> None:
        super().__init__()
        self.cause = cause
        self.fault = fault
        """What the server or the network said last, if that is what we waited for."""


@dataclass
class Session:
    """The outside world of one command, and how long it may take."""

    gateway: Gateway
    clock: Clock
    progress: Progress
    random: Callable[[], float]
    """A number from 0 to 1, for jitter and nonces."""
    seconds: float
    """How long the command may take from its beginning."""
    patient: bool
    """Whether to wait for what may go away: ``--wait``."""
    first_contact: float = LONGEST_REQUEST
    """Seconds in which the server must have answered for the first time."""
    longest_request: float = LONGEST_REQUEST
    """Seconds that a single request may take; what is sent may take effect until then."""
    events: Events | None = None
    """Gets each request and each pause."""
    request_id: str = field(init=False, default="")
    """The request that all of this is for; empty if there is none."""
    shield: Callable[[], AbstractContextManager[object]] = nullcontext
    """Within it a signal waits until its end."""
    began: float = field(init=False)
    deadline: float = field(init=False)
    contacted: bool = field(init=False, default=False)
    """Whether the server has answered, be it with a no."""
    reached: bool = field(init=False, default=False)
    """Whether a request has got through to a server: the address is right, then."""
    pauses: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        self.deadline = self.began + self.seconds
        if self.events is not None:  # seldom, so that others start without it
            from ippoolctl.engine.recorded_gateway import RecordedGateway

            self.gateway = RecordedGateway(self.gateway, self.clock, self._record)

    @property
    def left(self) -> float:
        """Seconds until the deadline, not less than 0."""
        return max(self.deadline - self.clock.now(), 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self.clock.now() - self.began

    @property
    def limit(self) -> Limit:
        """The limit that ends it."""
        return Limit(self.seconds, self.patient)

    def within(self) -> float:
        """Seconds that the next request may take; raises if none are left."""
        if self.left <= 0:
            raise TimedOutError(Cause(CauseKind.OUT_OF_TIME))
        return min(self.left, self.longest_request)

    def allow_grace(self, *, hurry: bool, after: float | None = None) -> None:
        """Leave time to look and to clean up; ``hurry`` shortens the time that is left to that.

        The grace begins ``after`` a time of the clock, if that is still to come.
        """
        now = self.clock.now()
        grace = max(now, after or now) + GRACE
        self.deadline = grace if hurry else max(self.deadline, grace)

    def raise_if_never_contacted(self, end: TimedOutError) -> None:
        """Raise the fault behind the end of the time if the server has not answered at all."""
        if not self.contacted and end.fault is not None:
            raise end.fault from None

    def renew(self) -> None:
        """Count from now: what does not wait has its time for each pool."""
        self.deadline = self.clock.now() + self.seconds

    def list_pools(self, at: str | None = None) -> PoolList:
        """All pools, now or as of a revision; only the deadline bounds the list as a whole."""
        return self.ask(lambda _: self.gateway.list_pools(at=at, within=self.left))

    def snapshot(self, at: str) -> PoolList | None:
        """All pools as of a revision; ``None`` if the server has forgotten that revision."""
        try:
            return self.list_pools(at)
        except Fault as fault:
            if reaction(fault, Verb.READ) is Reaction.RELIST:
                return None
            raise

    def get_pool(self, name: str) -> Pool | None:
        """The pool as it is now, or ``None`` if there is none of that name."""
        return self.ask(lambda within: self.gateway.get_pool(name, within=within))

    def require_rights(self, verbs: Iterable[str], hint: str, name: str = "") -> None:
        """Raise a :class:`RejectedFault` that names every one of these verbs that we do not have.

        Asked before the first write, so that nothing is left half done. With a ``name`` those that
        are about one pool are asked for that one alone. A verb that cannot be asked about counts
        as allowed: then the server answers when it is used.
        """
        missing = []
        for verb in verbs:
            try:
                about = name if verb in _OF_ONE else ""
                allowed = self.gateway.may(verb, about, within=self.within())
            except Fault:
                continue
            if not allowed:
                missing.append(verb)
        if missing:
            words = ", ".join(missing)
            message = f"not allowed to {words} externalippools.crd.antrea.io; nothing was written"
            raise RejectedFault(403, message, hint, reason="Forbidden")

    def pause(self, cause: Cause, seconds: float, fault: Fault | None = None) -> None:
        """Say why, and let time pass; raises if the deadline comes first."""
        self.pauses += 1
        left = self.left
        if left > 0:
            event = WaitEvent(cause, self.pauses, min(seconds, left), left)
            self.progress.waiting(event)
            if self.events is not None:
                self.events.wait(self._event_time(self.clock.now()), event)
            self.clock.sleep(min(seconds, left))
        if seconds >= left:
            raise TimedOutError(cause, fault)

    def pause_after(self, fault: Fault, failures: int) -> None:
        """Wait before a request is sent again that met this fault ``failures`` times in a row."""
        asked = fault.retry_after if isinstance(fault, RejectedFault) else None
        seconds = backoff.after_fault(failures, self.random(), asked)
        self.pause(Cause(CauseKind.SERVER_FAILED, text=fault.message), seconds, fault)

    def ask(self, question: Callable[[float], Answer]) -> Answer:
        """A question without effect, repeated until it is answered or the time is up.

        Until a request has got through once, it is not asked for longer than a single request may
        take: an address that is wrong should not cost the whole deadline.
        """
        failures = 0
        while True:
            try:
                answer = question(self.within())
            except Fault as fault:
                self.contacted |= isinstance(fault, RejectedFault)
                self.reached |= isinstance(fault, RejectedFault | UnansweredFault)
                again = reaction(fault, Verb.READ) is Reaction.REPEAT
                if not again or not self._may_go_on(fault_class(fault)):
                    raise
                failures += 1
                self.pause_after(fault, failures)
            else:
                self.contacted = self.reached = True
                return answer

    def _may_go_on(self, kind: FaultClass) -> bool:
        if not self.reached and self.elapsed >= self.first_contact:
            return False
        return self.patient or kind is FaultClass.AHEAD or self.contacted

    def _event_time(self, at: float) -> EventTime:
        return EventTime(self.request_id, at, at - self.began)

    def _record(self, began: float, event: RequestEvent) -> None:
        assert self.events is not None
        self.events.request(self._event_time(began), event)
