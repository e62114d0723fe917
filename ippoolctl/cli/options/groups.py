"""Options of ``check`` that compare several sets of pools."""

import os
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.errors import UsageError
from ippoolctl.reading.sources import STDIN

GROUPINGS: Final = ("dir",)

GroupBy = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        metavar="WHAT",
        autocompletion=complete_from(*GROUPINGS),
        help="dir: check each directory by itself, as the manifests of one cluster, and report"
        " overlaps between directories",
    ),
]


def require_comparable(
    group_by: str | None,
    paths: Sequence[str],
    existing: Sequence[str] | None,
    contexts: Sequence[str],
    *,
    live: bool,
) -> None:
    """Raise :class:`UsageError` if one of these has no counterpart to compare with, or two of them
    exclude each other: files, ``--against``, the cluster or clusters, ``--group-by``.
    """
    if existing and live:
        raise UsageError("--live and --against cannot be used together", "remove one of the two")
    if existing and not paths:
        raise UsageError("--against requires PATH", "pass the files to check")
    if len(contexts) > 1 and (paths or group_by is not None):
        other = "--group-by" if group_by is not None else "PATH"
        message = f"several --context and {other} cannot be used together"
        raise UsageError(message, "remove one of the two")
    if group_by is None:
        return
    require_one_of(group_by, GROUPINGS, f"--group-by {group_by}")
    if not paths:
        raise UsageError("--group-by requires PATH", "pass the directories to compare")
    for option, given in (("--live", live), ("--against", existing)):
        if given:
            message = f"--group-by and {option} cannot be used together"
            raise UsageError(message, "remove one of the two")
    if STDIN in paths:
        raise UsageError("--group-by dir cannot read standard input", "use directories")
    seen: dict[str, str] = {}
    for path in filter(os.path.isdir, paths):
        other = seen.setdefault(os.path.realpath(path), path)
        if other is not path:
            raise UsageError(f"{other} and {path} are the same directory", "remove one of the two")
