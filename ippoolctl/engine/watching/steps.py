"""What to do next after each event and fault of a watch: pure, with times as numbers.

Source: client-go v0.36 ``tools/cache/reflector.go``, which lists, watches from the revision of the
list, and lists anew if that revision is gone.
"""

from dataclasses import dataclass, replace
from typing import Final

from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.ports.faults import Fault, RejectedFault

WATCH_SECONDS: Final = 25
"""How long one watch lasts. A dead connection gives no sign: it is noticed, within 30 seconds, by a
watch that does not end in time."""
POLL_SECONDS: Final = 5.0
"""Between two lists, if watching is not permitted."""
SHORTEST_WATCH: Final = 1.0
"""Seconds. A watch that ends sooner is a failure, so that it is not repeated at once."""

_FIRST: Final = 0.5
_MOST: Final = 15.0
_CANNOT_WATCH: Final = (403, 405)
_TRANSIENT: Final = (
    FaultClass.NOT_SENT,
    FaultClass.UNKNOWN,
    FaultClass.BUSY,
    FaultClass.AHEAD,
    FaultClass.EXPIRED,
    FaultClass.UNEXPECTED,
)


@dataclass(frozen=True, slots=True)
class Next:
    """The next request, and what is known of the ones before."""

    since: str = ""
    """The revision to watch from; empty to list."""
    pause: float = 0.0
    """Seconds to wait before."""
    failures: int = 0
    """Failed requests in a row."""
    polls: bool = False
    """Whether to list again and again, since watching is not permitted."""


def after_list(step: Next, revision: str) -> Next:
    """Watch from the revision of the list, or list again later, if watching is not permitted."""
    if step.polls:
        return Next(pause=POLL_SECONDS, polls=True)
    # A revision may be gone as soon as it is listed: failures count until an event comes.
    return replace(step, since=revision, pause=_pause(step.failures, 1.0))


def after_event(step: Next, revision: str) -> Next:
    """Go on from the revision of the event."""
    return replace(step, since=revision, pause=0.0, failures=0)


def after_end(step: Next, lasted: float, random: float) -> Next:
    """Watch again from the last revision: the server ended the watch after ``lasted`` seconds."""
    if lasted >= SHORTEST_WATCH:
        return replace(step, pause=0.0, failures=0)
    failures = step.failures + 1
    return replace(step, pause=_pause(failures, random), failures=failures)


def after_fault(step: Next, fault: Fault, random: float) -> Next | None:
    """What to do after a failed list or watch; ``None`` if a retry cannot help."""
    status = fault.status if isinstance(fault, RejectedFault) else None
    if step.since and status in _CANNOT_WATCH:
        return Next(pause=POLL_SECONDS, polls=True)
    if fault_class(fault) not in _TRANSIENT:
        return None
    failures = step.failures + 1
    asked = (fault.retry_after if isinstance(fault, RejectedFault) else None) or 0.0
    pause = max(_pause(failures, random), min(asked, _MOST))
    if fault_class(fault) is FaultClass.EXPIRED:
        # The first time at once: the list is what is missing.
        return replace(step, since="", pause=_pause(step.failures, random), failures=failures)
    return replace(step, pause=pause, failures=failures)


def _pause(failures: int, random: float) -> float:
    """Seconds before the next request after that many failures; half of it is jitter."""
    if failures == 0:
        return 0.0
    return min(_FIRST * 2.0 ** min(failures - 1, 16), _MOST) * (0.5 + random / 2)
