"""``--if-not-exists``: whether an existing pool of another request satisfies this one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.request import Request, other_fields


@dataclass(frozen=True, slots=True)
class Enough:
    """A pool of another request has all that was requested; it is never changed."""

    pool: Pool


def if_not_exists(
    request: Request, pools: Sequence[Pool], lacking: Callable[[Pool], Cause | None]
) -> Enough | Wait | Refuse | None:
    """The result of an existing pool of another request, if one is accepted; ``None`` to continue.

    ``lacking`` returns what a pool lacks of the request. The run that created a pending pool may
    still cancel it.
    """
    present = next((each for each in pools if each.name == request.name), None)
    if not request.if_not_exists or present is None or request.owns(present):
        return None
    if marks.hold_state(present) is HoldState.TERMINATING:
        return None
    lack = lacking(present)
    if lack is None and (fields := other_fields(request.pool, present)):
        lack = Cause(CauseKind.OTHER_FIELDS, missing=fields)
    if lack is not None:
        return Refuse((Cause(CauseKind.DOES_NOT_MATCH, pool=request.name, cause=lack),))
    # Also if it is in use: if its run was killed, sweep deletes the pool once it is unused.
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=request.name))
    return Enough(present)


def lacking_ranges(request: Request, present: Pool) -> Cause | None:
    """The requested ranges that a pool lacks; ``None`` if it has them all."""
    missing = tuple(each for each in request.pool.texts if each not in present.texts)
    return Cause(CauseKind.LACKS_RANGES, missing=missing, ranges=present.texts) if missing else None
