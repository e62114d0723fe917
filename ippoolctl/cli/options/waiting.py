"""How long to wait, and for what."""

from typing import Annotated, Final

import typer

from ippoolctl.cli.options.declaration import ENVIRONMENT_PREFIX, complete_from
from ippoolctl.domain.timestamps import duration_seconds
from ippoolctl.errors import UsageError

DURATION_HINT: Final = "write it as 500ms, 1m30s or 24h"
DEFAULT_TIMEOUT: Final = "60s"
"""antrea-controller takes 45 s to notice a half-open watch."""
READY_STATES: Final = ("ready", "seen")
"""The states that ``create`` and ``extend`` can wait for."""

Wait = Annotated[
    bool, typer.Option("--wait", help="Try again until it works, at most for --timeout.")
]
UntilReady = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=complete_from(*READY_STATES),
        help="Wait further: ready (its status is written) or seen (the webhook knows it).",
    ),
]
Timeout = Annotated[
    str,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        envvar=f"{ENVIRONMENT_PREFIX}TIMEOUT",
        help="How long to wait in all, such as 30s or 2m.",
    ),
]


def parse_timeout(context: typer.Context, timeout: str, *, waits: bool) -> float | None:
    """Seconds that a command may wait; ``None`` if it does not wait.

    Raises :class:`UsageError` for an invalid duration, and for ``--timeout`` without effect.
    """
    seconds = parse_duration("--timeout", timeout)
    source = context.get_parameter_source("timeout")
    if not waits and source is not None and source.name == "COMMANDLINE":
        raise UsageError("--timeout says how long to wait, and nothing is waited for", "add --wait")
    return seconds if waits else None


def parse_duration(option: str, text: str) -> float:
    """Seconds of ``1m30s``, ``500ms`` or ``30``.

    Raises :class:`UsageError` for other text and for 0.
    """
    seconds = duration_seconds(text.strip())
    if not seconds:
        raise UsageError(f"{option} {text.strip()} is not a duration", DURATION_HINT)
    return seconds
