"""One run of a command against the cluster: its deadline, its pauses, its retried reads."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Limit, WaitEvent
from ippoolctl.engine.fault_policy import Reaction, Verb, reaction
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import Gateway, PoolList, Resource

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.consumers import Consumers
    from ippoolctl.ports.clock import Clock
    from ippoolctl.ports.observer import Events, EventTime, Progress, RequestEvent

Answer = TypeVar("Answer", covariant=True)

NOTHING_WRITTEN: Final = "; nothing was written"
"""Ends the message of a missing permission, which is checked before the first write."""
LONGEST_REQUEST: Final = 10.0
"""Time limit of a single request in seconds, whatever time is left."""

GRACE: Final = 1.0
"""Seconds after the deadline in which a run may still read and clean up."""


_OF_ONE: Final = ("get", "patch", "delete")
"""Verbs of requests that name an object; for the authorizer, a create names none."""


class Read(Protocol[Answer]):
    """A read of the gateway, complete but for its time limit in seconds."""

    def __call__(self, *, within: float) -> Answer:
        """The answer of the server."""


class TimedOutError(Exception):
    """The deadline passed; raised and caught within the engine, which turns it into an outcome."""

    def __init__(self, cause: Cause, fault: Fault | None = None) -> None:
        super().__init__()
        self.cause = cause
        self.fault = fault
        """The last failure of the server or the network, if the run waited because of it."""


@contextmanager
def timeout_as_fault() -> Iterator[None]:
    """Raise a timeout as the fault that caused it: reads that are cut short have no result."""
    try:
        yield
    except TimedOutError as end:
        raise end.fault or UnansweredFault("no result: timed out") from None


@dataclass
class Session:
    """The ports of one command, and its time limits."""

    gateway: Gateway
    clock: "Clock"
    progress: "Progress"
    random: Callable[[], float]
    """A number from 0 to 1, for jitter and nonces."""
    seconds: float
    """Seconds that the command may take from its start."""
    patient: bool
    """Whether to wait for temporary conflicts: ``--wait``."""
    first_contact: float = LONGEST_REQUEST
    """Seconds within which the server must respond for the first time."""
    longest_request: float = LONGEST_REQUEST
    """Time limit of a single request in seconds; a sent write may take effect until then."""
    events: "Events | None" = None
    """Receives each request and each pause."""
    listed: Callable[[PoolList], None] = lambda pools: None
    """Receives each consistent list of all pools."""
    request_id: str = field(init=False, default="")
    """The request ID; empty if there is none."""
    shield: Callable[[], AbstractContextManager[object]] = nullcontext
    """A context that defers signals to its end."""
    began: float = field(init=False)
    deadline: float = field(init=False)
    contacted: bool = field(init=False, default=False)
    """Whether the server has responded, even with a rejection."""
    reached: bool = field(init=False, default=False)
    """Whether a request has reached a server, so the address is right."""
    pauses: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        self.deadline = self.began + self.seconds
        if self.events is not None:  # rare: other runs skip this import
            from ippoolctl.engine.recorded_gateway import RecordedGateway

            self.gateway = RecordedGateway(self.gateway, self.clock, self._record)

    @property
    def left(self) -> float:
        """Seconds until the deadline, not less than 0."""
        return max(self.deadline - self.clock.now(), 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock.now() - self.began

    @property
    def limit(self) -> Limit:
        """The time limit of the run."""
        return Limit(self.seconds, self.patient)

    def within(self, longest: float | None = None) -> float:
        """Seconds that the next request may take; raises if none are left."""
        left = self.left
        if left <= 0:
            raise TimedOutError(Cause(CauseKind.OUT_OF_TIME))
        return min(left, self.longest_request if longest is None else longest)

    def allow_grace(self, *, hurry: bool, after: float | None = None) -> None:
        """Allow time after the deadline to read and clean up; ``hurry`` leaves only this time.

        The grace starts at ``after``, a time of the clock, if that is in the future.
        """
        now = self.clock.now()
        grace = max(now, after or now) + GRACE
        self.deadline = grace if hurry else max(self.deadline, grace)

    def raise_if_never_contacted(self, end: TimedOutError) -> None:
        """Raise the fault behind the timeout if the server never responded."""
        if not self.contacted and end.fault is not None:
            raise end.fault from None

    def renew(self) -> None:
        """Restart the time limit: without a wait, each pool has its own."""
        self.deadline = self.clock.now() + self.seconds

    def list_pools(self) -> PoolList:
        """All pools; only the deadline bounds the list as a whole."""
        found = self.ask(self.gateway.list_pools, longest=inf)
        self.listed(found)
        return found

    def consumers(self) -> "Consumers":
        """All consumers of pools; bounded like the list of all pools."""
        return self.ask(self.gateway.consumers, longest=inf)

    def snapshot(self, at: str) -> PoolList | None:
        """All pools as of a revision; ``None`` if the server has compacted that revision."""
        try:
            return self.ask(partial(self.gateway.list_pools, at=at), longest=inf)
        except Fault as fault:
            if reaction(fault, Verb.READ) is Reaction.RELIST:
                return None
            raise

    def get_pool(self, name: str) -> Pool | None:
        """The current pool, or ``None`` if it does not exist."""
        return self.ask(partial(self.gateway.get_pool, name))

    def require_rights(
        self, verbs: Iterable[str], hint: str, name: str = "", of: Resource | None = None
    ) -> None:
        """Raise a :class:`RejectedFault` that names every missing permission among these verbs, on
        pools or on the objects ``of`` a resource.

        Called before the first write, so that nothing is left half done. With a ``name``, verbs
        that name an object are checked for that one only. A permission that cannot be checked
        counts as granted: the server decides when it is used.
        """
        missing = []
        for verb in verbs:
            try:
                about = name if verb in _OF_ONE else ""
                allowed = self.gateway.may(verb, about, of=of, within=self.within())
            except (Fault, TimedOutError):  # the next request tells of the timeout
                continue
            if not allowed:
                missing.append(verb)
        if missing:
            words = ", ".join(missing)
            what = of.full_name if of else "externalippools.crd.antrea.io"
            message = f"no permission to {words} {what}{NOTHING_WRITTEN}"
            raise RejectedFault(403, message, hint, reason="Forbidden")

    def pause(self, cause: Cause, seconds: float, fault: Fault | None = None) -> None:
        """Report the cause, and sleep; raises if the deadline comes first."""
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
        """Wait before a retry of a request that failed ``failures`` times in a row."""
        asked = fault.retry_after if isinstance(fault, RejectedFault) else None
        seconds = backoff.pause_after_fault(failures, self.random(), asked)
        self.pause(Cause(CauseKind.SERVER_FAILED, text=fault.message), seconds, fault)

    def ask(self, read: Read[Answer], *, longest: float | None = None) -> Answer:
        """The answer to a read, retried until it succeeds or the deadline passes.

        ``longest`` replaces the time limit of a single request.

        Until a request has reached the server, retries end after the time limit of a single
        request: a wrong address should not cost the whole deadline.
        """
        failures = 0
        while True:
            try:
                answer = read(within=self.within(longest))
            except Fault as fault:
                self.contacted |= isinstance(fault, RejectedFault)
                self.reached |= isinstance(fault, RejectedFault | UnansweredFault)
                again = reaction(fault, Verb.READ) is Reaction.REPEAT
                if not again or not self._may_go_on():
                    raise
                failures += 1
                self.pause_after(fault, failures)
            else:
                self.contacted = self.reached = True
                return answer

    def _may_go_on(self) -> bool:
        if not self.reached and self.elapsed >= self.first_contact:
            return False
        return self.patient or self.contacted

    def _event_time(self, at: float) -> "EventTime":
        from ippoolctl.ports.observer import EventTime  # as rare

        return EventTime(self.request_id, at, at - self.began)

    def _record(self, began: float, event: "RequestEvent") -> None:
        assert self.events is not None
        self.events.request(self._event_time(began), event)
