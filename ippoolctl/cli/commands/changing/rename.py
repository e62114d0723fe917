"""Rename a pool; every Egress and Service keeps its address. Antrea cannot rename a pool, and a new
pool with the same ranges is denied while the old one exists. rename therefore detaches the
consumers of the pool (an annotation records the address of each), deletes the pool, waits until the
webhook has forgotten it, creates the new one, and attaches the consumers again. Their traffic may
stop meanwhile.

To finish a killed run, run the same command again, on any machine. The remaining steps are recorded
in annotations of the consumers. If there are none, they are recorded in a pool without ranges named
ippoolctl-unfinished-…, which is deleted at the end. If another client takes the ranges or an
address meanwhile, the exit code is 6; run the same command again when they are free.

rename asks for confirmation; without a terminal, use --yes.

\b
Examples:
  ippoolctl rename lab edge
  ippoolctl rename lab edge --dry-run client
  ippoolctl rename lab edge --yes --timeout 10m
"""

from typing import Annotated

import typer

from ippoolctl.cli.confirmation import Yes
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.pools import parse_pool_name
from ippoolctl.cli.options.waiting import Timeout
from ippoolctl.cli.pool_names import offer_pool_names
from ippoolctl.cli.relocation import (
    DEFAULT_TIMEOUT,
    Confirmation,
    DryRun,
    relocated_result,
    replaced,
    settled_pool,
)
from ippoolctl.cli.result import Result
from ippoolctl.crd.relocation import copied
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.engine.relocation.survey import View
from ippoolctl.errors import ExitCode, RefusedError, UsageError

Old = Annotated[
    str,
    typer.Argument(metavar="OLD", help="Name of the pool", autocompletion=offer_pool_names),
]
New = Annotated[str, typer.Argument(metavar="NEW", help="Its new name")]


def run(
    context: typer.Context,
    old: Old,
    new: New,
    yes: Yes = False,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
) -> Result:
    """Rename the pool."""
    app: AppContext = context.obj
    confirmation = Confirmation(yes=yes, force=False, dry_run=dry_run, timeout=timeout)
    old, new = parse_pool_name(old), parse_pool_name(new)
    if old == new:
        raise UsageError("both names are the same", "use another name")
    request = f"rename {old} {new}"

    def plan(view: View) -> Relocation | Relocated:
        live = {each.name: each for each in view.pools}
        present = live.get(new)
        made_by = present.annotations.get(marks.RELOCATION) if present is not None else None
        if old not in live and made_by == request:
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES, text=new)
        pool = settled_pool(view, old)
        if present is not None:
            raise RefusedError(f"pool {new} exists", "use another name")
        created = copied(pool, new, pool.ranges)
        return Relocation(request, (replaced(pool),), (created,))

    return relocated_result(app, request, (old, new), plan, confirmation)
