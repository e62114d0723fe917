"""List the pools of a cluster. USABLE is the number of addresses that Antrea can assign; it can
differ from TOTAL in kubectl. USED counts the addresses of Egresses and Services; without permission
to list both it is that of the status of the pool. STATE is ok or a list of: overlap, frozen (Antrea
denies every update), pending, claimed (ranges are being appended), terminating, no-status,
stale-status (a number in the status is wrong), hazard (check reports an error of the pool itself,
apart from Nodes, Services and Egresses), full, nearly-full. The exit code is 1 if a NAME does not
exist, or if a pool is fuller than --fail-above.

A pool that is full on purpose has the annotation ippoolctl/full=expected, or EIP411 is accepted for
it in the configuration.

\b
Examples:
  ippoolctl list
  ippoolctl list edge lab -o wide
  ippoolctl list -l team=net --sort-by free -o json
  ippoolctl list --fail-above 90%
  ippoolctl list -o openmetrics
  ippoolctl list -o manifest > pools.yaml
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.capacity import FailAbove, NearlyFull, parse_fail_above
from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.options.pools import parse_pool_names
from ippoolctl.cli.pool_names import offer_pool_names
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.lint.fact import Known, Why
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.listing import KnownConsumers, PoolRow, fuller, pool_rows
from ippoolctl.domain.space.plain import is_plain
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import ExitCode, UsageError, worst
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.documents.pool_list import pool_list_document
from ippoolctl.render.notes import Note, error, info
from ippoolctl.render.styles import Line
from ippoolctl.render.text.list import fuller_text, list_lines, unknown_use_text
from ippoolctl.render.text.unread import unread_text

if TYPE_CHECKING:
    from ippoolctl.ports.gateway import PoolList

_BAD_REQUEST: Final = 400
_SORTS: Final[dict[str, Callable[[PoolRow], Any]]] = {
    "name": lambda row: row.pool.name,
    "age": lambda row: row.pool.live.created if row.pool.live else "",
    "usable": lambda row: -row.usable,
    "used": lambda row: -(row.used or 0),
    "free": lambda row: 1 if row.free is None else -row.free,
    "use": lambda row: 1 if row.percent is None else -row.percent,
    "waiting": lambda row: -sum(row.waiting.values()),
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
        metavar="[-]KEY",
        autocompletion=complete_from(*_SORTS, *(f"-{each}" for each in _SORTS)),
        help=f"Sort by {', '.join(_SORTS)}: the oldest first, numbers in descending order; "
        "with - in reverse",
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
    fail_above: FailAbove = None,
) -> Result:
    """List the pools."""
    app: AppContext = context.obj
    key = sort_by.removeprefix("-")
    require_one_of(key, tuple(_SORTS), f"--sort-by {sort_by}")
    limit = None if fail_above is None else parse_fail_above(fail_above)
    names = parse_pool_names(names or (), optional=True)
    listed, consumers = _read(app)
    pools = listed.pools
    chosen = _chosen(app, pools, names, selector)
    assumed = app.assume(None)
    percent = nearly_full or app.config.nearly_full
    on_purpose = _full_on_purpose(app)

    def rows_by(release: Release, faulty: frozenset[str] = frozenset()) -> list[PoolRow]:
        return pool_rows(pools, release, faulty, percent, consumers, on_purpose)

    every = rows_by(assumed.release)
    if not all(map(is_plain, pools)) or any(PoolState.OVERLAP in row.states for row in every):
        assumed, faulty = _errors(app, listed)
        every = rows_by(assumed.release, faulty)
    rows = [row for row in every if row.pool.name in chosen]
    rows.sort(key=_SORTS[key], reverse=key != sort_by)
    missing = [name for name in names if all(name != each.name for each in pools)]
    code, notes = (ExitCode.YES, ()) if limit is None else _judge(rows, limit)

    def lines(*, wide: bool) -> list[Line]:
        width = app.presenter.columns if app.presenter.terminal else None
        header = not no_headers
        return list_lines(rows, app.now(), wide=wide, width=width, header=header) if rows else []

    return Result(
        code=worst(code, ExitCode.NO if missing else ExitCode.YES),
        document=lambda: pool_list_document(rows, assumed, consumers),
        lines=lambda: lines(wide=False),
        wide=lambda: lines(wide=True),
        names=lambda: [each.pool.name for each in rows],
        ranges=lambda: [text for each in rows for text in each.pool.texts],
        objects=lambda: [exported(each.pool) for each in rows],
        rows=lambda: rows,
        notes=(*(error(f"pool {name} not found") for name in missing), *notes),
        remarks=() if rows or missing else (info("no ExternalIPPools found"),),
    )


def _read(app: AppContext) -> "tuple[PoolList, KnownConsumers]":
    """The pools and, at the same time, the Egresses and Services that could be read."""
    kinds = (Kind.EGRESS, Kind.SERVICE)
    listed, around = app.live_with(kinds, with_release=False)
    known: dict[Kind, tuple[Any, ...]] = {}
    for kind in kinds:
        read = around[kind]
        if isinstance(read, Known):
            known[kind] = read.value
        elif read.reason is Why.NOT_SERVED:
            known[kind] = ()
        elif app.options.verbose:
            app.presenter.note(info(f"{unread_text(read)}; USED is that of the status"))
    found = holders(
        {each.name: each for each in listed.pools},
        known.get(Kind.EGRESS, ()),
        known.get(Kind.SERVICE, ()),
        app.assume(None).release,
    )
    return listed, KnownConsumers(frozenset(known), found)


def _full_on_purpose(app: AppContext) -> frozenset[str]:
    """The names of the pools for which EIP411 is accepted by the configuration."""
    if not app.config.accepted:
        return frozenset()
    from ippoolctl.domain.lint.acceptance import accepted_pools
    from ippoolctl.domain.lint.rules.eip411_full import RULE

    return accepted_pools(app.config.accepted, RULE.id, app.now().date())


def _judge(rows: Sequence[PoolRow], limit: int) -> tuple[ExitCode, tuple[Note, ...]]:
    """The exit code of ``--fail-above``, and the pools that are fuller or cannot be judged."""
    full = [each for each in rows if fuller(each, limit)]
    unknown = [each for each in rows if each.used is None and not each.full_on_purpose]
    notes = (
        *(error(fuller_text(each, limit)) for each in full),
        *(error(unknown_use_text(each)) for each in unknown),
    )
    code = ExitCode.UNKNOWN if unknown else ExitCode.NO if full else ExitCode.YES
    return code, notes


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
