"""Show one pool: its ranges with usable addresses, its state, and all findings. The exit code is 1
if the pool does not exist.

\b
Examples:
  ippoolctl show edge
  ippoolctl show edge -o json
"""

from difflib import get_close_matches

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.pools import parse_pool_name
from ippoolctl.cli.pool_names import PoolName
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.lint.catalogue import RULES
from ippoolctl.domain.lint.fact import Known
from ippoolctl.domain.lint.facts import NEARLY_FULL, Facts, cluster_facts
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.lint.surroundings import release_in
from ippoolctl.domain.space.listing import pool_rows
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.errors import NotFoundError
from ippoolctl.render.documents.pool_list import pool_list_document
from ippoolctl.render.styles import Line
from ippoolctl.render.text.show import show_lines


def run(context: typer.Context, name: PoolName, nearly_full: NearlyFull = None) -> Result:
    """Show the pool."""
    app: AppContext = context.obj
    name = parse_pool_name(name)
    listed, objects = app.live_with(())
    pool = next((each for each in listed.pools if each.name == name), None)
    if pool is None:
        close = get_close_matches(name, [each.name for each in listed.pools], n=1)
        hint = f"did you mean {close[0]}?" if close else "list all pools: ippoolctl list"
        raise NotFoundError(f"pool {name} not found", hint)
    percent = nearly_full or app.config.nearly_full
    others = {
        **cluster_facts(listed.pools, parse_timestamp(listed.date)),
        NEARLY_FULL: Known(percent),
    }
    assumed = app.assume(release_in(objects))
    facts = Facts(listed.pools, assumed.release, others)
    report = lint(facts, RULES, app.config.accepted, app.now().date())
    rows = pool_rows(listed.pools, assumed.release, report.faulty, percent)
    row = next(each for each in rows if each.pool is pool)

    def lines() -> list[Line]:
        return list(show_lines(row, app.now(), report.about({id(pool)})))

    return Result(
        document=lambda: pool_list_document([row], assumed),
        lines=lines,
        names=lambda: [name],
        ranges=lambda: pool.texts,
        objects=lambda: [exported(pool)],
    )
