"""What a fault means for the request that met it: the table of retries, in one place.

Facts: kube-apiserver v1.36 and client-go, as measured; a webhook is asked before anything is
stored, so that its failure means that nothing happened.
"""

import re
from enum import Enum, auto
from typing import Final

from ippoolctl.domain.messages import recognise
from ippoolctl.ports.faults import (
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
)


class Nature(Enum):
    """What to think of a fault."""

    NOT_SENT = auto()
    """Nothing reached the server: the same again is safe."""
    BUSY = auto()
    """The server asks to come later, before it did anything."""
    WEBHOOK_FAILED = auto()
    """An admission webhook could not be asked; nothing was stored."""
    UNKNOWN = auto()
    """It may have happened or not: look before anything else."""
    DENIED = auto()
    """Antrea's webhook said no."""
    EXISTS = auto()
    """An object of that name is there."""
    CHANGED = auto()
    """The object is not as the write supposed: a precondition or a test of a patch failed."""
    MISSING = auto()
    """There is no such object."""
    EXPIRED = auto()
    """That revision is compacted."""
    AHEAD = auto()
    """That revision is later than what this server has seen."""
    INVALID = auto()
    """The request will never do: the schema, a policy or another webhook refuses it."""
    STOP = auto()
    """Nothing that we could do will help."""


_DENIED: Final = re.compile(r"denied (?:the )?request")
"""By another webhook, or by a ValidatingAdmissionPolicy."""
_WEBHOOK_FAILED: Final = "failed calling webhook"
_NOT_SERVED: Final = "the server could not find the requested resource"
_TEST_FAILED: Final = "the server rejected our request due to an error in our request"
_AHEAD: Final = "Too large resource version"

_BY_STATUS: Final = {
    404: Nature.MISSING,
    410: Nature.EXPIRED,
    429: Nature.BUSY,
    500: Nature.UNKNOWN,
    502: Nature.UNKNOWN,
    503: Nature.UNKNOWN,
    504: Nature.UNKNOWN,
}


def nature(fault: Fault) -> Nature:
    """What to think of it; an answer that nobody has foreseen stops."""
    match fault:
        case UnreachableFault():
            return Nature.NOT_SENT
        case UnansweredFault():
            return Nature.UNKNOWN
        case RejectedFault() if recognise(fault.message) is not None:
            # Whatever the status: Antrea gives none, and others may give one for it.
            return Nature.DENIED
        case RejectedFault() if fault.status < 500 and _DENIED.search(fault.message):
            return Nature.INVALID
        case RejectedFault():
            return _of_answer(fault)
        case _:
            return Nature.STOP


def _of_answer(fault: RejectedFault) -> Nature:
    match fault.status:
        case 409:
            return Nature.EXISTS if fault.reason == "AlreadyExists" else Nature.CHANGED
        case 422:
            return Nature.CHANGED if _TEST_FAILED in fault.message else Nature.INVALID
        case 500 if _WEBHOOK_FAILED in fault.message:
            # Antrea without Egress and ServiceExternalIP never serves the path.
            gone = fault.message.endswith(_NOT_SERVED)
            return Nature.STOP if gone else Nature.WEBHOOK_FAILED
        case 503 if fault.retry_after is not None:
            return Nature.BUSY
        case 504 if _AHEAD in fault.message:
            return Nature.AHEAD
        case status:
            return _BY_STATUS.get(status, Nature.STOP)


SAFE_TO_REPEAT: Final = frozenset(
    {Nature.NOT_SENT, Nature.BUSY, Nature.WEBHOOK_FAILED, Nature.UNKNOWN, Nature.AHEAD}
)
"""Faults after which a read is simply asked again."""
