"""The directory for what ippoolctl keeps between runs."""

from collections.abc import Mapping
from pathlib import Path

from ippoolctl.errors import InputError


def state_directory(environment: Mapping[str, str]) -> Path:
    """``$XDG_STATE_HOME/ippoolctl``, or ``~/.local/state/ippoolctl``; it may not exist yet.

    Raises :class:`InputError` if the user has no home directory.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if state.is_absolute():
        return state / "ippoolctl"
    try:
        return Path.home() / ".local" / "state" / "ippoolctl"
    except RuntimeError:
        raise InputError("the home directory is unknown", "set XDG_STATE_HOME") from None
