"""A requested pool: what was asked for, and how to recognize its result."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.conflicts import Conflict, conflicts


@dataclass(frozen=True, slots=True)
class Request:
    """A pool that shall exist."""

    pool: Pool
    """With the ranges that were asked for."""
    id: str
    """See :func:`ippoolctl.domain.annotations.marks.request_id`."""
    release: Release | None = None
    """The Antrea release of the cluster; ``None`` if not given."""
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

    def as_it_stands(self, pools: Iterable[Pool]) -> "Request":
        """The request with all ranges of the pool that it has made, if it is there.

        An earlier run of the same id may have asked for more: what is settled and reported as done
        is the whole pool.
        """
        present = next((each for each in pools if each.name == self.name), None)
        if present is None or not self.owns(present) or not {*self.pool.texts} <= {*present.texts}:
            return self
        return replace(self, pool=present)

    def conflicts(self, pools: Iterable[Pool]) -> tuple[Conflict, ...]:
        """What overlaps the ranges that were asked for."""
        return conflicts(self.pool.ranges, pools, self.name)
