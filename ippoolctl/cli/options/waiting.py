"""The options for waiting: the state and the time limit."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ippoolctl.cli.options.declaration import ENVIRONMENT_PREFIX, complete_from, is_typed
from ippoolctl.domain.timestamps import duration_seconds
from ippoolctl.errors import UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.until import Until

DURATION_HINT: Final = "use a duration, such as 500ms, 1m30s, 24h or 7d"
DEFAULT_TIMEOUT: Final = "60s"
"""antrea-controller takes 45 s to notice a half-open watch."""
READY_STATES: Final = ("ready", "seen")
"""The states that ``create`` and ``extend`` can wait for."""

Wait = Annotated[bool, typer.Option("--wait", help="Retry temporary failures until --timeout")]
UntilReady = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=complete_from(*READY_STATES),
        help="After the write, wait until the pool is ready (status is up to date) or seen (the"
        " webhook knows it)",
    ),
]
Timeout = Annotated[
    str,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        envvar=f"{ENVIRONMENT_PREFIX}TIMEOUT",
        help="Total time to wait, such as 30s or 2m",
    ),
]


def parse_timeout(context: typer.Context, timeout: str, *, waits: bool) -> float | None:
    """Seconds that a command may wait; ``None`` if it does not wait.

    Raises :class:`UsageError` for an invalid duration, and for ``--timeout`` without effect.
    """
    seconds = parse_duration("--timeout", timeout)
    if not waits and is_typed(context, "timeout"):
        raise UsageError("--timeout requires --wait or --until", "use --wait")
    return seconds if waits else None


def awaited_state(until: str | None, dry_run: str) -> "Until | None":
    """The state to wait for after a write; ``None`` for a dry run, which writes nothing."""
    if until is None or dry_run != "none":
        return None
    from ippoolctl.domain.protocol.until import Until

    return Until(until)


def parse_duration(option: str, text: str) -> float:
    """Seconds of ``1m30s``, ``500ms`` or ``30``.

    Raises :class:`UsageError` for other text and for 0.
    """
    seconds = duration_seconds(text.strip())
    if not seconds:
        raise UsageError(f"invalid duration for {option}: {text.strip()}", DURATION_HINT)
    return seconds
