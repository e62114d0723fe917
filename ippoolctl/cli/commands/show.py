"""Show one pool: its state; each range with its addresses, the window of those that Antrea can
assign, the reserved and the free ones, and a map; who has which address, and on which Node; the
Egresses and Services that wait for an address, with the reason; and all findings of check about it.
The pools are those of the cluster, or of -f (both with --live: as if the files were applied). The
Node of a Service is unknown: only the antrea-agents have it. The exit code is 1 if the pool does
not exist.

\b
Examples:
  ippoolctl show edge
  ippoolctl show edge -o json
  ippoolctl show edge -f exported.yaml
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_complete_input
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.pools import (
    LIST_HINT,
    Files,
    Live,
    Recursive,
    not_found_hint,
    parse_pool_name,
)
from ippoolctl.cli.pool_names import PoolName
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.listing import PoolRow, pool_rows
from ippoolctl.domain.space.lookup.pool_details import pool_details
from ippoolctl.domain.space.reserved import KINDS
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import NotFoundError
from ippoolctl.render.notes import warning
from ippoolctl.render.sentences.unfinished import unfinished_hint, unfinished_notes
from ippoolctl.render.sentences.unread import unread_texts

if TYPE_CHECKING:
    from ippoolctl.cli.inputs.inventory import Inventory


def run(
    context: typer.Context,
    name: PoolName,
    filename: Files = None,
    recursive: Recursive = False,
    live: Live = False,
    nearly_full: NearlyFull = None,
) -> Result:
    """Show the pool."""
    # The shell imports this file to complete a name: what only a run needs is imported by it.
    from ippoolctl.cli.inputs.inventory import read_inventory
    from ippoolctl.cli.linting.judge import Judge
    from ippoolctl.domain.lint.rules import RULES
    from ippoolctl.domain.lint.surroundings import kinds_needed
    from ippoolctl.render.documents.space.pool_details import pool_details_document
    from ippoolctl.render.text.check import skipped_notes
    from ippoolctl.render.text.space.show import show_lines

    app: AppContext = context.obj
    name = parse_pool_name(name)
    from_cluster = live or not filename
    manifests = read_complete_input(app, None, filename, recursive=recursive)
    known = read_inventory(app, manifests, kinds_needed(RULES), live=from_cluster)
    unfinished = known.unfinished_runs(name)
    where = LIST_HINT if from_cluster else "check the files of -f"
    pool = _pool(name, known.pools, where, unfinished_hint(unfinished))
    percent = nearly_full or app.config.nearly_full
    judged = Judge(
        app=app,
        rules=RULES,
        networks=GivenNetworks(),
        nearly_full=percent,
        there=known.there,
        around=known.around,
        from_cluster=from_cluster,
        only=name,
    ).judge(manifests)
    row, consumers = _row(app, known, pool, percent), known.consumers
    details = pool_details(pool, consumers.found, consumers_known=consumers.is_complete)
    unread = known.unread(KINDS)
    told = f"{unread_texts(unread)}; holders and findings can be missing"
    return Result(
        document=lambda: pool_details_document(
            row, known.release, consumers, details, judged.report.findings, judged.places, unread
        ),
        lines=lambda: show_lines(
            row,
            details,
            known.space(),
            app.now(),
            judged.report,
            columns=app.presenter.columns,
            unicode=app.presenter.unicode,
        ),
        names=lambda: [name],
        ranges=lambda: pool.texts,
        objects=lambda: [exported(pool) if pool.live else write_pool(pool)],
        notes=(*([warning(told)] if unread else []), *unfinished_notes(unfinished)),
        remarks=tuple(skipped_notes(judged.report)) if app.options.verbose else (),
    )


def _pool(name: str, pools: Sequence[Pool], where: str, unfinished: str) -> Pool:
    """The pool of that name. Raises :class:`NotFoundError`; ``where`` is a hint to find it,
    ``unfinished`` one about a run that replaces it, empty without one.
    """
    for each in pools:
        if each.name == name:
            return each
    hint = unfinished or not_found_hint(name, [each.name for each in pools], where)
    raise NotFoundError(f"pool {name} not found", hint)


def _row(app: AppContext, known: "Inventory", pool: Pool, nearly_full: int) -> PoolRow:
    """The pool with its numbers and states, as a list shows it."""
    from ippoolctl.domain.lint.facts import facts_after_apply
    from ippoolctl.domain.lint.rules import Group, in_group
    from ippoolctl.domain.lint.runner import lint

    # A list reads nothing but the pools for its states: a consumer is no hazard of its pool.
    release = known.release.release
    now = parse_timestamp(known.there.date) if known.there else None
    alone = facts_after_apply((), known.pools, now, release)
    errors = in_group(Group.ERRORS)
    faulty = lint(alone, errors, app.config.accepted, app.now().date()).faulty
    rows = pool_rows(known.pools, release, faulty, nearly_full, known.consumers)
    return next(each for each in rows if each.pool is pool)
