"""Renewing the lifetime of a pool while its run lives.

The annotation is a duration since the creation of the pool, so a renewal writes a longer one.
"""

import math
from datetime import datetime
from enum import StrEnum

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.timestamps import duration_seconds, parse_timestamp


class Kept(StrEnum):
    """Why the lifetime of a pool needs no renewal."""

    LONG_ENOUGH = "long-enough"
    """It already ends later, or never."""
    GONE = "gone"
    """The pool was deleted, is being deleted, or another one has its name."""


def renewed_lifetime(
    leased: Pool, present: Pool | None, now: datetime, seconds: float
) -> str | Kept:
    """The lifetime that ends ``seconds`` after ``now``, the server's time, or later.

    ``leased`` is the pool as this run created it, ``present`` the pool of that name.
    """
    if leased.live is None or present is None or present.live is None:
        return Kept.GONE
    if present.live.uid != leased.live.uid or present.live.deleted is not None:
        return Kept.GONE
    created = parse_timestamp(present.live.created)
    text = present.annotations.get(marks.TTL)
    if created is None or text is None:
        return Kept.LONG_ENOUGH  # without both it never expires
    # Both times are cut to seconds.
    needed = math.ceil((now - created).total_seconds() + seconds) + 1
    lifetime = duration_seconds(text)
    if lifetime is not None and lifetime >= needed:
        return Kept.LONG_ENOUGH
    return lifetime_text(needed)


def lifetime_text(seconds: int) -> str:
    """A lifetime as people write it, such as ``1h5m`` or ``90s``."""
    hours, rest = divmod(seconds, 3600)
    if seconds < 120:
        return f"{seconds}s"
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)
