"""The pools that a command is to create, from its options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import pool_document
from ippoolctl.cli.options.sizes import parse_search, parse_size, parse_within
from ippoolctl.crd.created_object import expiring_object, requested_object
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.errors import InputError

if TYPE_CHECKING:
    from ippoolctl.domain.space.search import Search
    from ippoolctl.manifests.read import Manifests


@dataclass(frozen=True)
class PoolRequest:
    """A pool to create."""

    document: JsonObject
    """The Kubernetes object; without ranges if there is a ``search``."""
    search: "Search | None"
    """Which ranges satisfy the request, if none are given."""
    arguments: Mapping[str, Any]
    """The arguments that identify the request, from which its ID is derived."""

    @cached_property
    def pool(self) -> Pool:
        """The pool as far as it is known before its creation."""
        return read_pool(self.document)


@dataclass(frozen=True)
class SizeOptions:
    """The values of the options that describe any free range of a size."""

    ips: int | None
    prefix: int | None
    within: list[str] | None
    exclude: list[str] | None
    strategy: str
    count: int | None
    """How many pools, NAME-1 to NAME-N; ``None`` for one pool NAME."""


def sized_requests(
    app: AppContext, sizes: SizeOptions, name: str, ttl: str | None
) -> list[PoolRequest]:
    """Pools that get a free range of the requested size.

    Raises :class:`~ippoolctl.errors.UsageError` and :class:`InputError` for invalid options.
    """
    within, exclude = split_values(sizes.within), split_values(sizes.exclude)
    size = parse_size(sizes.ips, sizes.prefix)
    networks = parse_within(within, app.config.supernets)
    search = parse_search(size, networks, [*exclude, *app.config.exclude], sizes.strategy)
    arguments: dict[str, Any] = {"ips": sizes.ips, "prefix": sizes.prefix}
    arguments |= {"within": within, "exclude": exclude}
    arguments |= {"ttl": ttl} if ttl else {}
    count = sizes.count
    names = [name] if count is None else [f"{name}-{number + 1}" for number in range(count)]
    documents = [pool_document(each, []) for each in names]
    if ttl is not None:
        documents = [expiring_object(each, ttl) for each in documents]
    return [PoolRequest(each, search, arguments) for each in documents]


def avoiding(requests: Sequence[PoolRequest], reserved: tuple[Reserved, ...]) -> list[PoolRequest]:
    """The requests for ranges without reserved addresses."""
    return [
        replace(each, search=replace(each.search, reserved=reserved)) if each.search else each
        for each in requests
    ]


def requested_documents(manifests: "Manifests") -> list[JsonObject]:
    """The Kubernetes objects to create. Raises :class:`InputError` for one that cannot be."""
    from ippoolctl.manifests.read import object_of

    if not manifests.pools:
        raise InputError("no ExternalIPPools in the input", "check the files of -f")
    documents = []
    for pool in manifests.pools:
        document = object_of(manifests, pool)
        meta = document.get("metadata")
        if isinstance(meta, dict) and meta.get("finalizers"):
            raise InputError(
                f"pool {pool.label} has finalizers, so create cannot cancel it after a conflict",
                "remove metadata.finalizers, and add them when the pool is created",
            )
        if pool.generated:
            raise InputError(
                "metadata.name is required; generateName is not supported",
                "use metadata.name",
            )
        documents.append(requested_object(document))
    return documents
