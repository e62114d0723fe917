"""An ExternalIPPool as an object and as a :class:`~ippoolctl.domain.antrea.pool.Pool`.

Nearly every pool is plain (:mod:`ippoolctl.crd.plain_spec`). :func:`read_pool` recognizes those,
and applies the schema of the CRD to all others (:mod:`ippoolctl.crd.schema_reading`).
"""

import re
from typing import Any, Final

from ippoolctl.crd.group import GROUP, KIND, VERSION
from ippoolctl.crd.plain_spec import read_plain_spec
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.pool import Origin, Pool

JsonObject = dict[str, Any]

_PLAIN_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_PLAIN_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
_PLAIN_METADATA: Final = frozenset({"name"})
_V1BETA1: Final = f"{GROUP}/{VERSION}"


def is_pool(document: JsonObject) -> bool:
    """Whether an object is an ExternalIPPool, in any version."""
    version = document.get("apiVersion")
    return (
        document.get("kind") == KIND
        and isinstance(version, str)
        and version.startswith(f"{GROUP}/")
    )


def read_pool(document: JsonObject, origin: Origin | None = None) -> Pool:
    """The pool that an object describes, with everything that the API server would reject.

    Never fails: what cannot be read is a violation of the pool.
    """
    plain = _read_plain(document, origin)
    if plain is not None:
        return plain
    from ippoolctl.crd.schema_reading import read_by_schema  # few pools are not plain

    return read_by_schema(document, origin)


def write_pool(pool: Pool) -> JsonObject:
    """The object that creates the pool, with the original spelling of its ranges."""
    meta: JsonObject = {"name": pool.name}
    if pool.labels:
        meta["labels"] = dict(pool.labels)
    if pool.annotations:
        meta["annotations"] = dict(pool.annotations)
    return {
        "apiVersion": f"{GROUP}/{pool.version}",
        "kind": KIND,
        "metadata": meta,
        "spec": write_spec(pool),
    }


def write_spec(pool: Pool) -> JsonObject:
    """The ``spec`` of the pool, without fields that it does not have."""
    spec: JsonObject = {
        "ipRanges": [write_range(each.spelling) for each in pool.ranges],
        "nodeSelector": dict(pool.node_selector),
    }
    if pool.subnet is not None:
        spec["subnetInfo"] = {
            "gateway": pool.subnet.gateway,
            "prefixLength": pool.subnet.prefix_length,
        }
        if pool.subnet.vlan is not None:
            spec["subnetInfo"]["vlan"] = pool.subnet.vlan
    return spec


def write_range(spelling: Spelling) -> JsonObject:
    """An item of ``spec.ipRanges``, without fields that it does not have."""
    return {key: text for key, text in spelling._asdict().items() if text is not None}


def _read_plain(document: JsonObject, origin: Origin | None) -> Pool | None:
    """A pool that is valid by the schema, read fast; ``None`` to apply the schema."""
    meta = document.get("metadata")
    if (
        meta.__class__ is not dict
        or document.get("apiVersion") != _V1BETA1
        or not document.keys() <= _PLAIN_FIELDS
        or not meta.keys() <= _PLAIN_METADATA
    ):
        return None
    name, spec = meta.get("name"), read_plain_spec(document.get("spec"))
    if spec is None or name.__class__ is not str or not _PLAIN_NAME.fullmatch(name):
        return None
    return Pool(name, *spec, origin=origin)
