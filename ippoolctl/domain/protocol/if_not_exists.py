"""Whether a pool of that name which others made will do: ``--if-not-exists``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Enough:
    """A pool that others made has all that was asked for; it is never touched."""

    pool: Pool


def if_not_exists(
    request: Request, pools: Sequence[Pool], lacking: Callable[[Pool], Cause | None]
) -> Enough | Wait | Refuse | None:
    """What a pool of that name means that is not ours, if one will do; ``None`` to go on.

    ``lacking`` gives how a pool falls short of what was asked for. A pending pool may yet be
    canceled by the run that created it.
    """
    present = next((each for each in pools if each.name == request.name), None)
    if not request.if_not_exists or present is None or request.owns(present):
        return None
    if marks.hold_state(present) is HoldState.TERMINATING:
        return None
    lack = lacking(present)
    if lack is not None:
        return Refuse((Cause(CauseKind.DOES_NOT_MATCH, pool=request.name, cause=lack),))
    # A pending pool in use too: if its run was killed, sweep deletes it once it is unused.
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=request.name))
    return Enough(present)


def lacking_ranges(request: Request, present: Pool) -> Cause | None:
    """Which of the ranges that were asked for a pool lacks; ``None`` if it has them all."""
    missing = tuple(each for each in request.pool.texts if each not in present.texts)
    return Cause(CauseKind.LACKS_RANGES, missing=missing, ranges=present.texts) if missing else None
