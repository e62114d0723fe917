"""Options of a request to create or extend a pool."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer

from ippoolctl.cli.options.declaration import (
    SERVER_DRY_RUNS,
    dry_run_option,
    is_typed,
    require_one_of,
)
from ippoolctl.cli.options.waiting import READY_STATES, parse_duration
from ippoolctl.domain.timestamps import NUMBER
from ippoolctl.errors import UsageError

_REQUEST_ID: Final = re.compile(r"[!-~]{1,253}")

DryRun = Annotated[
    str,
    dry_run_option(
        "none, client (predict, without a write) or server (send, but do not store)",
        SERVER_DRY_RUNS,
    ),
]
RequestId = Annotated[
    str | None,
    typer.Option(
        "--request-id",
        metavar="ID",
        help="ID of the request, such as a job ID (default: derived from the arguments)",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="RULE",
        help="Rule to ignore, such as EIP305; can be repeated or comma-separated",
    ),
]
IfNotExists = Annotated[
    bool,
    typer.Option(
        "--if-not-exists",
        help="Accept an existing pool of this name if it has the requested ranges or size, labels,"
        " annotations, nodeSelector and subnetInfo",
    ),
]
Ttl = Annotated[
    str | None,
    typer.Option(
        "--ttl",
        metavar="DURATION",
        help="Lifetime, such as 2h or 3d; then ippoolctl sweep deletes the pool if not in use",
    ),
]


def check_request(context: typer.Context, of_sizes: Iterable[str]) -> None:
    """Raise :class:`UsageError` for options of a request that cannot be used together; ``of_sizes``
    are those that require a size.
    """
    given = context.params
    dry_run, until = given["dry_run"], given["until"]
    require_one_of(dry_run, SERVER_DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, READY_STATES, f"--until {until}")
    if given["against"] and dry_run != "client":
        raise UsageError(
            "--against requires --dry-run client", "use --dry-run client, or remove --against"
        )
    sized = is_sized(given)
    if sized and given["range_"]:
        raise UsageError(
            "--ips and --prefix cannot be used with --range",
            "remove --range, or remove --ips and --prefix",
        )
    for option in () if sized else of_sizes:
        if is_typed(context, option):
            raise UsageError(f"--{option} requires --ips or --prefix", "use --ips or --prefix")


def is_sized(given: Mapping[str, Any]) -> bool:
    """Whether the options have a size instead of ranges."""
    return given["ips"] is not None or given["prefix"] is not None


def parse_request_id(text: str | None) -> str | None:
    """The ID of a request, if one is given. Raises :class:`UsageError` for an invalid one."""
    if text is not None and not _REQUEST_ID.fullmatch(text):
        raise UsageError(
            f"invalid request ID: {text!r}",
            "use 1 to 253 printable ASCII characters without spaces, such as job-4711",
        )
    return text


def parse_ttl(text: str | None) -> str | None:
    """The text of a duration, which is written to an annotation as typed.

    Raises :class:`~ippoolctl.errors.UsageError` for an invalid duration and for a number without a
    unit.
    """
    if text is None:
        return None
    text = text.strip()
    if re.fullmatch(NUMBER, text):
        raise UsageError(f"--ttl {text} has no unit", f"use {text}m, {text}h or {text}d")
    parse_duration("--ttl", text)
    return text
