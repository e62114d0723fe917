"""ExternalIPPools as the API server returns them: with what only the cluster knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.plain_spec import PlainSpec, read_plain_spec, read_plain_specs
from ippoolctl.domain.antrea.pool import NOTHING, Condition, Live, Pool, Usage


def read_live_pool(document: Mapping[str, Any]) -> Pool:
    """The pool in a response of the API server.

    Never fails: what cannot be read is a violation of the pool, so that one odd object does not
    hide the others.
    """
    return _pool(document, read_plain_spec(document.get("spec")))


def read_live_pools(documents: Sequence[Mapping[str, Any]]) -> list[Pool]:
    """The same for many pools, in two thirds of the time."""
    return list(map(_pool, documents, read_plain_specs([each.get("spec") for each in documents])))


def _pool(document: Mapping[str, Any], spec: PlainSpec | None) -> Pool:
    meta = document.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name, live = _text(meta.get("name")), _live(meta, document.get("status"))
    labels, annotations = _texts(meta.get("labels")), _texts(meta.get("annotations"))
    if spec is not None:
        version = _text(document.get("apiVersion")).partition("/")[2]
        return Pool(name, *spec, labels, annotations, version, live=live)
    # The server has validated the metadata; only the spec needs the schema.
    bare = {**document, "metadata": {"name": name}}
    pool = read_pool(bare)
    return pool._replace(labels=labels, annotations=annotations, live=live)


def _live(meta: Mapping[str, Any], status: Any) -> Live:
    status = status if isinstance(status, dict) else {}
    deleted, finalizers = meta.get("deletionTimestamp"), meta.get("finalizers")
    return Live(
        _text(meta.get("uid")),
        _text(meta.get("resourceVersion")),
        _text(meta.get("creationTimestamp")),
        None if deleted is None else _text(deleted),
        tuple(map(str, finalizers)) if isinstance(finalizers, list) else (),
        _usage(status.get("usage")),
        _conditions(status.get("conditions")) if "conditions" in status else (),
    )


def _usage(usage: Any) -> Usage | None:
    if isinstance(usage, dict):
        total, used = usage.get("total"), usage.get("used")
        if isinstance(total, int) and isinstance(used, int):
            return Usage(total, used)
    return None


def _conditions(conditions: Any) -> tuple[Condition, ...]:
    return tuple(
        Condition(*(_text(each.get(field)) for field in Condition._fields))
        for each in (conditions if isinstance(conditions, list) else ())
        if isinstance(each, dict)
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return NOTHING
    return {str(key): _text(each) for key, each in value.items()}
