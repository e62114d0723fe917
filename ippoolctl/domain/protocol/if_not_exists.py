"""Whether a pool of that name which others made will do: ``--if-not-exists``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.request import Request

_HINT: Final = "take another name, or ask for what it has: ippoolctl show {name}"


@dataclass(frozen=True, slots=True)
class Enough:
    """A pool that others made has all that was asked for; it is never touched."""

    pool: Pool


def if_not_exists(
    request: Request, pools: Sequence[Pool], lacking: Callable[[Pool], str]
) -> Enough | Wait | Refuse | None:
    """What a pool of that name means that is not ours, if one will do; ``None`` to go on.

    ``lacking`` says how a pool falls short of what was asked for, and is empty if it does not. A
    pool that is pending may yet be withdrawn by whoever made it.
    """
    present = next((each for each in pools if each.name == request.name), None)
    if not request.if_not_exists or present is None or request.owns(present):
        return None
    if marks.hold_state(present) is HoldState.TERMINATING:
        return None
    lack = lacking(present)
    if lack:
        reason = f"a pool of that name exists and is not what was asked for: {lack}"
        return Refuse((reason,), (), _HINT.format(name=request.name))
    # Also one in use: its run may be dead, and then it is swept once nobody uses it any more.
    if marks.is_pending(present):
        return Wait(f"pool {request.name} exists, and whoever made it has not settled it yet")
    return Enough(present)


def lacking_ranges(request: Request, present: Pool) -> str:
    """Which of the ranges that were asked for a pool lacks; empty if it has them all."""
    missing = [each for each in request.pool.texts if each not in present.texts]
    if not missing:
        return ""
    return f"it lacks {', '.join(missing)} and has {', '.join(present.texts)}"
