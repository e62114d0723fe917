"""A requested pool, and how to recognize the pool that it created."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.conflicts import Conflict, conflicts


@dataclass(frozen=True, slots=True)
class Request:
    """A pool to create."""

    pool: Pool
    """The pool with the requested ranges."""
    id: str
    """See :func:`ippoolctl.domain.annotations.marks.request_id`."""
    release: Release | None = None
    """The Antrea release of the cluster; ``None`` if not given."""
    if_not_exists: bool = False
    """Whether an existing pool of another request is accepted."""

    @property
    def name(self) -> str:
        """The pool's name, chosen by us and never by the server."""
        return self.pool.name

    def owns(self, pool: Pool) -> bool:
        """Whether this request created the live pool, and it is not terminating."""
        return (
            pool.annotations.get(marks.REQUEST_ID) == self.id
            and pool.live is not None
            and pool.live.deleted is None
        )

    def as_it_stands(self, pools: Iterable[Pool]) -> "Request":
        """The request with all ranges of the pool that it created, if that exists.

        An earlier run with the same ID may have requested more: the whole pool is settled and
        reported as done.
        """
        present = next((each for each in pools if each.name == self.name), None)
        if present is None or not self.owns(present) or not {*self.pool.texts} <= {*present.texts}:
            return self
        return replace(self, pool=present)

    def conflicts(self, pools: Iterable[Pool]) -> tuple[Conflict, ...]:
        """The conflicts with the requested ranges."""
        return conflicts(self.pool.ranges, pools, self.name)


def other_fields(asked: Pool, present: Pool) -> tuple[str, ...]:
    """The requested labels, annotations, nodeSelector and subnetInfo that a pool lacks.

    A request without a selector or without a subnet accepts any.
    """
    annotations = marks.without_ours(asked.annotations)
    different = [
        f"metadata.{name}.{key}"
        for name, wanted, has in (
            ("labels", asked.labels, present.labels),
            ("annotations", annotations, present.annotations),
        )
        for key, value in wanted.items()
        if has.get(key) != value
    ]
    if asked.node_selector and asked.node_selector != present.node_selector:
        different.append("spec.nodeSelector")
    if asked.subnet is not None and asked.subnet != present.subnet:
        different.append("spec.subnetInfo")
    return tuple(different)
