"""What a fault means for the request that met it: the table of decisions, in one place.

:data:`SIGNS` tells the nature of a fault, :data:`DECISIONS` what each kind of request does next.

Facts: kube-apiserver v1.36 and client-go, as measured; a webhook is asked before anything is
stored, so that its failure means that nothing happened.
"""

import re
from collections.abc import Callable, Collection, Mapping
from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from ippoolctl.domain.antrea.messages import recognise
from ippoolctl.ports.faults import (
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
)


class Nature(StrEnum):
    """What to think of a fault; the value is the word of the event log."""

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
    """A failure of the server that nobody has foreseen: it may have happened or not."""
    STOP = "stop"
    """Nothing that we could do will help."""


class Verb(StrEnum):
    """What a request does; get, list and dry runs are reads."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    READ = "read"


class Step(Enum):
    """What comes after a fault."""

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
    """Send nothing more, but take back what may come of it."""
    STOP = auto()


class Sign(NamedTuple):
    """By what a nature is known."""

    nature: Nature
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
    Sign(Nature.NOT_SENT, UnreachableFault),
    Sign(Nature.UNKNOWN, UnansweredFault),
    # Whatever the status: Antrea gives none, and others may give one for it.
    Sign(Nature.DENIED, RejectedFault, says=lambda fault: recognise(fault.message) is not None),
    Sign(
        Nature.INVALID, RejectedFault, range(500),
        lambda fault: _BY_ANOTHER.search(fault.message) is not None,
    ),
    Sign(Nature.MISSING, RejectedFault, (404,)),
    Sign(Nature.EXISTS, RejectedFault, (409,), lambda fault: fault.reason == "AlreadyExists"),
    Sign(Nature.CHANGED, RejectedFault, (409,)),
    Sign(Nature.EXPIRED, RejectedFault, (410,)),
    Sign(Nature.CHANGED, RejectedFault, (422,), lambda fault: _TEST_FAILED in fault.message),
    Sign(Nature.INVALID, RejectedFault, (422,)),
    Sign(Nature.BUSY, RejectedFault, (429,)),
    Sign(
        Nature.STOP, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message and fault.message.endswith(_NOT_SERVED),
    ),
    Sign(
        Nature.WEBHOOK_FAILED, RejectedFault, (500,),
        lambda fault: _WEBHOOK_FAILED in fault.message,
    ),
    Sign(Nature.BUSY, RejectedFault, (503,), lambda fault: fault.retry_after is not None),
    Sign(Nature.AHEAD, RejectedFault, (504,), lambda fault: _AHEAD in fault.message),
    Sign(Nature.UNKNOWN, RejectedFault, (500, 502, 503, 504)),
    Sign(Nature.STRANGE, RejectedFault, range(500, 600)),
    Sign(Nature.STOP, Fault),
)  # fmt: skip
"""The first that fits counts; the last one fits always."""

_COLUMNS: Final = (Verb.CREATE, Verb.PATCH, Verb.DELETE, Verb.READ)
_SAME: Final = (Step.REPEAT,) * 4
_ROWS: Final[Mapping[Nature, tuple[Step, Step, Step, Step]]] = {
    # nature                create              patch               delete             read
    Nature.NOT_SENT: _SAME,
    Nature.BUSY: _SAME,
    Nature.WEBHOOK_FAILED: _SAME,
    Nature.UNKNOWN: (Step.LOOK, Step.LOOK, Step.LOOK, Step.REPEAT),
    Nature.DENIED: (Step.JUDGE, Step.JUDGE, Step.STOP, Step.STOP),
    Nature.EXISTS: (Step.DECIDE_AGAIN, Step.STOP, Step.STOP, Step.STOP),
    Nature.CHANGED: (Step.STOP, Step.DECIDE_AGAIN, Step.DECIDE_AGAIN, Step.STOP),
    Nature.MISSING: (Step.STOP, Step.DECIDE_AGAIN, Step.DECIDE_AGAIN, Step.STOP),
    Nature.EXPIRED: (Step.STOP, Step.STOP, Step.STOP, Step.RELIST),
    # Only a read names a revision; of a write this is one more 504.
    Nature.AHEAD: (Step.LOOK, Step.LOOK, Step.LOOK, Step.REPEAT),
    Nature.INVALID: (Step.REFUSE, Step.REFUSE, Step.STOP, Step.STOP),
    Nature.STRANGE: (Step.LOOK_AND_STOP, Step.LOOK_AND_STOP, Step.LOOK_AND_STOP, Step.STOP),
    Nature.STOP: (Step.STOP,) * 4,
}
DECISIONS: Final = {
    (kind, verb): step
    for kind, steps in _ROWS.items()
    for verb, step in zip(_COLUMNS, steps, strict=True)
}
"""What comes next, for each nature and verb."""


MAY_HAVE_HAPPENED: Final = frozenset({Step.LOOK, Step.LOOK_AND_STOP})
"""What comes after a write of which nobody knows whether it took effect."""


def nature(fault: Fault) -> Nature:
    """What to think of it; an answer that nobody has foreseen stops."""
    return next(each.nature for each in SIGNS if _fits(each, fault))


def step_after(fault: Fault, verb: Verb) -> Step:
    """What a request of that kind does after the fault."""
    return DECISIONS[nature(fault), verb]


def _fits(sign: Sign, fault: Fault) -> bool:
    if not isinstance(fault, sign.fault):
        return False
    if not isinstance(fault, RejectedFault):
        return True
    return fault.status in sign.statuses and sign.says(fault)
