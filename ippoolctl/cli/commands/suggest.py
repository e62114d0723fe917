"""Suggest free ranges of a given size in the networks of --within, lowest addresses first. The
existing pools are those of the cluster or of PATH (both with --live). All their addresses count as
taken, including addresses that Antrea never assigns. The result is a CIDR if one has exactly the
requested size, otherwise START-END; -o cidrs always prints a CIDR, which can be larger. The exit
code is 1 if there is no free range.

\b
Examples:
  ippoolctl suggest --ips 14 --within 10.0.0.0/16
  ippoolctl suggest --ips 14 --within 10.0.0.0/16 manifests/
  ippoolctl suggest --prefix 120 --within fd00::/64 --count 3 pools.yaml
"""

from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import Files, Live, Paths, Recursive, parse_ranges
from ippoolctl.cli.options.sizes import Exclude, Ips, Prefix, Within, parse_size, parse_within
from ippoolctl.cli.result import Result
from ippoolctl.domain.space.suggest import MAX_CANDIDATES, suggest, taken_by
from ippoolctl.errors import ExitCode
from ippoolctl.render.documents.suggestion_list import suggestion_document
from ippoolctl.render.notes import warning
from ippoolctl.render.text.suggest import suggestion_lines

Count = Annotated[
    int,
    typer.Option(
        "--count", metavar="N", min=1, max=MAX_CANDIDATES, help="Number of disjoint ranges"
    ),
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    ips: Ips = None,
    prefix: Prefix = None,
    within: Within = None,
    exclude: Exclude = None,
    count: Count = 1,
    live: Live = False,
) -> Result:
    """Suggest ranges."""
    app: AppContext = context.obj
    block = parse_size(ips, prefix, cidr=app.presenter.format.cidrs)
    networks = parse_within(split_values(within), app.config.supernets)
    excluded = parse_ranges([*split_values(exclude), *app.config.exclude])
    app.require_path(paths, filename)
    manifests = app.complete(paths, filename, recursive=recursive)
    asked_files = bool(paths or filename)
    pools = [*manifests.pools, *(app.live().pools if live or not asked_files else ())]
    taken = [span for pool in pools for span in taken_by(pool)]
    found = suggest(block, networks, [*taken, *(each.span for each in excluded)], count)
    missing = warning(f"found {len(found)} of {count} free ranges")
    return Result(
        code=ExitCode.YES if len(found) == count else ExitCode.NO,
        document=lambda: suggestion_document(found, manifests.problems),
        lines=lambda: suggestion_lines(found),
        ranges=lambda: [each.spelling.text for each in found],
        notes=() if len(found) == count else (missing,),
    )
