"""Suggest free ranges of a given size in the networks of --within, lowest addresses first. The
existing pools are those of the cluster or of PATH (both with --live). All their addresses count as
taken, including addresses that Antrea never assigns, and so do their gateways, the addresses of
Nodes, Pod and Service CIDRs, static Egress addresses, external addresses of Services, pools of
MetalLB and IPPools, as far as they can be read. The result is a CIDR if one has exactly the
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
from ippoolctl.cli.surroundings import read_reserved
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.reserved import Reserved, shortage
from ippoolctl.domain.space.suggest import MAX_CANDIDATES, suggest, taken_by
from ippoolctl.errors import ExitCode
from ippoolctl.render.documents.suggestion_list import suggestion_document
from ippoolctl.render.notes import warning
from ippoolctl.render.sentences.space import shortage_text
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
    from_cluster = live or not asked_files
    pools = [*manifests.pools, *(app.live().pools if from_cluster else ())]
    held = read_reserved(app, manifests, live=from_cluster)
    taken = [Reserved(span, pool.name) for pool in pools for span in taken_by(pool)]
    avoided = [each.span for each in excluded]
    everything = [*avoided, *(each.span for each in (*taken, *held))]
    found = suggest(block, networks, everything, count)
    notes = []
    if len(found) < count:
        areas = [Span(each.first, each.last) for each in networks]
        why = shortage_text(shortage(areas, taken, held, avoided))
        notes.append(warning(f"found {len(found)} of {count} free ranges: {why}"))
    return Result(
        code=ExitCode.YES if len(found) == count else ExitCode.NO,
        document=lambda: suggestion_document(found, manifests.problems),
        lines=lambda: suggestion_lines(found),
        ranges=lambda: [each.spelling.text for each in found],
        notes=tuple(notes),
    )
