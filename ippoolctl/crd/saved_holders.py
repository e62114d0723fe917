"""``SavedHolders``: the document of a saved file that tells who held which address."""

from collections.abc import Mapping
from typing import Any, Final

from ippoolctl.crd.created_object import exported
from ippoolctl.crd.externalippool import write_pool
from ippoolctl.crd.untyped import items, mapping, text, texts
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.saved import SavedHolder, SavedPools

API_VERSION: Final = "ippoolctl/v1"
KIND: Final = "SavedHolders"


def write_saved(saved: SavedPools) -> list[dict[str, Any]]:
    """The documents of a saved file: the manifests of the pools, which kubectl applies as well,
    then the holders.
    """
    manifests = [exported(each) if each.live else write_pool(each) for each in saved.pools]
    holders = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "savedAt": saved.at,
        "server": saved.server,
        "ttl": dict(saved.lifetimes),
        "unread": list(saved.unread),
        "items": [_written(each) for each in saved.holders],
    }
    return [*manifests, {key: value for key, value in holders.items() if value or key == "items"}]


def is_saved_holders(document: Mapping[str, Any]) -> bool:
    """Whether an object is this document."""
    return (document.get("apiVersion"), document.get("kind")) == (API_VERSION, KIND)


def read_saved(pools: tuple[Pool, ...], document: Mapping[str, Any]) -> SavedPools:
    """The content of a saved file. Raises :class:`ValueError`, with the reason, for invalid fields.

    The document can be edited by users, so every item is checked.
    """
    listed = document.get("items")
    if not isinstance(listed, list):
        raise ValueError("items is not a list")  # noqa: TRY004 - one error for all reasons
    holders = [_read(number, mapping(each)) for number, each in enumerate(listed)]
    return SavedPools(
        pools,
        tuple(sorted(holders)),
        texts(document.get("ttl")),
        text(document.get("savedAt")),
        text(document.get("server")),
        tuple(map(text, items(document.get("unread")))),
    )


def _written(holder: SavedHolder) -> dict[str, Any]:
    named = {"kind": holder.kind, "namespace": holder.namespace, "name": holder.name}
    rest = {"pool": holder.pool, "address": holder.address}
    found: dict[str, Any] = {key: value for key, value in {**named, **rest}.items() if value}
    return found | ({"pinned": holder.pinned} if holder.kind == "Service" else {})


def _read(number: int, item: Mapping[str, Any]) -> SavedHolder:
    named = (text(item.get(key)) for key in ("kind", "namespace", "name", "pool", "address"))
    kind, namespace, name, pool, address = named
    place = f"items[{number}]"
    if kind not in ("Egress", "Service"):
        raise ValueError(f"{place}.kind is neither Egress nor Service")
    if bool(namespace) != (kind == "Service"):
        raise ValueError(f"{place}.namespace: a Service has one, an Egress has none")
    if not (name and pool):
        raise ValueError(f"{place}: name or pool is missing")
    if address and parse_ip(address) is None:
        raise ValueError(f"{place}.address is not an IP address: {address!r}")
    return SavedHolder(kind, namespace, name, pool, address, item.get("pinned") is True)
