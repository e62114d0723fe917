"""List the free addresses in the networks of --within, else in the supernets of the configuration,
else in the subnets of the pools (subnetInfo): every gap with its size, the total, and the largest
gap. The exit code is 1 if nothing is free.

The existing pools are those of the cluster or of PATH (both with --live). What is taken is the same
as for suggest: all addresses and claims of pools, also those that Antrea never assigns, their
gateways, the addresses of Nodes, Pod and Service CIDRs, static Egress addresses, external addresses
of Services, pools of MetalLB and IPPools, as far as they can be read, and special addresses. The
first and the last address of a network count as free: a CIDR may begin or end there.

-o ranges prints START-END, -o cidrs the fewest CIDRs with exactly the free addresses.

\b
Examples:
  ippoolctl free
  ippoolctl free --within 10.0.0.0/16 -o cidrs
  ippoolctl free --within fd00::/48 -f manifests/ --live
  ippoolctl free --within 10.0.0.0/16 --exclude-from printers.txt
"""

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.taken_space import excluded_spans, read_taken_space
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import Files, Live, Paths, Recursive
from ippoolctl.cli.options.sizes import Exclude, ExcludeFrom, Within, parse_within
from ippoolctl.cli.result import Result
from ippoolctl.domain.addresses.numbers import address_text, network_text
from ippoolctl.domain.space.free_space import minimal_cover
from ippoolctl.errors import ExitCode
from ippoolctl.render.documents.space.free_space import free_space_document
from ippoolctl.render.text.space.free import free_lines


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    within: Within = None,
    exclude: Exclude = None,
    exclude_from: ExcludeFrom = None,
    live: Live = False,
) -> Result:
    """List what is free."""
    app: AppContext = context.obj
    networks = parse_within(split_values(within), app.config.supernets, required=False)
    excluded = excluded_spans(app, exclude, exclude_from)
    inventory = read_taken_space(app, paths, filename, exclude_from, recursive=recursive, live=live)
    space = inventory.space(networks, excluded)

    def ranges() -> list[str]:
        if app.presenter.format.cidrs:
            return [network_text(each) for each in minimal_cover(space.gaps)]
        return [f"{address_text(gap.first)}-{address_text(gap.last)}" for gap in space.gaps]

    return Result(
        code=ExitCode.YES if space.gaps else ExitCode.NO,
        document=lambda: free_space_document(space, inventory.problems),
        lines=lambda: free_lines(space),
        ranges=ranges,
    )
