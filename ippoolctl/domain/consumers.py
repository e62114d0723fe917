"""Who holds or wants addresses of a pool."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ippoolctl.domain.pool import Pool


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


class InUse(NamedTuple):
    """A pool that should not be deleted without a word."""

    consumers: tuple[Consumer, ...]
    """Everyone who refers to it; empty where we may not look."""
    used: int
    """Addresses in use by the pool's own status."""


def users_of(pool: Pool, consumers: Iterable[Consumer] | None) -> InUse | None:
    """Who would lose by the deletion of a pool, or ``None``.

    Antrea lets every deletion through at once: Egresses lose their address, also one that was
    chosen by hand, and Services their ingress (Antrea v2.7.0, egress and service controllers).
    ``consumers`` is ``None`` where we may not look; then the pool's own status decides.
    """
    used = pool.live.usage.used if pool.live is not None and pool.live.usage is not None else 0
    if consumers is None:
        return InUse((), used) if used > 0 else None
    found: Sequence[Consumer] = sorted(each for each in consumers if each.pool == pool.name)
    return InUse(tuple(found), used) if found else None
