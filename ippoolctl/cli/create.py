"""Create a pool. This version has no connection to a cluster yet: only --dry-run client works,
which says offline what the API server and Antrea's webhook would answer, like verdict.

\b
Examples:
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client --against live/
  ippoolctl create -f pool.yaml --dry-run client
"""

from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options import Against, Files, Ranges, Recursive, listed, offering, require_known
from ippoolctl.cli.typed_ranges import typed_spelling
from ippoolctl.cli.verdict import answer
from ippoolctl.crd.externalippool import GROUP, KIND, VERSION, read_pool, write_range
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import BadRange, Fault
from ippoolctl.errors import ExitCode, InputError, NothingToAskError, UsageError

FORMATS = ("table", "json", "yaml")
DRY_RUNS = ("none", "client", "server")

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool.")]
DryRun = Annotated[
    str,
    typer.Option(
        "--dry-run",
        metavar="WHERE",
        autocompletion=offering(*DRY_RUNS),
        help="none, client or server; client asks nobody.",
    ),
]


def run(
    context: typer.Context,
    name: Name = None,
    range_: Ranges = None,
    filename: Files = None,
    recursive: Recursive = False,
    dry_run: DryRun = "none",
    against: Against = None,
) -> ExitCode:
    """Create, or say what would come of it."""
    app: AppContext = context.obj
    require_known(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if (name is None) == (not filename):
        raise UsageError("what to create is missing or given twice", "give either NAME or -f FILE")
    if dry_run != "client":
        raise NothingToAskError(
            "creating needs a cluster, and connecting to one is not built in yet",
            "add --dry-run client to see what Antrea would answer",
        )
    if range_ and filename:
        raise UsageError("--range does not go with -f", "write the ranges into the file")
    asked = app.manifests(None, filename, recursive=recursive) if filename else None
    pools = asked.pools if asked else [_typed_pool(name or "", listed(range_))]
    existing = app.complete(against, None, recursive=recursive) if against else None
    return answer(app, pools, asked, existing, always_create=True)


def _typed_pool(name: str, ranges: list[str]) -> Pool:
    if not ranges:
        raise UsageError("the ranges are missing", "add --range CIDR or --range START-END")
    items = [write_range(typed_spelling(each)) for each in ranges]
    pool = read_pool(
        {
            "apiVersion": f"{GROUP}/{VERSION}",
            "kind": KIND,
            "metadata": {"name": name},
            "spec": {"ipRanges": items, "nodeSelector": {}},
        }
    )
    for text, found in zip(ranges, pool.ranges, strict=True):
        if isinstance(found, BadRange) and found.fault is Fault.SCHEMA:
            raise InputError(f"{text!r} is not a range", "write a CIDR, START-END or one address")
    return pool
