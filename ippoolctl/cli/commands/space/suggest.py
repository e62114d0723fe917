"""Suggest free ranges of a given size in the networks of --within, else in the supernets of the
configuration, else in the subnet of the pool of --near or next to its ranges, else in the subnets
of the pools (subnetInfo). Networks of both families get --count ranges of each family. Each range
comes with its reason and with the free addresses directly after it: ranges can be appended to a
pool later, but never grow.

The existing pools are those of the cluster or of PATH (both with --live). All their addresses and
claims count as taken, including addresses that Antrea never assigns, and so do their gateways, the
addresses of Nodes, Pod and Service CIDRs, static Egress addresses, external addresses of Services,
pools of MetalLB and IPPools, as far as they can be read, and special addresses.

For --ips, the result is a CIDR if one has exactly that many usable addresses, otherwise START-END;
-o cidrs always prints a CIDR, which can be larger. -o manifest prints pools for kubectl apply. The
exit code is 1 if there is no free range; the largest one is printed then.

\b
Strategies:
  best    the smallest free block that fits, so that large ones remain
  first   the lowest addresses
  last    the highest addresses
  random  any; the same for the same --seed
  sparse  the middle of the largest gap, for IPv6

\b
Examples:
  ippoolctl suggest --ips 14 --within 10.0.0.0/16
  ippoolctl suggest --ips 14 --within 10.0.0.0/16 manifests/
  ippoolctl suggest --prefix 120 --within fd00::/64 --count 3 pools.yaml
  ippoolctl suggest --ips 6 --near edge -o manifest | kubectl apply -f -
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Any

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.own_networks import own_networks
from ippoolctl.cli.inputs.taken_space import TakenSpace, excluded_spans, read_taken_space
from ippoolctl.cli.options.declaration import complete_from, require_one_of, split_values
from ippoolctl.cli.options.pools import (
    Files,
    Live,
    Paths,
    Recursive,
    parse_pool_name,
    pool_document,
)
from ippoolctl.cli.options.sizes import (
    MAX_COUNT,
    SEVERAL_RANGES,
    Exclude,
    ExcludeFrom,
    Ips,
    Prefix,
    Within,
    parse_size,
    parse_within,
)
from ippoolctl.cli.pool_names import offer_pool_names
from ippoolctl.cli.result import Result
from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.placement import placements
from ippoolctl.domain.space.placement_strategies import Order, PlacementStrategy
from ippoolctl.domain.space.reserved import shortage
from ippoolctl.domain.space.taken import taken_in
from ippoolctl.errors import ExitCode, NotFoundError, UsageError
from ippoolctl.render.documents.space.suggestion_list import suggestion_document
from ippoolctl.render.notes import info, warning
from ippoolctl.render.sentences.space import left_out_text, short_text
from ippoolctl.render.text.space.suggest import suggestion_lines

STRATEGIES = tuple(each.value for each in PlacementStrategy)

Count = Annotated[
    int,
    typer.Option("--count", metavar="N", min=1, max=MAX_COUNT, help="Number of disjoint ranges"),
]
StrategyOption = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="STRATEGY",
        autocompletion=complete_from(*STRATEGIES),
        help=f"Which free range to take: {', '.join(STRATEGIES)} (default: best)",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", min=0, help="Seed of --strategy random"),
]
Near = Annotated[
    str | None,
    typer.Option(
        "--near",
        metavar="POOL|ADDRESS",
        autocompletion=offer_pool_names,
        help="Take the free range nearest to a pool or an address, after it if possible",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="Name of the pool for -o manifest; for several pools NAME-1, … (default: derived"
        " from the range)",
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
    exclude_from: ExcludeFrom = None,
    strategy: StrategyOption = None,
    seed: Seed = None,
    near: Near = None,
    count: Count = 1,
    name: Name = None,
    live: Live = False,
) -> Result:
    """Suggest ranges."""
    app: AppContext = context.obj
    block = parse_size(ips, prefix, SEVERAL_RANGES, count=count, cidr=app.presenter.format.cidrs)
    order = _order(strategy, seed, near)
    name = parse_pool_name(name) if name is not None else None
    networks = parse_within(split_values(within), app.config.supernets, required=False)
    excluded = excluded_spans(app, exclude, exclude_from)
    inventory = read_taken_space(app, paths, filename, exclude_from, recursive=recursive, live=live)
    if near is not None:
        order, named = _near(near, inventory)
        networks = networks or [one for each in named for one in own_networks(app, each, block)]

    space = inventory.space(networks, excluded)
    found = placements(block, space, order, count)
    short = [
        (each, shortage(each.space.areas, inventory.taken, inventory.reserved, excluded))
        for each in found
        if each.largest or len(each.placed) < count
    ]
    several = len(found) > 1
    families = {each.space.networks[0].width for each in found}
    left_out = {each.width for each in space.networks} - families
    spellings = [each.suggestion.spelling for one in found for each in one.placed]
    existing = {each.name for each in inventory.pools}
    names = _names(spellings, name, existing)
    known = [each for each in names if each in existing]
    return Result(
        code=ExitCode.NO if short else ExitCode.YES,
        document=lambda: suggestion_document(found, short, order, inventory.problems),
        lines=lambda: suggestion_lines(found, order),
        ranges=lambda: [each.text for each in spellings],
        objects=lambda: _manifests(spellings, names),
        notes=(
            *(warning(short_text(placement, why, family=several)) for placement, why in short),
            *(warning(f"pool {each} exists; use another --name") for each in known),
        ),
        remarks=tuple(info(left_out_text(each, block)) for each in sorted(left_out)),
    )


def _order(strategy: str | None, seed: int | None, near: str | None) -> Order:
    """The order of free ranges. Raises :class:`UsageError` for options that exclude each other."""
    if strategy is not None:
        require_one_of(strategy, STRATEGIES, f"--strategy {strategy}")
        if near is not None:
            raise UsageError(
                "--near and --strategy cannot be used together", "remove one of the two"
            )
    chosen = PlacementStrategy(strategy or PlacementStrategy.BEST)
    if seed is None:
        from random import SystemRandom

        return Order(chosen, SystemRandom().randrange(1_000_000))
    if chosen is not PlacementStrategy.RANDOM:
        raise UsageError("--seed requires --strategy random", "use --strategy random")
    return Order(chosen, seed)


def _near(text: str, inventory: TakenSpace) -> tuple[Order, Sequence[Pool]]:
    """The nearest ranges first; the pool if it is one, which files and the cluster can both have.

    Raises :class:`NotFoundError` if there is no pool of that name.
    """
    address = parse_addr(text)
    if address is not None:
        return Order(near=(Span(address, address),), near_label=text), ()
    name = parse_pool_name(text)
    named = [each for each in inventory.pools if each.name == name]
    if not named:
        raise NotFoundError(f"pool {name} not found", "use the name of a pool, or an address")
    spans = [span for pool in named for span in taken_in(pool.ranges)]
    return Order(near=tuple(spans), near_label=f"pool {name}"), named


def _manifests(spellings: Sequence[Spelling], names: Iterable[str]) -> list[dict[str, Any]]:
    """A pool for every range."""
    return [
        pool_document(each, [write_range(spelling)])
        for each, spelling in zip(names, spellings, strict=True)
    ]


def _names(spellings: Sequence[Spelling], name: str | None, existing: Collection[str]) -> list[str]:
    """A name for every range; a derived one is never that of an existing pool."""
    if name is not None:
        several = len(spellings) > 1
        return [f"{name}-{number + 1}" if several else name for number in range(len(spellings))]
    names: list[str] = []
    for each in spellings:
        derived = "pool-" + re.sub(r"[^0-9a-f]", "-", each.text).strip("-")
        found, number = derived, 1
        while found in existing or found in names:
            found = f"{derived}-new" if number == 1 else f"{derived}-new-{number}"
            number += 1
        names.append(found)
    return names
