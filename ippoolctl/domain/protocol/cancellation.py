"""What is left of our reservation, and whether it can be canceled."""

from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.reports import Cause
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Held:
    """The reservation exists and is not committed: the pool is pending, or has our claim."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of the reservation exists."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The pool is settled, or has all ranges: by a twin, or by a write without a response."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class InUse:
    """The pool is pending, and one of its addresses is assigned: it cannot be canceled."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Left:
    """The reservation could not be canceled, or not even read: it may exist."""

    cause: Cause


def cancellation(
    request: Request, uid: str, present: Pool | None
) -> Gone | Committed | InUse | Held:
    """What is left of the pending pool of that uid; ``present`` is the pool of its name now.

    Only a pool of this request may be deleted. A terminating pool needs no deletion by us.
    """
    if present is None or present.live is None or present.live.uid != uid:
        return Gone()
    if not request.owns(present):
        return Gone()
    if not marks.is_pending(present):
        return Committed(present)
    return InUse(present) if marks.in_use(present) else Held(present)
