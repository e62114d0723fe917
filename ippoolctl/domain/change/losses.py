"""Which consumers lose their address by a change of pools."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.change.diff import PoolDiff
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.reference import AddressField, Reference
from ippoolctl.domain.surroundings.service import Service
from ippoolctl.domain.surroundings.waiting import Hold, pool_requests


class LostAddress(NamedTuple):
    """A consumer, and the address that its pool has before a change and not after it."""

    by: Reference
    address: AddressField


Losses: TypeAlias = Mapping[str, tuple[LostAddress, ...]]
"""By the name of the pool."""


def lost_addresses(
    diffs: Iterable[PoolDiff], egresses: Iterable[Egress], services: Iterable[Service]
) -> Losses:
    """Those that lose their address, by the name of the pool, in the order of kind and name; a pool
    without any is missing.

    They have the address, or request it and no cluster has answered yet. That a pool has to be
    deleted and recreated for its change costs all of them their address for a while: that is not
    counted. Several objects of one name, live and written, count once.
    """
    changed = {each.name: each for each in diffs if each.can_lose}
    addresses: dict[str, tuple[PoolAddresses, PoolAddresses]] = {}
    found: dict[str, dict[tuple[str, int], LostAddress]] = defaultdict(dict)
    for request in pool_requests(egresses, services) if changed else ():
        each = changed.get(request.pool)
        if each is None or each.old is None:
            continue
        field = request.held or (request.requested if request.hold is Hold.UNKNOWN else None)
        if field is None:
            continue
        if each.name not in addresses:
            after = each.new.spellings if each.new else ()
            addresses[each.name] = PoolAddresses(each.old.spellings), PoolAddresses(after)
        before, after_ = addresses[each.name]
        address = field.span.first
        if (
            before.membership(address) is Membership.MEMBER
            and after_.membership(address) is not Membership.MEMBER
        ):
            found[each.name].setdefault((request.by.label, address), LostAddress(request.by, field))
    return {name: tuple(sorted(lost.values(), key=_order)) for name, lost in found.items()}


def _order(lost: LostAddress) -> tuple[str, str, str, int]:
    by = lost.by
    return by.kind, by.namespace, by.name, lost.address.span.first
