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
        help="none, client or server; client asks nobody, server writes nothing.",
    ),
]
RequestId = Annotated[
    str | None,
    typer.Option(
        "--request-id",
        metavar="ID",
        help="Know the request again by this id, not by what is asked for.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="RULE",
        help="Create it in spite of this hazard, such as EIP305; may be repeated, takes commas.",
    ),
]


def parse_request_id(text: str | None) -> str | None:
    """The ID of a request, if one is given. Raises :class:`UsageError` for an invalid one."""
    if text is not None and not _REQUEST_ID.fullmatch(text):
        raise UsageError(
            f"{text!r} cannot be the id of a request",
            "an id has 1 to 253 printable ASCII characters and no spaces, such as job-4711",
        )
    return text
