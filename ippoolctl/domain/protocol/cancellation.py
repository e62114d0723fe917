"""What is left of a reservation of ours, and whether it may be cancelled."""

from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.reports import Cause
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Held:
    """It is there and not committed: the pool is pending, or it carries our claim."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of it is there."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The pool is settled, or has all ranges: by a twin, or by a write whose answer got lost."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class InUse:
    """The pool is pending, and an address of it is handed out: it cannot be cancelled."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Left:
    """It could not be canceled, or not even looked at: it may be there."""

    cause: Cause


def cancellation(
    request: Request, uid: str, present: Pool | None
) -> Gone | Committed | InUse | Held:
    """What is left of the pending pool of that uid; ``present`` is what has its name now.

    Only a pool of this request may be deleted. One that is being deleted goes without us.
    """
    if present is None or present.live is None or present.live.uid != uid:
        return Gone()
    if not request.owns(present):
        return Gone()
    if not marks.is_pending(present):
        return Committed(present)
    return InUse(present) if marks.in_use(present) else Held(present)
