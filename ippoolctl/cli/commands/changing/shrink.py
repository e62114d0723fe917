"""Remove ranges from a pool; every Egress and Service with an address outside of them keeps it.
Antrea does not allow removing a range. shrink therefore detaches the consumers of the pool (an
annotation records the address of each), deletes the pool, waits until the webhook has forgotten it,
creates it without the ranges, and attaches the consumers again. Their traffic may stop meanwhile.

Consumers with an address inside the ranges are listed, and nothing is changed (exit code 4); with
--force Antrea assigns other addresses to them. What is left of a CIDR is written from start to end.

To finish a killed run, run the same command again. shrink asks for confirmation; without a
terminal, use --yes.

\b
Examples:
  ippoolctl shrink lab --range 10.20.0.128/25
  ippoolctl shrink lab --range 10.20.0.9-10.20.0.12 --dry-run client
"""

from dataclasses import replace

import typer

from ippoolctl.cli.confirmation import Yes
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import Ranges, parse_pool_name
from ippoolctl.cli.options.waiting import Timeout
from ippoolctl.cli.pool_names import PoolName
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
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.engine.relocation.survey import View
from ippoolctl.errors import ExitCode, RefusedError
from ippoolctl.render.notes import info


def run(
    context: typer.Context,
    name: PoolName,
    range_: Ranges = None,
    yes: Yes = False,
    force: Force = False,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
) -> Result:
    """Shrink the pool."""
    app: AppContext = context.obj
    confirmation = Confirmation(yes=yes, force=force, dry_run=dry_run, timeout=timeout)
    name, removed = parse_pool_name(name), required_ranges(split_values(range_))
    request = f"shrink {name} --range {','.join(each.text for each in removed)}"

    absent: list[str] = []

    def plan(view: View) -> Relocation | Relocated:
        pool = settled_pool(view, name)
        if not have_common(pool.ranges, removed):
            absent[:] = [each.text for each in removed]
            return Relocated(request, EndKind.UNCHANGED, ExitCode.YES, text=name)
        rest = rest_of(pool, removed)
        if not rest:
            raise RefusedError(
                f"pool {name} would have no ranges", f"delete the pool: ippoolctl delete {name}"
            )
        return Relocation(request, (replaced(pool),), (copied(pool, name, rest),))

    result = relocated_result(app, request, (name,), plan, confirmation)
    if not absent:
        return result
    # Removed by an earlier run, or mistyped.
    note = info(f"pool {name} has no address of {', '.join(absent)}")
    return replace(result, remarks=(*result.remarks, note))
