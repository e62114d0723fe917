"""The document of ``show``: that of ``list`` for one pool, with more keys."""

from collections.abc import Sequence

from ippoolctl.domain.antrea.membership import RangePart
from ippoolctl.domain.antrea.pool import Places
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.space.listing import KnownConsumers, PoolRow
from ippoolctl.domain.space.lookup.pool_details import PoolDetails, RangeDetails
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.render.documents.check_report import finding_document
from ippoolctl.render.documents.envelope import Document
from ippoolctl.render.documents.shape import span_document
from ippoolctl.render.documents.space.consumers import (
    held_document,
    unread_documents,
    waiting_document,
)
from ippoolctl.render.documents.space.pool_list import pool_list_document


def pool_details_document(
    row: PoolRow,
    release: AssumedRelease,
    consumers: KnownConsumers,
    details: PoolDetails,
    findings: Sequence[Finding],
    places: Places,
    unread: Sequence[Unknown],
) -> Document:
    """One pool; without ``used`` in its ranges if not all consumers are known."""
    made = pool_list_document([row], release, consumers)
    (item,) = made["items"]
    known = details.consumers_known
    item["ranges"] = [
        {**shown, **_range(each, known=known)}
        for shown, each in zip(item["ranges"], details.ranges, strict=True)
    ]
    item |= {
        "held": [held_document(each) for each in details.held],
        "waitingConsumers": [waiting_document(each) for each in details.waiting],
        "findings": [finding_document(each, places) for each in findings],
        "unread": unread_documents(unread),
    }
    return made


def _range(details: RangeDetails, *, known: bool) -> Document:
    made: Document = {
        "window": [span_document(each) for each in details.window],
        "reserved": [_reserved(each) for each in details.reserved],
    }
    if known:
        holes = [span_document(each) for each in details.holes]
        made |= {"used": len(details.held), "free": details.free, "holes": holes}
    return made


def _reserved(part: RangePart) -> Document:
    return {**span_document(part.span), "reason": part.obstacle.value if part.obstacle else ""}
