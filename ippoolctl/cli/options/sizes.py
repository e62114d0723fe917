"""What size of range is asked for on a command line, and where to look for it."""

from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.ranges import typed_networks, typed_spans
from ippoolctl.cli.options.shared import listed, require_known
from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.space.suggest import Block, suggest
from ippoolctl.errors import UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.space.search import Search

RANDOM = "random"
STRATEGIES = (RANDOM, "first")
"""The words of :class:`ippoolctl.domain.space.search.Strategy`, which not every start needs."""


def typed_block(ips: int | None, prefix: int | None, *, cidr: bool = False) -> Block:
    """The size. Raises :class:`UsageError` unless just one of the two is given."""
    if (ips is None) == (prefix is None):
        raise UsageError(
            "the size is missing or given twice", "add either --ips N or --prefix LENGTH"
        )
    return Block(ips=ips or 0, prefix=prefix or 0, cidr=cidr)


def searched_networks(app: AppContext, within: list[str] | None) -> list[Network]:
    """The networks that are named, or those of the configuration.

    Raises :class:`UsageError` if there are none.
    """
    networks = typed_networks(listed(within) or app.config.supernets)
    if not networks:
        raise UsageError(
            "no network to look in", "add --within CIDR, or supernets to .ippoolctl.yaml"
        )
    return networks


def typed_search(
    app: AppContext, block: Block, within: list[str] | None, exclude: list[str] | None, order: str
) -> "Search":
    """All that says which ranges will do.

    Raises :class:`UsageError`, and :class:`~ippoolctl.errors.InputError` for a size that no range
    can have.
    """
    from ippoolctl.domain.space.search import Search, Strategy

    require_known(order, STRATEGIES, f"--strategy {order}")
    networks = searched_networks(app, within)
    suggest(block, networks, (), 0)  # says what is wrong with the size
    excluded = typed_spans([*listed(exclude), *app.config.exclude])
    return Search(block, tuple(networks), tuple(excluded), Strategy(order))
