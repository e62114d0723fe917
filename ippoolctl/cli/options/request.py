"""Options of a request to create or extend a pool."""

import re
from typing import Annotated, Final

import typer

from ippoolctl.cli.options.declaration import complete_from
from ippoolctl.errors import UsageError

DRY_RUNS: Final = ("none", "client", "server")

_REQUEST_ID: Final = re.compile(r"[!-~]{1,253}")

DryRun = Annotated[
    str,
    typer.Option(
        "--dry-run",
        metavar="WHERE",
        autocompletion=complete_from(*DRY_RUNS),
        help="none, client (predict without a cluster) or server (send, but do not store)",
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
        help="Accept an existing pool of this name if it has the requested ranges or size",
    ),
]


def parse_request_id(text: str | None) -> str | None:
    """The ID of a request, if one is given. Raises :class:`UsageError` for an invalid one."""
    if text is not None and not _REQUEST_ID.fullmatch(text):
        raise UsageError(
            f"invalid request ID: {text!r}",
            "use 1 to 253 printable ASCII characters without spaces, such as job-4711",
        )
    return text
