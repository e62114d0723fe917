"""Pools that were saved before they were deleted, and who held which address of them.

Antrea takes the addresses of a deleted pool from its consumers and gives them others when the pool
is back: only a record tells what they had.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.pool import NOTHING, Pool


class SavedHolder(NamedTuple):
    """An Egress or a Service that referred to a saved pool."""

    kind: str
    """``Egress`` or ``Service``."""
    namespace: str
    """Empty for an Egress."""
    name: str
    pool: str
    address: str
    """Empty if it waited for one."""
    pinned: bool
    """Whether a Service requested the address; the object of an Egress does not tell."""

    @property
    def label(self) -> str:
        """Kind and name in messages."""
        full = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {full}"


class SavedPools(NamedTuple):
    """The content of one saved file."""

    pools: tuple[Pool, ...] = ()
    holders: tuple[SavedHolder, ...] = ()
    """Sorted."""
    lifetimes: Mapping[str, str] = NOTHING
    """The TTL of each pool that has one."""
    at: str = ""
    """When the first pool was saved, RFC 3339 by the local clock."""
    server: str = ""
    """The host of the API server."""
    unread: tuple[str, ...] = ()
    """Kinds whose objects were not recorded, without permission to list them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the pools."""
        return tuple(each.name for each in self.pools)

    def holders_of(self, pool: str) -> tuple[SavedHolder, ...]:
        """Those of one pool."""
        return tuple(each for each in self.holders if each.pool == pool)

    def with_pool(self, pool: Pool, consumers: Iterable[Consumer]) -> "SavedPools":
        """The same with this live pool and its consumers, in place of what was saved of it."""
        kept = self.without(pool.name)
        ttl = pool.annotations.get(marks.TTL)
        found = (saved_holder(each) for each in consumers if each.pool == pool.name)
        return kept._replace(
            pools=(*kept.pools, pool),
            holders=tuple(sorted([*kept.holders, *found])),
            lifetimes={**kept.lifetimes, **({pool.name: ttl} if ttl else {})},
        )

    def without(self, name: str) -> "SavedPools":
        """The same without one pool."""
        return self._replace(
            pools=tuple(each for each in self.pools if each.name != name),
            holders=tuple(each for each in self.holders if each.pool != name),
            lifetimes={key: ttl for key, ttl in self.lifetimes.items() if key != name},
        )


def saved_holder(consumer: Consumer) -> SavedHolder:
    """A consumer as it is saved."""
    namespace, _, name = consumer.name.rpartition("/")
    return SavedHolder(
        consumer.kind, namespace, name, consumer.pool, consumer.address, consumer.pinned
    )
