"""Durations as Go and kubectl write them."""

import re
from typing import Final

from ippoolctl.errors import UsageError

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h)")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


def typed_duration(option: str, text: str) -> float:
    """Seconds of ``1m30s``, ``500ms`` or ``30``.

    Raises :class:`UsageError` for other text and for 0.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        seconds = float(text)
    elif _WHOLE.fullmatch(text):
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    else:
        seconds = 0.0
    if seconds <= 0:
        raise UsageError(f"{option} {text} is not a duration", "write it as 30s, 1m30s or 500ms")
    return seconds
