"""Durations that are typed on a command line."""

import re
from collections.abc import Sequence
from typing import Final

import typer

from ippoolctl.domain.timestamps import NUMBER, seconds_of
from ippoolctl.errors import UsageError

_UNIT: Final = re.compile(r"[a-z]+$")
_DAY: Final = 86_400.0
_HINT: Final = "write it as 500ms, 1m30s or 24h"


def waiting_time(context: typer.Context, timeout: str, *, waits: bool) -> float | None:
    """Seconds that a command may wait; ``None`` if it does not.

    Raises :class:`UsageError` for what is no duration, and for one that would change nothing.
    """
    seconds = typed_duration("--timeout", timeout)
    source = context.get_parameter_source("timeout")
    if not waits and source is not None and source.name == "COMMANDLINE":
        raise UsageError("--timeout says how long to wait, and nothing is waited for", "add --wait")
    return seconds if waits else None


def typed_duration(option: str, text: str) -> float:
    """Seconds of ``1m30s``, ``500ms`` or ``30``.

    Raises :class:`UsageError` for other text and for 0.
    """
    seconds = seconds_of(text.strip())
    if not seconds:
        raise UsageError(f"{option} {text.strip()} is not a duration", _HINT)
    return seconds


def typed_lifetime(option: str, text: str | None) -> str | None:
    """A duration as it is typed, for others to read. Raises as :func:`typed_duration` does."""
    if text is None:
        return None
    typed_duration(option, text)
    return text.strip()


def typed_delay(option: str, text: str) -> float:
    """The same for what may be 0, and is a day at most."""
    seconds = seconds_of(text.strip())
    if seconds is None or seconds > _DAY:
        raise UsageError(f"{option} {text.strip()} is not a duration of at most 24h", _HINT)
    return seconds


def typed_lag(option: str, text: str) -> float | tuple[float, float]:
    """Seconds of ``2s``, or the two between which ``0.1..3s`` leaves the choice."""
    first, dots, second = text.strip().partition("..")
    if not dots:
        return typed_delay(option, first)
    unit = _UNIT.search(second)
    if NUMBER.fullmatch(first) and unit:
        first += unit[0]
    low, high = typed_delay(option, first), typed_delay(option, second)
    if low > high:
        raise UsageError(f"{option} {text}: the first is longer than the second", "swap them")
    return (low, high)


def lag_text(lag: float | Sequence[float]) -> str:
    """A lag as it is typed."""
    return f"{lag:g}s" if isinstance(lag, int | float) else f"{lag[0]:g}..{lag[1]:g}s"
