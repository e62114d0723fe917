"""The document of ``list`` and ``show``."""

from collections.abc import Iterable, Sequence

from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, span_of
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.space.listing import KnownConsumers, PoolRow
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import release_fields, span_document


def pool_list_document(
    rows: Iterable[PoolRow],
    release: AssumedRelease,
    consumers: KnownConsumers | None = None,
    groups: Sequence[Document] = (),
) -> Document:
    """Live pools with their usable addresses and states; ``consumers`` that the rows count, and the
    clusters if there are several.
    """
    return document(
        "PoolList",
        **release_fields(release),
        usedSource="consumers" if consumers and consumers.is_complete else "status",
        items=[_row(each) for each in rows],
        **({"groups": groups} if groups else {}),
    )


def _row(row: PoolRow) -> Document:
    pool, live = row.pool, row.pool.live
    usage = live.usage if live else None
    return without_none(
        {
            "name": pool.name,
            "cluster": row.cluster or None,
            "states": [each.value for each in row.states],
            "ranges": [_range(each) for each in pool.ranges],
            "usable": row.usable,
            "total": usage.total if usage else None,
            "used": row.used,
            "usedInStatus": usage.used if usage else None,
            "free": row.free,
            "fullOnPurpose": row.full_on_purpose or None,
            "waiting": dict(row.waiting) or None,
            "nodeSelector": dict(pool.node_selector),
            "subnet": pool.subnet.text if pool.subnet else None,
            "vlan": pool.subnet.vlan if pool.subnet else None,
            "labels": dict(pool.labels) or None,
            "annotations": dict(pool.annotations) or None,
            "created": live.created if live else None,
            "deleted": live.deleted if live else None,
            "finalizers": list(live.finalizers) or None if live else None,
            "uid": live.uid if live else None,
            "resourceVersion": live.resource_version if live else None,
        }
    )


def _range(found: IPRange | BadRange) -> Document:
    span = span_of(found)
    return {
        "range": write_range(found.spelling),
        "text": found.text,
        **(span_document(span) if span else {}),
        "usable": capacity(found.spelling).usable,
    }
