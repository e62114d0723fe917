"""The API server as the engine and the commands use it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from ippoolctl.domain.antrea.pool import Pool

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.consumers import Consumers

T = TypeVar("T")

JsonPatch = Sequence[Mapping[str, Any]]
"""The operations of an RFC 6902 patch."""

MergePatch = Mapping[str, Any]
"""An RFC 7386 patch; with ``metadata.resourceVersion`` it fits only that revision (status 409)."""


class PoolList(NamedTuple):
    """All pools as of one revision."""

    pools: tuple[Pool, ...]
    """In the order of the server, which is that of their names."""
    resource_version: str
    """Their revision."""
    date: str = ""
    """When the server responded, by its own clock, RFC 3339; empty if it did not say."""


class EventKind(StrEnum):
    """What a watch tells; the value is that of the API."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"
    """Nothing, up to a revision."""


class PoolEvent(NamedTuple):
    """A change of one pool, or a bookmark."""

    kind: EventKind
    resource_version: str
    """The revision from which a next watch goes on."""
    pool: Pool | None = None
    """As it is now, or was when it was deleted; ``None`` for a bookmark."""


class Resource(NamedTuple):
    """Where the API server has the objects of a kind beside pools."""

    group: str
    """Empty for the core group."""
    version: str
    plural: str
    namespace: str = ""
    """Only the objects of this namespace; empty for all."""
    name: str = ""
    """Only the object of this name; empty for all."""
    metadata_only: bool = False
    """Whether only the metadata is needed, as of a Secret: the server then sends nothing else."""

    @property
    def full_name(self) -> str:
        """The plural and the group, as in messages of the API server."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def path(self) -> str:
        """The path of the list."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        within = f"/namespaces/{self.namespace}" if self.namespace else ""
        return f"{root}{within}/{self.plural}"


class Gateway(Protocol):
    """Reads and writes, each one request or one paged list.

    Every method raises a :class:`~ippoolctl.ports.faults.Fault` and nothing else, except
    :class:`~ippoolctl.errors.InputError` for an invalid name. ``within`` is the time limit in
    seconds, of a list with all its pages; the gateway's own limit for one request holds as well.
    With a write, the server is told the limit.
    """

    @property
    def host(self) -> str:
        """The host of the API server, a name or an address, without connecting to it."""
        ...

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        """All pools: a consistent read, or with ``at`` exactly as of that resource version.

        With ``selector`` only those whose labels match, in the syntax of kubectl's ``-l``. A list
        that expires between its pages is started again. Raises
        :class:`~ippoolctl.ports.faults.RejectedFault` with status 410 if that revision is
        compacted, 504 if the server has not reached it yet, 404 if there is no such resource.
        """
        ...

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        """The pool; ``None`` if it does not exist."""
        ...

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """Create a pool, or only validate it; the pool as the server has it."""
        ...

    def patch_pool(
        self,
        name: str,
        patch: JsonPatch | MergePatch,
        *,
        dry_run: bool = False,
        within: float | None = None,
    ) -> Pool:
        """Apply all operations or none, or only validate them; status 422 if a test fails."""
        ...

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        """Delete only this object at this resource version; otherwise status 409 or 404."""
        ...

    def consumers(self, *, within: float | None = None) -> "Consumers":
        """Every Egress and Service that refers to a pool, and the kinds without list permission."""
        ...

    def patch_egress(
        self, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        """Apply all operations to an Egress or none; the Egress as the server has it.

        Status 422 if a test fails, 404 if there is no such Egress.
        """
        ...

    def patch_service(
        self, namespace: str, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        """The same for a Service."""
        ...

    def list_objects(
        self,
        resource: Resource,
        read: Callable[[Mapping[str, Any]], T],
        *,
        within: float | None = None,
    ) -> list[T]:
        """What ``read`` makes of each object of a resource.

        Raises :class:`~ippoolctl.ports.faults.RejectedFault` with status 403 without permission to
        list them, and 404 if there is no such resource.
        """
        ...

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        """Whether we have this permission, by a SelfSubjectAccessReview.

        For ExternalIPPools, or for the objects ``of`` a resource in all namespaces. With a ``name``
        for that one, since a role can be limited to it (``resourceNames``).
        """
        ...

    def close(self) -> None:
        """Release the connection; there are no more requests."""
        ...

    def webhook_registered(self, *, within: float | None = None) -> bool:
        """Whether any ValidatingWebhookConfiguration names Antrea's webhook for pools."""
        ...


class Watcher(Gateway, Protocol):
    """A gateway that can also watch."""

    def watch_pools(self, since: str, *, seconds: int) -> Generator[PoolEvent | None]:
        """The changes of all pools after a revision, in order, until the server ends the watch,
        which it is asked to do after that many seconds.

        Yields ``None`` about once a second while there are none. Close the generator to stop.
        Raises :class:`~ippoolctl.ports.faults.RejectedFault` with status 410 if that revision is
        compacted, at once or later, and 403 without permission to watch;
        :class:`~ippoolctl.ports.faults.UnansweredFault` if the connection breaks or the server does
        not end the watch in time, as through a connection that is dead without a sign.
        """
        ...
