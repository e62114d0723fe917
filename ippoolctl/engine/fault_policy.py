"""What a fault means: the only place that classifies faults.

:data:`SIGNS` gives the class of a fault, :data:`REACTIONS` what each kind of request does next.

Source: kube-apiserver v1.36 and client-go, as measured. A webhook is asked before anything is
stored, so its failure means that nothing was stored.
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
    """What a fault means; the value is the word of the event log."""

    NOT_SENT = "not-sent"
    """Nothing reached the server."""
    BUSY = "busy"
    """The server asks to come later, before it did anything."""
    WEBHOOK_FAILED = "webhook-failed"
    """An admission webhook could not be asked; nothing was stored."""
    UNKNOWN = "unknown"
    """It may have happened or not."""
    DENIED = "denied"
    """Antrea's webhook said no."""
    EXISTS = "exists"
    """An object of that name is there."""
    CHANGED = "changed"
    """The object is not as the write supposed: a precondition or a test of a patch failed."""
    MISSING = "missing"
    """There is no such object."""
    EXPIRED = "expired"
    """That revision is compacted."""
    AHEAD = "ahead"
    """That revision is later than what this server has seen."""
    INVALID = "invalid"
    """The request will never do: the schema, a policy or another webhook refuses it."""
    STRANGE = "strange"
    """An unforeseen failure of the server: it may have happened or not."""
    STOP = "stop"
    """Nothing that we could do will help."""


class Verb(StrEnum):
    """What a request does; get, list and dry runs are reads."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    READ = "read"


class Reaction(Enum):
    """What a request does after a fault."""

    REPEAT = auto()
    """The same request again, after a pause."""
    LOOK = auto()
    """Look whether it happened; only then decide."""
    DECIDE_AGAIN = auto()
    """Look at the object as it is now, and decide anew."""
    JUDGE = auto()
    """Look at all pools: is the denial true, or is the webhook behind?"""
    RELIST = auto()
    """Ask for what is true now."""
    REFUSE = auto()
    """Exit code 4, with what the server said."""
    LOOK_AND_STOP = auto()
    """Send nothing more, but cancel what may come of it."""
    STOP = auto()


class Sign(NamedTuple):
    """By what a class of faults is known."""

    fault_class: FaultClass
    fault: type[Fault]
    statuses: Collection[int] = range(600)
    """HTTP statuses of a :class:`~ippoolctl.ports.faults.RejectedFault`."""
    says: Callable[[RejectedFault], bool] = lambda _: True


_BY_ANOTHER: Final = re.compile(r"denied (?:the )?request")
"""A denial by another webhook, or by a ValidatingAdmissionPolicy."""
_WEBHOOK_FAILED: Final = "failed calling webhook"
_NOT_SERVED: Final = "the server could not find the requested resource"
"""The end of what is said where Antrea runs without Egress and ServiceExternalIP."""
_TEST_FAILED: Final = "the server rejected our request due to an error in our request"
_AHEAD: Final = "Too large resource version"

SIGNS: Final = (
    Sign(FaultClass.NOT_SENT, UnreachableFault),
    Sign(FaultClass.UNKNOWN, UnansweredFault),
    # Whatever the status: Antrea gives none, and others may give one for it.
    Sign(
        FaultClass.DENIED, RejectedFault,
        says=lambda fault: parse_denial(fault.message) is not None,
    ),
    Sign(
        FaultClass.INVALID, RejectedFault, range(500),
        lambda fault: _BY_ANOTHER.search(fault.message) is not None,
    ),
    Sign(FaultClass.MISSING, RejectedFault, (404,)),
    Sign(FaultClass.EXISTS, RejectedFault, (409,), lambda fault: fault.reason == "AlreadyExists"),
    Sign(FaultClass.CHANGED, RejectedFault, (409,)),
    Sign(FaultClass.EXPIRED, RejectedFault, (410,)),
    Sign(FaultClass.CHANGED, RejectedFault, (422,), lambda fault: _TEST_FAILED in fault.message),
    Sign(FaultClass.INVALID, RejectedFault, (422,)),
    Sign(FaultClass.BUSY, RejectedFault, (429,)),
    Sign(
        FaultClass.STOP, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message and fault.message.endswith(_NOT_SERVED),
    ),
    Sign(
        FaultClass.WEBHOOK_FAILED, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message,
    ),
    Sign(FaultClass.BUSY, RejectedFault, (503,), lambda fault: fault.retry_after is not None),
    Sign(FaultClass.AHEAD, RejectedFault, (504,), lambda fault: _AHEAD in fault.message),
    Sign(FaultClass.UNKNOWN, RejectedFault, (500, 502, 503, 504)),
    Sign(FaultClass.STRANGE, RejectedFault, range(500, 600)),
    Sign(FaultClass.STOP, Fault),
)  # fmt: skip
"""The first that fits counts; the last one fits always."""


# fmt: off
def _rows() -> Iterator[tuple[FaultClass, tuple[Reaction, ...]]]:
    repeat, look, stop = Reaction.REPEAT, Reaction.LOOK, Reaction.STOP
    judge, again, refuse = Reaction.JUDGE, Reaction.DECIDE_AGAIN, Reaction.REFUSE
    unforeseen = Reaction.LOOK_AND_STOP
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
    yield FaultClass.STRANGE,        (unforeseen, unforeseen, unforeseen, stop)
    yield FaultClass.STOP,           (stop,       stop,       stop,       stop)
# fmt: on


REACTIONS: Final = {
    (kind, verb): each
    for kind, reactions in _rows()
    for verb, each in zip(Verb, reactions, strict=True)
}
"""The reaction of each kind of request to each class."""


def fault_class(fault: Fault) -> FaultClass:
    """Its class; an unforeseen answer stops."""
    return next(each.fault_class for each in SIGNS if _fits(each, fault))


def reaction(fault: Fault, verb: Verb) -> Reaction:
    """What a request of that kind does after the fault."""
    return REACTIONS[fault_class(fault), verb]


def _fits(sign: Sign, fault: Fault) -> bool:
    if not isinstance(fault, sign.fault):
        return False
    if not isinstance(fault, RejectedFault):
        return True
    return fault.status in sign.statuses and sign.says(fault)
