"""Options of ``check`` that change files."""

from collections.abc import Sequence
from typing import Annotated

import typer

from ippoolctl.cli.options.declaration import DRY_RUNS, dry_run_option, require_one_of
from ippoolctl.errors import UsageError
from ippoolctl.reading.sources import STDIN

Fix = Annotated[
    bool,
    typer.Option("--fix", help="Fix in the files what can be fixed safely, then check again"),
]
FixDryRun = Annotated[
    str, dry_run_option("none, or client: print the changes of --fix as a diff, and write nothing")
]


def require_fixable(given: Sequence[str], dry_run: str, *, fix: bool) -> None:
    """Raise :class:`UsageError` unless there are files that can be fixed, if that is asked for."""
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if dry_run != "none" and not fix:
        raise UsageError("--dry-run requires --fix", "use --fix, or remove --dry-run")
    if fix and not given:
        raise UsageError("--fix requires PATH", "pass the files to fix")
    if fix and STDIN in given:
        raise UsageError("--fix cannot change standard input", "use a file, or remove --fix")
