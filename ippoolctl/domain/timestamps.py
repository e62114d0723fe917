"""Points in time and durations, in the text of Kubernetes and Go."""

import re
from datetime import datetime
from typing import Final

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_YEAR = 365 * _DAY
_UNITS: Final = (
    (2 * _MINUTE, 1, "s", 0, ""),
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (2 * _DAY, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)
"""Up to how many seconds a duration has which unit, and which smaller one beside it."""


def age(created: str, now: datetime) -> str:
    """``5m12s`` since a timestamp of the API server (RFC 3339); never negative, even if the local
    clock is behind. ``<unknown>`` for an invalid timestamp.
    """
    then = parse_timestamp(created)
    if then is None:
        return "<unknown>"
    return short_duration(max(int((now - then).total_seconds()), 0))


def short_duration(seconds: int) -> str:
    """One or two units, as in client-go's ``HumanDuration``."""
    for limit, unit, name, smaller, smaller_name in _UNITS:
        if seconds < limit:
            rest = seconds % unit // smaller if smaller else 0
            return f"{seconds // unit}{name}" + (f"{rest}{smaller_name}" if rest else "")
    return f"{seconds // _YEAR}y"


def parse_timestamp(text: str) -> datetime | None:
    """The time of a timestamp (RFC 3339); ``None`` for other text, and without a time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART: Final = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d|w)"
_WHOLE: Final = rf"(?:{_PART})+"
NUMBER: Final = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
"""A number without a unit: seconds."""


def duration_seconds(text: str) -> float | None:
    """Seconds of ``1m30s``, ``500ms``, ``2d`` or ``30``; ``None`` for an invalid duration."""
    if re.fullmatch(NUMBER, text):
        return float(text)
    if re.fullmatch(_WHOLE, text):
        return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))
    return None
