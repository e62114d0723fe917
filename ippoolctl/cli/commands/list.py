"""List the pools of a cluster. USABLE is the number of addresses that Antrea can assign; it can
differ from TOTAL in kubectl. USED counts the addresses of Egresses and Services; without permission
to list both it is that of the status of the pool. STATE is ok or a list of: overlap, frozen (Antrea
denies every update), pending, claimed (ranges are being appended), terminating, no-status,
stale-status (a number in the status is wrong), hazard (check reports an error of the pool itself,
apart from Nodes, Services and Egresses), full, nearly-full. The exit code is 1 if a NAME does not
exist, or if a pool is more than --fail-above percent full.

With --watch the list follows the changes: a terminal is redrawn, other outputs get a line for each
pool that changes, a deleted one with the state deleted.

Several --context add a column CLUSTER; a cluster that cannot be read is an error (exit code 3), and
the pools of the others are still listed.

A pool that is full on purpose has the annotation ippoolctl/full=expected, or EIP411 is accepted for
it in the configuration.

\b
Examples:
  ippoolctl list
  ippoolctl list edge lab -o wide
  ippoolctl list -l team=net --sort-by free -o json
  ippoolctl list --watch
  ippoolctl list --fail-above 90%
  ippoolctl list --context prod --context lab
  ippoolctl list -o openmetrics
  ippoolctl list -o manifest > pools.yaml
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.capacity import FailAbove, NearlyFull, parse_fail_above
from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.options.pools import LIST_HINT, Selector, parse_pool_names
from ippoolctl.cli.pool_names import Selection, listed_names, not_found_notes
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.listing import KnownConsumers, PoolRow, deleted_row, fuller, pool_rows
from ippoolctl.domain.space.plain import are_plain
from ippoolctl.domain.surroundings.kind import CONSUMERS, Kind
from ippoolctl.domain.surroundings.known import Known
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import ExitCode, IppoolctlError, UsageError, worst
from ippoolctl.render.documents.envelope import Document
from ippoolctl.render.notes import Note, error, info
from ippoolctl.render.sentences.unread import unread_text
from ippoolctl.render.styles import Line
from ippoolctl.render.text.space.list import fuller_text, list_lines, unknown_use_text

if TYPE_CHECKING:
    from ippoolctl.cli.inputs.clusters import Cluster
    from ippoolctl.ports.gateway import PoolList

_SORTS: Final[dict[str, Callable[[PoolRow], Any]]] = {
    "name": attrgetter("cluster", "pool.name"),
    "age": lambda row: row.pool.live.created if row.pool.live else "",
    "usable": lambda row: -row.usable,
    "used": lambda row: -(row.used or 0),
    "free": lambda row: 1 if row.free is None else -row.free,
    "use": lambda row: 1 if row.percent is None else -row.percent,
    "waiting": lambda row: -sum(row.waiting.values()),
}

Names = Annotated[list[str] | None, listed_names("Names of the pools to list (default: all)")]
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
Watch = Annotated[
    bool,
    typer.Option(
        "-w",
        "--watch",
        help="Show the pools and each change until Ctrl-C; USED is that of the status",
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
    watch: Watch = False,
) -> Result:
    """List the pools."""
    app: AppContext = context.obj
    require_one_of(sort_by.removeprefix("-"), tuple(_SORTS), f"--sort-by {sort_by}")
    limit = None if fail_above is None else parse_fail_above(fail_above)
    names = parse_pool_names(names or (), optional=True)
    if watch and limit is not None:
        message = "--watch and --fail-above cannot be used together"
        raise UsageError(message, "remove one of the two")
    view = _View(
        app,
        names,
        Selection(app, names, selector),
        sort_by,
        nearly_full or app.config.nearly_full,
        limit,
        header=not no_headers,
    )
    if watch and len(app.options.contexts) > 1:
        message = "several --context and --watch cannot be used together"
        raise UsageError(message, "remove one of the two")
    if watch:
        from ippoolctl.cli.watching import watch_pools

        return watch_pools(app, lambda listed, deleted: view.result(listed, None, deleted))
    if len(app.options.contexts) <= 1:
        return view.result(*_read(app))
    from ippoolctl.cli.inputs.clusters import several_clusters

    with several_clusters(app) as clusters:
        return view.several(clusters, selector)


class _Listed(NamedTuple):
    """The pools of one cluster."""

    rows: list[PoolRow]
    """Those that are selected."""
    release: AssumedRelease
    pools: Sequence[Pool]
    consumers: KnownConsumers | None

    @property
    def is_complete(self) -> bool:
        """Whether all consumers are known."""
        return self.consumers is not None and self.consumers.is_complete


class _View(NamedTuple):
    """What the options ask for."""

    app: AppContext
    names: Sequence[str]
    selection: Selection
    sort_by: str
    nearly_full: int
    limit: int | None
    header: bool
    cluster: str = ""
    """The context, if it is one of several."""

    def result(
        self,
        listed: "PoolList",
        consumers: KnownConsumers | None,
        deleted: Sequence[Pool] = (),
    ) -> Result:
        """The selected ones of these pools, and of those that a watch has seen go."""
        return self._result([self.of_one(listed, consumers, deleted)])

    def several(self, clusters: "Sequence[Cluster]", selector: str | None) -> Result:
        """The selected pools of these clusters; one that cannot be read hides no others."""
        from ippoolctl.cli.inputs.clusters import at_once
        from ippoolctl.render.documents.shape import group_document

        def read(app: AppContext) -> _Listed:
            name = app.options.context or ""
            selected = Selection(app, self.names, selector)
            view = self._replace(app=app, selection=selected, cluster=name)
            return view.of_one(*_read(app))

        found, groups, unread = [], [], []
        for (name, _), each in zip(clusters, at_once(clusters, read), strict=True):
            if isinstance(each, IppoolctlError):
                groups.append(group_document("cluster", name, None, (), each))
                unread.append(error(f"cluster {name}: {each.message}", each.hint))
            else:
                groups.append(group_document("cluster", name, each.release, each.pools, None))
                found.append(each)
        return self._result(found, groups, unread)

    def of_one(
        self,
        listed: "PoolList",
        consumers: KnownConsumers | None,
        deleted: Sequence[Pool] = (),
    ) -> _Listed:
        """The selected pools of one cluster, and of those that a watch has seen go."""
        every, assumed = self._judged(listed, consumers)
        chosen = self.selection.of(listed.pools, deleted)
        rows = [row for row in (*every, *map(deleted_row, deleted)) if row.pool.name in chosen]
        if self.cluster:
            rows = [row._replace(cluster=self.cluster) for row in rows]
        return _Listed(rows, assumed, listed.pools, consumers)

    def _result(
        self,
        found: Sequence[_Listed],
        groups: Sequence[Document] = (),
        unread: Sequence[Note] = (),
    ) -> Result:
        rows = [row for each in found for row in each.rows]
        key = self.sort_by.removeprefix("-")
        rows.sort(key=_SORTS[key], reverse=key != self.sort_by)
        present = {pool.name for each in found for pool in each.pools}
        missing = [name for name in self.names if name not in present] if found else []
        absent = not_found_notes(missing, present, "" if groups else LIST_HINT)
        code, notes = (ExitCode.YES, ()) if self.limit is None else _judge(rows, self.limit)
        release = found[0].release if found else self.app.assume(None)
        some = min(found, key=lambda each: each.is_complete, default=None)
        consumers = some and some.consumers

        def document() -> Document:
            from ippoolctl.render.documents.space.pool_list import pool_list_document

            return pool_list_document(rows, release, consumers, groups)

        def objects() -> list[dict[str, Any]]:
            from ippoolctl.crd.created_object import exported

            return [exported(each.pool) for each in rows]

        return Result(
            code=worst(
                code,
                ExitCode.NO if missing else ExitCode.YES,
                ExitCode.UNKNOWN if unread else ExitCode.YES,
            ),
            document=document,
            lines=lambda: self._lines(rows, wide=False),
            wide=lambda: self._lines(rows, wide=True),
            names=lambda: [each.pool.name for each in rows],
            ranges=lambda: [text for each in rows for text in each.pool.texts],
            objects=objects,
            rows=lambda: rows,
            notes=(*unread, *absent, *notes),
            remarks=() if rows or missing or not found else (info("no ExternalIPPools found"),),
        )

    def _judged(
        self, listed: "PoolList", consumers: KnownConsumers | None
    ) -> tuple[list[PoolRow], AssumedRelease]:
        """All pools with their states, and the release whose rules apply."""
        pools, on_purpose = listed.pools, self._full_on_purpose
        if self.cluster and f"{self.cluster}/*" in on_purpose:
            on_purpose = frozenset(each.name for each in pools)

        plain = are_plain(pools)
        assumed, faulty = (self.app.assume(None), frozenset()) if plain else self._errors(listed)
        every = pool_rows(
            pools,
            assumed.release,
            faulty,
            self.nearly_full,
            consumers,
            on_purpose,
            disjoint=plain,
        )
        return every, assumed

    def _errors(self, listed: "PoolList") -> tuple[AssumedRelease, frozenset[str]]:
        """The release whose rules apply, and the names of the pools that an error is about."""
        from ippoolctl.domain.lint.facts import facts_after_apply
        from ippoolctl.domain.lint.finding import GroupKind, PoolGroup
        from ippoolctl.domain.lint.rules import Group, in_group
        from ippoolctl.domain.lint.runner import lint

        def faulty(release: Release) -> frozenset[str]:
            facts = facts_after_apply((), listed.pools, parse_timestamp(listed.date), release)
            report = lint(facts, in_group(Group.ERRORS))
            if self.cluster:
                report = report.within(PoolGroup(GroupKind.CLUSTER, self.cluster))
            return report.accepting(self.app.config.accepted, self.app.now().date()).faulty

        assumed = self.app.assume(None)
        found = faulty(assumed.release)
        if not found:
            # Pools without errors are alike for all releases: most lists do not ask for it.
            return assumed, found
        return self.app.live_release, faulty(self.app.live_release.release)

    @property
    def _full_on_purpose(self) -> frozenset[str]:
        """The names of the pools for which EIP411 is accepted by the configuration."""
        if not self.app.config.accepted:
            return frozenset()
        from ippoolctl.domain.lint.acceptance import accepted_pools
        from ippoolctl.domain.lint.rules.eip411_full import RULE

        names = accepted_pools(self.app.config.accepted, RULE.id, self.app.now().date())
        own = f"{self.cluster}/" if self.cluster else ""
        return names | {each.removeprefix(own) for each in names}

    def _lines(self, rows: Sequence[PoolRow], *, wide: bool) -> Sequence[Line]:
        if not rows:
            return []
        width = self.app.presenter.columns if self.app.presenter.terminal else None
        return list_lines(rows, self.app.now(), wide=wide, width=width, header=self.header)


def _read(app: AppContext) -> "tuple[PoolList, KnownConsumers]":
    """The pools and, at the same time, the Egresses and Services that could be read."""
    listed, around = app.live_with(CONSUMERS, with_release=False)
    known: dict[Kind, tuple[Any, ...]] = {}
    for kind in CONSUMERS:
        read = around[kind]
        if isinstance(read, Known):
            known[kind] = read.value
        elif not read.hides_objects:
            known[kind] = ()
        elif app.options.verbose:
            app.presenter.note(info(f"{unread_text(read)}; USED is that of the status"))
    found = holders(
        {each.name: each for each in listed.pools},
        known.get(Kind.EGRESS, ()),
        known.get(Kind.SERVICE, ()),
        app.release,
    )
    return listed, KnownConsumers(frozenset(known), found)


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
