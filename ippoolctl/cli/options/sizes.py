"""The size of a free range, and the networks to search for it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    complete_from,
    require_one_of,
)
from ippoolctl.cli.options.pools import parse_ranges
from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.errors import InputError, UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.space.free_ranges import Block
    from ippoolctl.domain.space.search import Search

RANDOM: Final = "random"
STRATEGIES: Final = (RANDOM, "first")
MAX_COUNT: Final = 1_000
"""The most pools, or suggestions, of one command."""
SEVERAL_RANGES: Final = "use several ranges: --count {count} --ips {ips}"
SEVERAL_POOLS: Final = "use several pools, NAME-1 to NAME-{count}: --count {count} --ips {ips}"
SEVERAL_APPENDS: Final = (
    "append several ranges: use --ips {ips} in {count} commands, each with another --request-id"
)
"""What to do instead of one range that is too large, by command."""

Ips = Annotated[
    int | None,
    typer.Option("--ips", metavar="N", min=1, help="Find a free range with N usable addresses"),
]
Prefix = Annotated[
    int | None,
    typer.Option(
        "--prefix", metavar="LENGTH", min=1, max=128, help="Find a free CIDR of this prefix length"
    ),
]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--within",
        metavar="CIDR",
        envvar=f"{ENVIRONMENT_PREFIX}WITHIN",
        help="Network to search; can be repeated or comma-separated",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="RANGE",
        envvar=f"{ENVIRONMENT_PREFIX}EXCLUDE",
        help="CIDR or START-END to avoid; can be repeated or comma-separated",
    ),
]
ExcludeFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude-from",
        metavar="FILE",
        help="File with ranges to avoid, one or more per line, # begins a comment; - for standard"
        " input; can be repeated",
    ),
]
Strategy = Annotated[
    str,
    typer.Option(
        "--strategy",
        metavar="ORDER",
        autocompletion=complete_from(*STRATEGIES),
        help="Free range to try: random (of the 1000 lowest) or first (lowest)",
    ),
]
Count = Annotated[
    int | None,
    typer.Option(
        "--count", metavar="N", min=1, max=MAX_COUNT, help="Create N pools, NAME-1 to NAME-N"
    ),
]


def parse_size(
    ips: int | None,
    prefix: int | None,
    several: str,
    *,
    count: int | None = None,
    cidr: bool = False,
) -> "Block":
    """The size. Raises :class:`UsageError` unless exactly one of the two is given, and for more
    addresses than a range can have: ``several`` is the hint then, and ``count`` how many ranges are
    wanted.
    """
    from ippoolctl.domain.antrea.capacity import MAX_WINDOW
    from ippoolctl.domain.space.free_ranges import Block

    if (ips is None) == (prefix is None):
        raise UsageError(
            "exactly one of --ips and --prefix is required", "use --ips N or --prefix LENGTH"
        )
    if ips is not None and ips > MAX_WINDOW:
        parts = -(-ips // MAX_WINDOW)
        hint = several.format(count=parts * (count or 1), ips=-(-ips // parts))
        raise UsageError(
            f"--ips {ips} is too large: Antrea caps a range at {MAX_WINDOW:,} addresses",
            hint if parts * (count or 1) <= MAX_COUNT else "use fewer addresses",
        )
    return Block(ips=ips or 0, prefix=prefix or 0, cidr=cidr)


def parse_within(
    within: Sequence[str], supernets: Sequence[str], *, required: bool = True
) -> list[Network]:
    """The networks to search: those of ``--within``, or the ``supernets`` of the configuration.

    Raises :class:`UsageError` if there are none and they are ``required``, and :class:`InputError`
    for one that cannot be read.
    """
    texts = within or supernets
    if not texts and required:
        raise UsageError(
            "no network to search", "use --within CIDR, or set supernets in .ippoolctl.yaml"
        )
    networks = []
    for text in texts:
        network = parse_prefix(text.strip())
        if network is None:
            raise InputError(
                f"invalid CIDR: {text!r}", "use a CIDR, such as 10.0.0.0/16 or fd00::/64"
            )
        networks.append(network)
    return networks


def parse_search(
    block: "Block", networks: Sequence[Network], exclude: Iterable[str], strategy: str
) -> "Search":
    """Which ranges satisfy a request for a size, and the order to try them in.

    Raises :class:`UsageError` for an unknown strategy, and :class:`InputError` for a size that no
    range can have.
    """
    from ippoolctl.domain.space.free_ranges import check_size
    from ippoolctl.domain.space.search import Search, SearchStrategy

    require_one_of(strategy, STRATEGIES, f"--strategy {strategy}")
    check_size(block, networks)
    excluded = tuple(each.span for each in parse_ranges(exclude))
    return Search(block, tuple(networks), excluded, strategy=SearchStrategy(strategy))
