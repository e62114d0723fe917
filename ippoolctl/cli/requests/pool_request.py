"""The pools that a command is to create, from its options and files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import parse_pool, pool_document
from ippoolctl.cli.options.sizes import SEVERAL_POOLS, parse_search, parse_size, parse_within
from ippoolctl.cli.requests.pool_fields import PoolFields
from ippoolctl.crd.created_object import expiring_object, requested_object
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.addresses.numbers import network_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.annotations.marks import without_ours
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError, UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.space.reserved import Reserved
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
    unusable: InputError | None = None
    """Why it cannot be created, whatever the API server answers."""

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

    @property
    def given(self) -> bool:
        """Whether a size is given."""
        return self.ips is not None or self.prefix is not None


@dataclass(frozen=True)
class PoolOptions:
    """What the options of a command say about its pools."""

    name: str | None
    """``None`` for the names of the manifests."""
    ranges: list[str]
    sizes: SizeOptions
    fields: PoolFields
    ttl: str | None


def requested_pools(
    app: AppContext, options: PoolOptions, manifests: "Manifests | None"
) -> list[PoolRequest]:
    """The pools of these manifests, or else of the options; with a size, manifests are templates.

    Raises :class:`UsageError` and :class:`InputError` for invalid options, and for manifests
    without pools or with ranges beside a size.
    """
    sized, name = options.sizes.given, options.name or ""
    if manifests is not None:
        given = documents_to_create(manifests, named=options.name is not None)
        if options.name is not None and len(given) > 1:
            raise UsageError(
                f"NAME requires a single manifest, but -f has {len(given)}", "remove NAME"
            )
    elif sized:
        given = [(pool_document(name, []), None)]
    else:
        _, whole = parse_pool(name, options.ranges)
        given = [(whole, None)]
    requests = []
    for document, unusable in given:
        document = options.fields.added_to(document)
        for each in _templates(document, options) if sized else (document,):
            whole = each if options.ttl is None else expiring_object(each, options.ttl)
            request = PoolRequest(whole, None, whole, unusable)
            requests.append(_with_search(app, request, options) if sized else request)
    return requests


def avoiding(
    requests: Sequence[PoolRequest], reserved: "tuple[Reserved, ...]"
) -> list[PoolRequest]:
    """The requests for ranges without reserved addresses."""
    return [
        replace(each, search=each.search.without(reserved)) if each.search else each
        for each in requests
    ]


def documents_to_create(
    manifests: "Manifests", *, named: bool
) -> list[tuple[JsonObject, InputError | None]]:
    """The Kubernetes objects to create, each with the reason why it cannot be created.

    ``named`` if they get another name. Raises :class:`InputError` if there are none.
    """
    from ippoolctl.manifests.read import object_of

    if not manifests.pools:
        raise InputError("no ExternalIPPools in the input", "check the files of -f")
    found = []
    for pool in manifests.pools:
        document, unusable = object_of(manifests, pool), None
        meta = document.get("metadata")
        if isinstance(meta, dict) and meta.get("finalizers"):
            unusable = InputError(
                f"pool {pool.label} has finalizers, so create cannot cancel it after a conflict",
                "remove metadata.finalizers, and add them when the pool is created",
            )
        elif pool.generated and not named:
            unusable = InputError(
                "metadata.name is required; generateName is not supported", "use metadata.name"
            )
        found.append((requested_object(document), unusable))
    return found


def _templates(document: JsonObject, options: PoolOptions) -> Iterator[JsonObject]:
    """The objects without ranges that a template describes, one for each number of the count."""
    spec, name = document.get("spec"), options.name or document["metadata"].get("name") or ""
    spec = spec if isinstance(spec, dict) else {}
    if spec.get("ipRanges"):
        raise InputError(
            f"pool {name} has ranges; with a size, a manifest is a template without ranges",
            "remove spec.ipRanges, or remove --ips and --prefix",
        )
    count = options.sizes.count
    for each in [name] if count is None else [f"{name}-{number + 1}" for number in range(count)]:
        meta = dict(document["metadata"])
        if name or not meta.get("generateName"):
            meta["name"] = each
            meta.pop("generateName", None)
        yield {**document, "metadata": meta, "spec": {**spec, "ipRanges": []}}


def _with_search(app: AppContext, template: PoolRequest, options: PoolOptions) -> PoolRequest:
    """The request for a free range of the size: inside the subnet of the pool, if it has one."""
    from ippoolctl.domain.space.reserved import Reserved
    from ippoolctl.domain.space.search import inside
    from ippoolctl.domain.space.subnets import subnet_of

    sizes, pool = options.sizes, template.pool
    size = parse_size(sizes.ips, sizes.prefix, SEVERAL_POOLS, count=sizes.count)
    within, exclude = split_values(sizes.within), split_values(sizes.exclude)
    subnet = subnet_of(pool)
    networks = parse_within(within, app.config.supernets, required=subnet is None)
    if subnet is not None:
        networks = inside(subnet.network, networks)
        if within and not networks:
            raise UsageError(
                f"--within is outside the subnet of pool {pool.name}"
                f" ({network_text(subnet.network)})",
                "use a network inside the subnet",
            )
        networks = networks or [subnet.network]
    search = parse_search(size, networks, [*exclude, *app.config.exclude], sizes.strategy)
    if subnet is not None:
        gateway = Reserved(Span(subnet.gateway, subnet.gateway), f"gateway of pool {pool.name}")
        search = search.without([gateway])
    arguments: dict[str, Any] = {"ips": sizes.ips, "prefix": sizes.prefix}
    arguments |= {"within": within, "exclude": exclude}
    arguments |= {"ttl": options.ttl} if options.ttl else {}
    meta = template.document["metadata"]
    kept = dict(meta)
    if isinstance(kept.get("annotations"), dict):
        kept["annotations"] = without_ours(kept["annotations"])
    kept = {key: value for key, value in kept.items() if value}
    asked = {**template.document, "metadata": kept}
    if asked != pool_document(pool.name, []):
        arguments["manifest"] = asked
    return replace(template, search=search, arguments=arguments)
