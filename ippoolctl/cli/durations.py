"""Durations as Go and kubectl write them."""

import re
from typing import Final

import typer

from ippoolctl.errors import UsageError

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h)")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


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
