"""Durations as Go and kubectl write them."""

import re
from typing import Final

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h)")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")
NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
"""A number without a unit: seconds."""


def seconds_of(text: str) -> float | None:
    """Seconds of ``1m30s``, ``500ms`` or ``30``; ``None`` for what is no duration."""
    if NUMBER.fullmatch(text):
        return float(text)
    if _WHOLE.fullmatch(text):
        return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    return None
