"""Giving consumers the addresses back that they had when their pool was saved, as values.

Consumers are told by kind and name: one that was created again since gets the address of its
predecessor. What users have decided since wins over the saved file, and so do other holders.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.detached import ConsumerState, read_detached
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.attachment import pools_that_count
from ippoolctl.domain.change.relocation import Reassignment, Relocation
from ippoolctl.domain.change.saved import SavedHolder, SavedPools
from ippoolctl.domain.unlisted import listed

_Key = tuple[str, str, str]
_NAMED = 3


class LeftReason(StrEnum):
    """Why a saved consumer does not get its address back."""

    MISSING = "missing"
    """It does not exist."""
    OTHER_POOL = "other-pool"
    """It refers to another pool, or to none."""
    OTHER_ADDRESS = "other-address"
    """It requests another address."""
    TAKEN = "taken"
    """Another consumer has the address."""
    OUTSIDE = "outside"
    """The pool that exists does not have the address."""


class LeftAlone(NamedTuple):
    """A saved consumer that does not get its address back."""

    holder: SavedHolder
    reason: LeftReason
    now: str = ""
    """The other pool or address; the consumer that has the address."""

    @property
    def is_conflict(self) -> bool:
        """Whether it is not what users have decided: it should have the address."""
        return self.reason in (LeftReason.TAKEN, LeftReason.OUTSIDE)


class Found(NamedTuple):
    """The saved consumers, as they are now."""

    to_detach: tuple[Reassignment, ...]
    """First those that wait, and would take the addresses of others."""
    left: tuple[LeftAlone, ...]
    kept: tuple[ConsumerState, ...]
    """Those that have their address."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """Pools to create again, and addresses to give back."""

    saved: SavedPools

    @property
    def request(self) -> str:
        """The request in words: the same for every run with this file, wherever it is."""
        at = self.saved.at or "at an unknown time"
        return f"restore FILE (saved {at}: {listed(self.saved.names, _NAMED)})"

    def relocation(self, pools: Iterable[Pool]) -> Relocation:
        """The pools to create: those that are missing, or that an earlier run has not finished."""
        live = {each.name: each for each in pools}
        bare = Relocation(self.request, (), ())

        def is_due(name: str) -> bool:
            pool = live.get(name)
            if pool is None or marks.hold_state(pool) is HoldState.TERMINATING:
                return True
            ours = pool.annotations.get(marks.REQUEST_ID) == bare.request_id(name)
            return ours and marks.is_pending(pool)

        due = (self._created(each) for each in self.saved.pools if is_due(each.name))
        return Relocation(self.request, (), tuple(due))

    def _created(self, pool: Pool) -> Pool:
        ttl = self.saved.lifetimes.get(pool.name)
        lifetime = {marks.TTL: ttl} if ttl else {}
        return pool._replace(annotations={**pool.annotations, **lifetime})

    def differing(self, pools: Iterable[Pool]) -> tuple[str, ...]:
        """The names of saved pools that exist with other ranges, another selector or subnet."""
        live = {each.name: each for each in pools}
        return tuple(
            each.name
            for each in self.saved.pools
            if (now := live.get(each.name)) is not None
            and (now.texts, now.node_selector, now.subnet)
            != (each.texts, each.node_selector, each.subnet)
        )

    def find(self, pools: Iterable[Pool], consumers: Iterable[ConsumerState]) -> Found:
        """What is left to do with consumers; detached ones aside."""
        return _Finding(self.saved, pools, consumers).found()


class _Finding:
    """Looks up saved and live state."""

    def __init__(
        self, saved: SavedPools, pools: Iterable[Pool], consumers: Iterable[ConsumerState]
    ) -> None:
        self._saved = saved
        self._live = {
            each.name: each for each in pools if marks.hold_state(each) is not HoldState.TERMINATING
        }
        self._consumers = {_key(each): each for each in consumers}
        self._texts = [each.detached for each in self._consumers.values()]
        self._addresses = {
            each.name: PoolAddresses(self._live.get(each.name, each).spellings)
            for each in saved.pools
        }
        self._holding: dict[tuple[str, int | None], list[ConsumerState]] = defaultdict(list)
        for each in self._consumers.values():
            # A static Egress has its address in no pool, and still has it.
            text = each.held if each.pool else each.requested if each.is_egress else ""
            if text:
                self._holding[each.pool or "", parse_ip(text)].append(each)
        self._counted = pools_that_count(self._live.values(), self._holding)

    def found(self) -> Found:
        """The result."""
        left, due, kept, vacating = [], dict[_Key, SavedHolder](), [], set[_Key]()
        for holder in self._saved.holders:
            key = holder[:3]
            consumer = self._consumers.get(key)
            if consumer is None:
                left.append(LeftAlone(holder, LeftReason.MISSING))
            elif consumer.detached is not None:
                continue
            elif not holder.address:
                vacating.add(key)
            elif (reason := self._decided(holder, consumer)) is not None:
                left.append(reason)
            elif self._has(holder, consumer):
                kept.append(consumer)
            else:
                vacating.add(key)
                if self._is_member(holder):
                    due[key] = holder
                else:
                    left.append(LeftAlone(holder, LeftReason.OUTSIDE, holder.pool))
        for key, holder in [*due.items()]:
            keeper = self._keeper(self._consumers[key], holder, vacating)
            if keeper is not None:
                left.append(LeftAlone(holder, LeftReason.TAKEN, keeper.label))
                del due[key]
        reassigned = [
            Reassignment(self._consumers[key], each.pool, each.pool, each.address, waits=False)
            for key, each in due.items()
        ]
        # First an Egress: it frees the address that it has, which a Service may get.
        reassigned.sort(key=lambda each: not each.consumer.is_egress)
        waiting = self._waiting({*map(_key, kept), *due}, vacating, due.values())
        return Found((*waiting, *reassigned), tuple(left), tuple(kept))

    def _waiting(
        self, settled: Collection[_Key], vacating: Collection[_Key], due: Iterable[SavedHolder]
    ) -> Iterator[Reassignment]:
        """Consumers that would take an address which is given back, or have one by accident."""
        wanted = {(each.pool, parse_ip(each.address)) for each in due}
        detached = filter(None, map(read_detached, self._texts))
        awaiting = {pool for pool, _ in wanted} | {each.target for each in detached}
        for key, each in self._consumers.items():
            if each.pool not in self._addresses or each.detached is not None or key in settled:
                continue
            in_the_way = key in vacating and (each.pool, parse_ip(each.held)) in wanted
            unserved = not each.held and each.pool in awaiting
            if each.pool not in self._live or unserved or in_the_way:
                requested = each.requested if each.is_egress and not each.held else None
                yield Reassignment(each, each.pool, each.pool, requested or "", waits=True)

    def _is_member(self, holder: SavedHolder) -> bool:
        address = parse_ip(holder.address)
        addresses = self._addresses.get(holder.pool)
        if address is None or addresses is None:
            return False
        return addresses.membership(address) is Membership.MEMBER

    def _decided(self, holder: SavedHolder, consumer: ConsumerState) -> LeftAlone | None:
        """What users have decided since; ``None`` if nothing else than was saved."""
        requested = consumer.requested
        other_address = (
            None
            if requested is None or _same(requested, holder.address)
            else LeftAlone(holder, LeftReason.OTHER_ADDRESS, requested)
        )
        if consumer.is_egress and consumer.pool is None:
            return other_address if requested else None
        if consumer.pool != holder.pool:
            return LeftAlone(holder, LeftReason.OTHER_POOL, consumer.pool or "")
        return None if consumer.is_egress else other_address

    def _has(self, holder: SavedHolder, consumer: ConsumerState) -> bool:
        """Whether it has its address from the pool that exists.

        An object still shows it while Antrea has not noticed that the old pool is gone; the number
        of used addresses of the new one does not.
        """
        return (
            consumer.pool == holder.pool
            and _same(consumer.held, holder.address)
            and holder.pool in self._counted
        )

    def _keeper(
        self, consumer: ConsumerState, holder: SavedHolder, vacating: Collection[_Key]
    ) -> ConsumerState | None:
        """Another consumer that has the address, and not by accident since the pool is back.

        The consumer itself is one of those that do not keep what they have (``vacating``).
        """
        # While the pool does not exist, only static Egresses have addresses of it.
        for pool in (holder.pool, "") if holder.pool in self._live else ("",):
            for each in self._holding.get((pool, parse_ip(holder.address)), ()):
                both = each.shares and consumer.shares
                if not (_key(each) in vacating or both):
                    return each
        return None


def _key(consumer: ConsumerState) -> _Key:
    return (consumer.kind, consumer.namespace, consumer.name)


def _same(text: str, other: str) -> bool:
    return parse_ip(text) is not None and parse_ip(text) == parse_ip(other)
