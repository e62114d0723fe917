"""Who holds or wants addresses of a pool."""

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
    """The address that it holds; empty if it holds none."""

    @property
    def text(self) -> str:
        """The consumer in words."""
        holds = f"holds {self.address}" if self.address else "has no address yet"
        return f"{self.kind} {self.name} {holds}"


class Consumers(NamedTuple):
    """Everyone who refers to any pool, as far as we may look."""

    known: tuple[Consumer, ...]
    unseen: tuple[str, ...] = ()
    """Kinds that we may not list."""


class InUse(NamedTuple):
    """A pool that should not be deleted without a word."""

    consumers: tuple[Consumer, ...]
    """Everyone who refers to it; empty where we may not look."""
    used: int
    """Addresses in use by the pool's own status."""


def users_of(pool: Pool, consumers: Consumers) -> InUse | None:
    """Who would lose by the deletion of a pool, or ``None``.

    Antrea lets every deletion through at once: Egresses lose their address, also one that was
    chosen by hand, and Services their ingress (Antrea v2.7.0, egress and service controllers).
    Where we may not look at all of them, the pool's own status decides.
    """
    used = pool.live.usage.used if pool.live is not None and pool.live.usage is not None else 0
    found = tuple(sorted(each for each in consumers.known if each.pool == pool.name))
    return InUse(found, used) if found or (consumers.unseen and used > 0) else None
