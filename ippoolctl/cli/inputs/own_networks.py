"""The networks of one pool, to search for a range that extends it."""

from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.subnets import subnet_of
from ippoolctl.errors import UsageError
from ippoolctl.render.notes import info

if TYPE_CHECKING:
    from ippoolctl.domain.space.free_ranges import Block


def own_networks(app: AppContext, pool: Pool, size: "Block") -> list[Network]:
    """The subnet of the pool, or else the networks around its ranges with room for the size.

    Raises :class:`UsageError` if there are none.
    """
    from ippoolctl.domain.space.search import networks_beside, networks_text
    from ippoolctl.domain.space.taken import taken_in

    subnet = subnet_of(pool)
    if subnet is not None:
        return [subnet.network]
    found = list(networks_beside(taken_in(pool.ranges), size))
    if not found:
        raise UsageError(
            f"no network to search: pool {pool.name} has no subnetInfo, and no range with room"
            " for this size next to it",
            "use --within CIDR, or set supernets in .ippoolctl.yaml",
        )
    note = f"searching next to the ranges of pool {pool.name}, in {networks_text(found)}"
    app.presenter.note(info(f"{note}; use --within to search elsewhere"))
    return found
