"""Draw the address space: a bar for each network with one for each of its pools below, or for each
pool by itself. The networks are those of --within, else the supernets of the configuration, else
the subnets of the pools (subnetInfo); pools outside of them follow. The pools are those of the
cluster or of the files (both with --live).

\b
Each character stands for the same number of addresses and shows the first
state that applies:
  overlapping  two pools or more have an address
  used         an Egress or a Service has one; the height is the used share
  held         a pool has one that is not in use
  reserved     Nodes, Pod and Service CIDRs, other pools, gateways,
               exclusions, special space; in a pool what Antrea never assigns
  free         no object has any of them

\b
Examples:
  ippoolctl map
  ippoolctl map --within 10.0.0.0/16
  ippoolctl map edge lab
  ippoolctl map -f manifests/ --within fd00::/48
  ippoolctl map -f manifests/ -o svg > map.svg
  ippoolctl map -o html > map.html
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.inventory import read_inventory
from ippoolctl.cli.inputs.manifests import read_complete_input, require_path
from ippoolctl.cli.options.declaration import ENVIRONMENT_PREFIX, split_values
from ippoolctl.cli.options.pools import (
    LIST_HINT,
    Files,
    Live,
    Recursive,
    parse_pool_names,
    parse_ranges,
)
from ippoolctl.cli.options.sizes import parse_within
from ippoolctl.cli.pool_names import listed_names, not_found_notes
from ippoolctl.cli.result import Result
from ippoolctl.domain.space.charts import SpaceMap, charts
from ippoolctl.domain.space.reserved import KINDS
from ippoolctl.domain.space.subnets import pool_subnets
from ippoolctl.errors import ExitCode
from ippoolctl.render.documents.space.space_map import map_document
from ippoolctl.render.notes import info, warning
from ippoolctl.render.sentences.unread import unread_texts
from ippoolctl.render.text.space.map import map_lines

if TYPE_CHECKING:
    from ippoolctl.render.drawing.map_page import MapPage

Names = Annotated[list[str] | None, listed_names("Names of the pools to draw (default: all)")]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--within",
        metavar="CIDR",
        envvar=f"{ENVIRONMENT_PREFIX}WITHIN",
        help="Network to draw; can be repeated or comma-separated",
    ),
]


def run(
    context: typer.Context,
    names: Names = None,
    filename: Files = None,
    recursive: Recursive = False,
    within: Within = None,
    live: Live = False,
) -> Result:
    """Draw the map."""
    app: AppContext = context.obj
    names = parse_pool_names(names or (), optional=True)
    given = split_values(within)
    supernets = () if names else app.config.supernets
    networks = parse_within(given, supernets, required=False)
    require_path(filename)
    manifests = read_complete_input(app, None, filename, recursive=recursive)
    inventory = read_inventory(app, manifests, KINDS, live=live or not filename)
    pools = inventory.pools
    chosen = [each for each in pools if not names or each.name in names]
    missing = [name for name in names if all(name != each.name for each in pools)]

    if not networks and not names:
        networks = [each.network for each in pool_subnets(pools)]
    rows = charts(chosen, networks, outside=not given)
    excluded = [each.span for each in parse_ranges(app.config.exclude)]
    shown = SpaceMap(tuple(rows), inventory.space(excluded))

    def page() -> "MapPage":
        from ippoolctl.cli.linting.map_page import read_page

        return read_page(app, inventory, manifests, shown, names)

    unread = unread_texts(inventory.unread(KINDS))
    incomplete = (warning(f"{unread}; used and reserved addresses can be missing"),)
    where = "check the files of -f" if filename and not live else LIST_HINT
    absent = not_found_notes(missing, [each.name for each in pools], where)
    nothing = () if rows or missing else (info("no ExternalIPPools found"),)
    return Result(
        code=ExitCode.NO if missing else ExitCode.YES,
        document=lambda: map_document(shown, manifests.problems),
        lines=lambda: map_lines(shown, app.presenter.columns, unicode=app.presenter.unicode),
        space_map=lambda: shown,
        map_page=page,
        notes=(*absent, *(incomplete if unread else ())),
        remarks=nothing,
    )
