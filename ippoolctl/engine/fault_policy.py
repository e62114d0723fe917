"""What a fault means: the only place that classifies faults.

:data:`PATTERNS` maps a fault to its class, :data:`REACTIONS` a class to the reaction of each verb.

Source: kube-apiserver v1.36 and client-go, as measured. The API server calls webhooks before it
stores anything, so a failed webhook means that nothing was stored.
"""

import re
from collections.abc import Callable, Collection, Iterator
from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from ippoolctl.domain.antrea.messages import parse_denial
from ippoolctl.ports.faults import (
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
)


class FaultClass(StrEnum):
    """What a fault means; the value is that of the event log."""

    NOT_SENT = "not-sent"
    """Nothing reached the server."""
    BUSY = "busy"
    """The server rejected the request before doing anything and asks for a later retry."""
    WEBHOOK_FAILED = "webhook-failed"
    """An admission webhook could not be called; nothing was stored."""
    UNKNOWN = "unknown"
    """The write may have happened or not."""
    DENIED = "denied"
    """Antrea's webhook denied the write."""
    EXISTS = "exists"
    """An object of that name exists."""
    CHANGED = "changed"
    """The object differs from what the write expects: a precondition or a patch test failed."""
    MISSING = "missing"
    """The object does not exist."""
    EXPIRED = "expired"
    """That revision is compacted."""
    AHEAD = "ahead"
    """The server has not reached that revision yet."""
    INVALID = "invalid"
    """Permanent: the schema, a policy or another webhook rejects the request."""
    UNEXPECTED = "strange"
    """An unexpected failure of the server: the write may have happened or not."""
    STOP = "stop"
    """A retry cannot help."""


class Verb(StrEnum):
    """What a request does; get, list and dry runs are reads."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    READ = "read"


class Reaction(Enum):
    """What a request does after a fault."""

    REPEAT = auto()
    """Retry the request after a pause."""
    LOOK = auto()
    """Read whether it happened, then decide."""
    DECIDE_AGAIN = auto()
    """Read the object again, then decide."""
    JUDGE = auto()
    """List all pools: the denial is true or stale."""
    RELIST = auto()
    """List the current state instead."""
    REFUSE = auto()
    """Exit code 4, with the server's message."""
    LOOK_AND_STOP = auto()
    """Send nothing more, but cancel what the request may have created."""
    STOP = auto()


class FaultPattern(NamedTuple):
    """How to recognize a class of faults."""

    fault_class: FaultClass
    fault: type[Fault]
    statuses: Collection[int] = range(600)
    """HTTP statuses of a :class:`~ippoolctl.ports.faults.RejectedFault`."""
    condition: Callable[[RejectedFault], bool] = lambda _: True
    """Another condition for a rejection."""


_BY_ANOTHER: Final = re.compile(r"denied (?:the )?request")
"""A denial by another webhook, or by a ValidatingAdmissionPolicy."""
_WEBHOOK_FAILED: Final = "failed calling webhook"
_NOT_SERVED: Final = "the server could not find the requested resource"
"""The end of the message if Antrea runs without Egress and ServiceExternalIP."""
_TEST_FAILED: Final = "the server rejected our request due to an error in our request"
_AHEAD: Final = "Too large resource version"

PATTERNS: Final = (
    FaultPattern(FaultClass.NOT_SENT, UnreachableFault),
    FaultPattern(FaultClass.UNKNOWN, UnansweredFault),
    # Any status: Antrea sets none, and other components may add one.
    FaultPattern(
        FaultClass.DENIED, RejectedFault,
        condition=lambda fault: parse_denial(fault.message) is not None,
    ),
    FaultPattern(
        FaultClass.INVALID, RejectedFault, range(500),
        lambda fault: _BY_ANOTHER.search(fault.message) is not None,
    ),
    FaultPattern(FaultClass.MISSING, RejectedFault, (404,)),
    FaultPattern(
        FaultClass.EXISTS, RejectedFault, (409,),
        lambda fault: fault.reason == "AlreadyExists",
    ),
    FaultPattern(FaultClass.CHANGED, RejectedFault, (409,)),
    FaultPattern(FaultClass.EXPIRED, RejectedFault, (410,)),
    FaultPattern(
        FaultClass.CHANGED, RejectedFault, (422,),
        lambda fault: _TEST_FAILED in fault.message,
    ),
    FaultPattern(FaultClass.INVALID, RejectedFault, (422,)),
    FaultPattern(FaultClass.BUSY, RejectedFault, (429,)),
    FaultPattern(
        FaultClass.STOP, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message and fault.message.endswith(_NOT_SERVED),
    ),
    FaultPattern(
        FaultClass.WEBHOOK_FAILED, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message,
    ),
    FaultPattern(
        FaultClass.BUSY, RejectedFault, (503,),
        lambda fault: fault.retry_after is not None,
    ),
    FaultPattern(FaultClass.AHEAD, RejectedFault, (504,), lambda fault: _AHEAD in fault.message),
    FaultPattern(FaultClass.UNKNOWN, RejectedFault, (500, 502, 503, 504)),
    FaultPattern(FaultClass.UNEXPECTED, RejectedFault, range(500, 600)),
    FaultPattern(FaultClass.STOP, Fault),
)  # fmt: skip
"""The first match counts; the last row always matches."""


# fmt: off
def _rows() -> Iterator[tuple[FaultClass, tuple[Reaction, ...]]]:
    repeat, look, stop = Reaction.REPEAT, Reaction.LOOK, Reaction.STOP
    judge, again, refuse = Reaction.JUDGE, Reaction.DECIDE_AGAIN, Reaction.REFUSE
    unexpected = Reaction.LOOK_AND_STOP
    #                                 create      patch       delete      read
    yield FaultClass.NOT_SENT,       (repeat,     repeat,     repeat,     repeat)
    yield FaultClass.BUSY,           (repeat,     repeat,     repeat,     repeat)
    yield FaultClass.WEBHOOK_FAILED, (repeat,     repeat,     repeat,     repeat)
    yield FaultClass.UNKNOWN,        (look,       look,       look,       repeat)
    yield FaultClass.DENIED,         (judge,      judge,      stop,       stop)
    yield FaultClass.EXISTS,         (again,      stop,       stop,       stop)
    yield FaultClass.CHANGED,        (stop,       again,      again,      stop)
    yield FaultClass.MISSING,        (stop,       again,      again,      stop)
    yield FaultClass.EXPIRED,        (stop,       stop,       stop,       Reaction.RELIST)
    # Only a read names a revision; of a write this is one more 504.
    yield FaultClass.AHEAD,          (look,       look,       look,       repeat)
    yield FaultClass.INVALID,        (refuse,     refuse,     stop,       stop)
    yield FaultClass.UNEXPECTED,     (unexpected, unexpected, unexpected, stop)
    yield FaultClass.STOP,           (stop,       stop,       stop,       stop)
# fmt: on


REACTIONS: Final = {
    (kind, verb): each
    for kind, reactions in _rows()
    for verb, each in zip(Verb, reactions, strict=True)
}
"""The reaction of each kind of request to each class."""


def fault_class(fault: Fault) -> FaultClass:
    """The class of the fault; an unexpected response stops."""
    return next(each.fault_class for each in PATTERNS if _matches(each, fault))


def reaction(fault: Fault, verb: Verb) -> Reaction:
    """The reaction of a request with that verb to the fault."""
    return REACTIONS[fault_class(fault), verb]


def _matches(pattern: FaultPattern, fault: Fault) -> bool:
    if not isinstance(fault, pattern.fault):
        return False
    if not isinstance(fault, RejectedFault):
        return True
    return fault.status in pattern.statuses and pattern.condition(fault)
