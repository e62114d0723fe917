"""Show one pool: what it can hand out range by range, its state, and everything that is wrong with
it or stands in its way. Exit code 1 if there is no such pool.

\b
Examples:
  ippoolctl show edge
  ippoolctl show edge -o json
"""

from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.pools import parse_pool_name
from ippoolctl.cli.pool_name_completion import offer_pool_names
from ippoolctl.domain.space.listing import pool_rows
from ippoolctl.errors import ExitCode, NotFoundError

FORMATS = ("table", "json", "yaml", "name", "manifest", "ranges")

Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the pool.", autocompletion=offer_pool_names),
]


def run(context: typer.Context, name: Name) -> ExitCode:
    """Show the pool."""
    app: AppContext = context.obj
    name = parse_pool_name(name)
    listed = app.live()
    pools = listed.pools
    pool = next((each for each in pools if each.name == name), None)
    if pool is None:
        from difflib import get_close_matches

        close = get_close_matches(name, [each.name for each in pools], n=1)
        hint = f"did you mean {close[0]}?" if close else "ippoolctl list shows all pools"
        raise NotFoundError(f"there is no pool {name}", hint)
    row = next(each for each in pool_rows(pools, app.release) if each.pool is pool)
    if app.emitter.format != "table":
        from ippoolctl.cli.commands.list import emit_rows

        emit_rows(app, [row], header=True)
        return ExitCode.YES
    from ippoolctl.domain.lint.inventory import Inventory
    from ippoolctl.domain.lint.rules import RULES
    from ippoolctl.domain.lint.runner import lint
    from ippoolctl.domain.timestamps import parse_timestamp
    from ippoolctl.render.text_check import finding_lines
    from ippoolctl.render.text_list import show_lines

    inventory = Inventory(pools, pools, parse_timestamp(listed.date))
    report = lint(inventory, RULES, app.release, app.config.accepted, app.now().date())
    about = report.about({id(pool)})
    app.emitter.lines(show_lines(row, app.now(), about.findings))
    app.emitter.lines(finding_lines(about, {}, {rule.id: rule.title for rule in RULES}))
    return ExitCode.YES
