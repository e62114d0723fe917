"""Attaching detached consumers to the new pools: the next step of each.

Those that had an address come first, and each only to that address. The others follow when all of
the first have theirs, since Antrea gives them any free one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations.detached import ConsumerState, Detached, read_detached
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation


@dataclass(frozen=True, slots=True)
class Attach:
    """Attach it to its target."""


@dataclass(frozen=True, slots=True)
class Unpin:
    """A Service has its address: remove the annotation."""


@dataclass(frozen=True, slots=True)
class AwaitAddress:
    """Antrea has not assigned the address yet."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Another consumer has the address: it stays detached."""

    by: ConsumerState


@dataclass(frozen=True, slots=True)
class Changed:
    """Another client has given it another address: it stays as it is."""


Act = Attach | Unpin | AwaitAddress | Taken | Changed


class Attachments:
    """What is left to do, given pools and consumers that were read one after the other."""

    def __init__(
        self,
        relocation: Relocation,
        pools: Iterable[Pool],
        consumers: Iterable[ConsumerState],
        before: Iterable[tuple[ConsumerState, str]] = (),
    ) -> None:
        """``before`` are consumers that this run has attached, and the address of each."""
        self._consumers = {each.uid: each for each in consumers}
        self._holding: dict[tuple[str, int | None], list[ConsumerState]] = defaultdict(list)
        for each in self._consumers.values():
            if each.pool and each.held:
                self._holding[each.pool, parse_ip(each.held)].append(each)
        self._counted = pools_that_count(pools, self._holding)
        detached = [(each, read_detached(each.detached)) for each in self._consumers.values()]
        mine = [(each, found) for each, found in detached if found and relocation.owns(found)]
        self.first = [(each, found) for each, found in mine if not found.waits]
        """Those that had an address, and still carry the annotation."""
        self.last = [(each, found) for each, found in mine if found.waits]
        """Those that wait."""
        now = ((self._consumers.get(each.uid), address) for each, address in before)
        self.unconfirmed = [
            (each, self.holder(each, each.pool or "", address))
            for each, address in now
            if each is not None and not self._has(each, address)
        ]
        """Those that this run has attached and that do not have their address, and who has it."""

    def act(self, consumer: ConsumerState, detached: Detached) -> Act:
        """The next step of one of :attr:`first`."""
        other = self.holder(consumer, detached.target, detached.address)
        if other is not None:
            return Taken(other)
        requested = consumer.requested
        if requested is not None and parse_ip(requested) != parse_ip(detached.address):
            return Changed()
        if consumer.is_egress or consumer.pool != detached.target:
            return Attach()
        return Unpin() if self._has(consumer, detached.address) else AwaitAddress()

    def holder(self, consumer: ConsumerState, pool: str, address: str) -> ConsumerState | None:
        """Another consumer that has the address and does not share it with this one."""
        for each in self._holding.get((pool, parse_ip(address)), ()):
            if each.uid != consumer.uid and not (each.shares and consumer.shares):
                return each
        return None

    def _has(self, consumer: ConsumerState, address: str) -> bool:
        """Whether it has the address from the new pool.

        The status of a Service still shows it while Antrea has not noticed that the old pool is
        gone; the number of used addresses of the new one does not.
        """
        return parse_ip(consumer.held) == parse_ip(address) and consumer.pool in self._counted


def pools_that_count(
    pools: Iterable[Pool], held: Iterable[tuple[str, int | None]]
) -> frozenset[str]:
    """The pools whose status counts all their addresses that consumers have, given as name of the
    pool and address; Antrea never counts an address that the pool does not have.
    """
    of_pool: dict[str, set[int]] = defaultdict(set)
    for name, address in held:
        if address is not None:
            of_pool[name].add(address)
    found = set()
    for pool in pools:
        usage = pool.live.usage if pool.live is not None else None
        if usage is None or pool.name not in of_pool:
            continue
        known = PoolAddresses(pool.spellings)
        members = (
            each for each in of_pool[pool.name] if known.membership(each) is Membership.MEMBER
        )
        if usage.used >= sum(1 for _ in members):
            found.add(pool.name)
    return frozenset(found)
