"""A pool that shall exist: what was asked for, and how to know again what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ippoolctl.domain import marks
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.releases import Release
from ippoolctl.domain.rivals import Rival, rivals


@dataclass(frozen=True, slots=True)
class Request:
    """A pool that shall exist."""

    pool: Pool
    """With the ranges that were asked for."""
    id: str
    """See :func:`ippoolctl.domain.marks.request_id`."""
    release: Release | None = None
    """Which Antrea will judge it; ``None`` if nobody said."""
    if_not_exists: bool = False
    """Whether a pool of that name that others made will do."""

    @property
    def name(self) -> str:
        """Its name, chosen by us and never by the server."""
        return self.pool.name

    def owns(self, pool: Pool) -> bool:
        """Whether a live pool was made by this very request and still stands."""
        return (
            pool.annotations.get(marks.REQUEST_ID) == self.id
            and pool.live is not None
            and pool.live.deleted is None
        )

    def rivals(self, pools: Iterable[Pool]) -> tuple[Rival, ...]:
        """What overlaps the ranges that were asked for."""
        return rivals(self.pool.ranges, pools, self.name)
