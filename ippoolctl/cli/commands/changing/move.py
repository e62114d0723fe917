"""Move ranges from one pool to another; every Egress and Service keeps its address. Antrea does not
allow removing a range, and denies ranges that another pool has. move therefore detaches the
consumers of the first pool (an annotation records the address of each), deletes it, waits until the
webhook has forgotten it, creates it without the ranges, appends them to the second pool, and
attaches each consumer to the pool that has its address. Their traffic may stop meanwhile. A first
pool without other ranges is not created again.

Consumers with an address that neither pool can assign then, such as the first or the last one of a
CIDR, are listed, and nothing is changed (exit code 4); with --force Antrea assigns other addresses
to them.

To finish a killed run, run the same command again. move asks for confirmation; without a terminal,
use --yes.

\b
Examples:
  ippoolctl move 10.20.1.0/26 --from lab --to edge
  ippoolctl move 10.20.1.16-10.20.1.31 --from lab --to edge --dry-run client
"""

from typing import Annotated

import typer

from ippoolctl.cli.confirmation import Yes
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import parse_pool_name
from ippoolctl.cli.options.waiting import Timeout
from ippoolctl.cli.pool_names import offer_pool_names
from ippoolctl.cli.relocation import (
    DEFAULT_TIMEOUT,
    Confirmation,
    DryRun,
    Force,
    relocated_result,
    replaced,
    required_ranges,
    rest_of,
    settled_pool,
)
from ippoolctl.cli.result import Result
from ippoolctl.crd.relocation import copied
from ippoolctl.domain.change.moved_ranges import have_common
from ippoolctl.domain.change.relocation import Appended, Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.engine.relocation.survey import View
from ippoolctl.errors import ExitCode, UsageError

MovedRanges = Annotated[
    list[str],
    typer.Argument(metavar="RANGE...", help="CIDRs or START-END"),
]
From = Annotated[
    str,
    typer.Option(
        "--from", metavar="POOL", help="Pool that has the ranges", autocompletion=offer_pool_names
    ),
]
To = Annotated[
    str,
    typer.Option(
        "--to", metavar="POOL", help="Pool that gets the ranges", autocompletion=offer_pool_names
    ),
]


def run(
    context: typer.Context,
    ranges: MovedRanges,
    from_: From,
    to: To,
    yes: Yes = False,
    force: Force = False,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
) -> Result:
    """Move the ranges."""
    app: AppContext = context.obj
    confirmation = Confirmation(yes=yes, force=force, dry_run=dry_run, timeout=timeout)
    source, target = parse_pool_name(from_), parse_pool_name(to)
    moved = required_ranges(split_values(ranges))
    if source == target:
        raise UsageError("--from and --to are the same pool", "use another pool")
    texts = [each.text for each in moved]
    request = f"move {','.join(texts)} --from {source} --to {target}"

    def plan(view: View) -> Relocation | Relocated:
        receiver = settled_pool(view, target)
        left = next((each for each in view.pools if each.name == source), None)
        is_moved = left is None or not have_common(left.ranges, moved)
        if is_moved and {*texts} <= {*receiver.texts}:
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES, text=target)
        pool = settled_pool(view, source)
        rest = rest_of(pool, moved)
        created = (copied(pool, source, rest),) if rest else ()
        appended = (Appended(target, tuple(moved)),)
        return Relocation(request, (replaced(pool),), created, appended)

    return relocated_result(app, request, (source, target), plan, confirmation)
