"""Whether a pending pool of ours may be taken back, in view of how it is now."""

from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import Standing
from ippoolctl.domain.antrea.pool import Pool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nothing of ours is there."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A twin of this run settled it: it stays."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class StillUsed:
    """An address of it is handed out: it stays."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete just this object as it is."""

    pool: Pool


def withdrawal(uid: str, present: Pool | None) -> Withdrawn | Settled | StillUsed | Delete:
    """How to take back the pool of that uid; ``present`` is what has its name now."""
    if present is None or present.live is None or present.live.uid != uid:
        return Withdrawn()
    if marks.standing(present) is Standing.TERMINATING:
        return Withdrawn()
    if not marks.is_pending(present):
        return Settled(present)
    return StillUsed(present) if marks.in_use(present) else Delete(present)
