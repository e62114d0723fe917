"""Consumers: Egresses and Services that refer to a pool."""

from typing import NamedTuple

from ippoolctl.domain.antrea.pool import Pool


class Consumer(NamedTuple):
    """An Egress or a Service that refers to a pool."""

    kind: str
    """``Egress`` or ``Service``."""
    name: str
    """With ``namespace/`` in front where there is one."""
    pool: str
    address: str = ""
    """Its address; empty if it has none."""
    pinned: bool = False
    """Whether a Service requests its address; the object of an Egress does not tell."""

    @property
    def text(self) -> str:
        """The consumer and its address, as text."""
        holds = f"holds {self.address}" if self.address else "has no address yet"
        return f"{self.kind} {self.name} {holds}"


class Consumers(NamedTuple):
    """The consumers of all pools, as far as the permissions allow."""

    known: tuple[Consumer, ...]
    unseen: tuple[str, ...] = ()
    """Kinds without permission to list."""


class InUse(NamedTuple):
    """What uses a pool."""

    consumers: tuple[Consumer, ...]
    """The consumers that refer to it; empty without permission."""
    used: int
    """Addresses in use by the pool's own status."""


def use_of(pool: Pool, consumers: Consumers) -> InUse:
    """The consumers of the pool in order, and the number of its status."""
    used = pool.live.usage.used if pool.live is not None and pool.live.usage is not None else 0
    found = tuple(sorted(each for each in consumers.known if each.pool == pool.name))
    return InUse(found, used)


def users_of(pool: Pool, consumers: Consumers) -> InUse | None:
    """The consumers that a deletion of the pool would affect; ``None`` if there are none.

    Antrea admits every deletion: Egresses lose their address at once, even one that a user has set,
    and Services their ingress (Antrea v2.7.0, egress and service controllers). Without permission
    to list all of them, the pool's own status decides.
    """
    use = use_of(pool, consumers)
    return use if use.consumers or (consumers.unseen and use.used > 0) else None
