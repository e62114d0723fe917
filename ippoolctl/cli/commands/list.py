"""List the pools of a cluster. USABLE is the number of addresses that Antrea can assign; it can
differ from TOTAL in kubectl. STATE is ok or a list of: overlap, frozen (Antrea denies every
update), pending, claimed (ranges are being appended), terminating, no-status, stale-status, hazard
(check reports an error of the pool itself; list reads no Nodes, Services and Egresses), full,
nearly-full. The exit code is 1 if a NAME does not exist.

\b
Examples:
  ippoolctl list
  ippoolctl list edge lab -o wide
  ippoolctl list -l team=net --sort-by free -o json
  ippoolctl list -o manifest > pools.yaml
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.options.pools import parse_pool_names
from ippoolctl.cli.pool_names import offer_pool_names
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.space.listing import PoolRow, pool_rows
from ippoolctl.domain.space.plain import is_plain
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import ExitCode, UsageError
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.documents.pool_list import pool_list_document
from ippoolctl.render.notes import error, info
from ippoolctl.render.styles import Line
from ippoolctl.render.text.list import list_lines

if TYPE_CHECKING:
    from ippoolctl.ports.gateway import PoolList

_BAD_REQUEST: Final = 400
_SORTS: Final[dict[str, Callable[[PoolRow], Any]]] = {
    "name": lambda row: row.pool.name,
    "usable": lambda row: -row.usable,
    "used": lambda row: -(row.used or 0),
    "free": lambda row: -1 if row.free is None else -row.free,
    "age": lambda row: row.pool.live.created if row.pool.live else "",
}

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]...",
        help="Names of the pools to list (default: all)",
        autocompletion=offer_pool_names,
    ),
]
Selector = Annotated[
    str | None,
    typer.Option("-l", "--selector", metavar="SELECTOR", help="Label selector, such as team=net"),
]
SortBy = Annotated[
    str,
    typer.Option(
        "--sort-by",
        metavar="COLUMN",
        autocompletion=complete_from(*_SORTS),
        help=f"Sort by {', '.join(_SORTS)}; numbers in descending order",
    ),
]
NoHeaders = Annotated[bool, typer.Option("--no-headers", help="Omit the header line")]


def run(
    context: typer.Context,
    names: Names = None,
    selector: Selector = None,
    sort_by: SortBy = "name",
    no_headers: NoHeaders = False,
    nearly_full: NearlyFull = None,
) -> Result:
    """List the pools."""
    app: AppContext = context.obj
    require_one_of(sort_by, tuple(_SORTS), f"--sort-by {sort_by}")
    names = parse_pool_names(names or (), optional=True)
    listed = app.live()
    pools = listed.pools
    chosen = _chosen(app, pools, names, selector)
    assumed = app.assume(None)
    percent = nearly_full or app.config.nearly_full
    every = pool_rows(pools, assumed.release, (), percent)
    if not all(map(is_plain, pools)) or any(PoolState.OVERLAP in row.states for row in every):
        assumed, faulty = _errors(app, listed)
        every = pool_rows(pools, assumed.release, faulty, percent)
    rows = [row for row in every if row.pool.name in chosen]
    rows.sort(key=_SORTS[sort_by])
    missing = [name for name in names if all(name != each.name for each in pools)]

    def lines(*, wide: bool) -> list[Line]:
        whole = wide or not app.presenter.terminal
        header = not no_headers
        return list_lines(rows, app.now(), wide=wide, whole=whole, header=header) if rows else []

    return Result(
        code=ExitCode.NO if missing else ExitCode.YES,
        document=lambda: pool_list_document(rows, assumed),
        lines=lambda: lines(wide=False),
        wide=lambda: lines(wide=True),
        names=lambda: [each.pool.name for each in rows],
        ranges=lambda: [text for each in rows for text in each.pool.texts],
        objects=lambda: [exported(each.pool) for each in rows],
        notes=tuple(error(f"pool {name} not found") for name in missing),
        remarks=() if rows or missing else (info("no ExternalIPPools found"),),
    )


def _errors(app: AppContext, listed: "PoolList") -> tuple[AssumedRelease, frozenset[str]]:
    """The release whose rules apply, and the names of the pools that an error is about."""
    from ippoolctl.domain.lint.facts import facts_after_apply
    from ippoolctl.domain.lint.rules import Group, load_rules
    from ippoolctl.domain.lint.runner import lint

    def faulty(release: Release) -> frozenset[str]:
        facts = facts_after_apply((), listed.pools, parse_timestamp(listed.date), release)
        rules = load_rules(Group.ERRORS)
        return lint(facts, rules, app.config.accepted, app.now().date()).faulty

    assumed = app.assume(None)
    found = faulty(assumed.release)
    if not found:
        # Pools without errors are alike for all releases: most lists do not ask for it.
        return assumed, found
    return app.live_release, faulty(app.live_release.release)


def _chosen(
    app: AppContext, pools: Sequence[Pool], names: Sequence[str], selector: str | None
) -> set[str]:
    """The names of the selected pools; the server evaluates selectors."""
    chosen = set(names) if names else {each.name for each in pools}
    if selector is None:
        return chosen
    try:
        matching = app.gateway.list_pools(selector=selector).pools
    except RejectedFault as fault:
        if fault.status != _BAD_REQUEST:
            raise
        raise UsageError(f"--selector {selector}: {fault.message}", "use key=value") from None
    return chosen & {each.name for each in matching}
