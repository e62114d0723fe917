"""The API server as the engine and the commands see it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool

JsonPatch = Sequence[Mapping[str, Any]]
"""The operations of an RFC 6902 patch."""


class PoolList(NamedTuple):
    """The pools of one moment."""

    pools: tuple[Pool, ...]
    """In the order of the server, which is that of their names."""
    resource_version: str
    """The revision that all of them were read at."""
    date: str = ""
    """When the server answered, by its own clock, RFC 3339; empty if it did not say."""


class Gateway(Protocol):
    """Questions and writes, each one request or one paged list.

    Every method raises a :class:`~ippoolctl.ports.faults.Fault` and nothing else, but
    :class:`~ippoolctl.errors.InputError` for what cannot be a name. ``within`` is how many seconds
    an answer may take, a list with all its pages; the gateway's own limit for one request is never
    exceeded. Writes tell the server as well.
    """

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        """All pools: a consistent read, or with ``at`` exactly as of that resource version.

        With ``selector`` only those whose labels match, in the words of kubectl's ``-l``. A list
        that grows too old between its pages is begun again. Raises
        :class:`~ippoolctl.ports.faults.RejectedFault` with status 410 if that revision is
        compacted, with 504 if the server has not come to it yet, with 404 if there is no such
        resource.
        """
        ...

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        """The pool, or ``None`` if there is none of that name."""
        ...

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """Create it, or have it judged only; the pool as the server has it."""
        ...

    def patch_pool(
        self, name: str, patch: JsonPatch, *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """Apply all operations or none, or have it judged only. A test that fails is status 422."""
        ...

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        """Delete just this object at just this resource version; else status 409 or 404."""
        ...

    def consumers(self, *, within: float | None = None) -> Consumers:
        """Every Egress and Service that refers to a pool, and which of them we may not see."""
        ...

    def may(self, verb: str, name: str = "", *, within: float | None = None) -> bool:
        """Whether we may do that to ExternalIPPools, by a SelfSubjectAccessReview.

        With a ``name`` it is about that one, which a Role may be for alone (``resourceNames``).
        """
        ...

    def close(self) -> None:
        """Nothing more will be asked."""
        ...

    def webhook_registered(self, *, within: float | None = None) -> bool:
        """Whether any ValidatingWebhookConfiguration names Antrea's webhook for pools."""
        ...
