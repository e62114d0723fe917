"""Parts of documents about consumers: who holds an address, and who waits for one."""

from collections.abc import Iterable

from ippoolctl.domain.space.holders import HeldAddress
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.domain.surroundings.service import Service
from ippoolctl.domain.surroundings.waiting import Waiting
from ippoolctl.render.documents.envelope import Document, without_none
from ippoolctl.render.documents.shape import reference_document
from ippoolctl.render.sentences.unread import unread_text
from ippoolctl.render.sentences.waiting import waiting_cause


def held_document(held: HeldAddress) -> Document:
    """An address of a pool, and the consumers that have it."""
    return {
        "address": held.text,
        "pool": held.pool,
        "shared": held.is_shared,
        "holders": [_holder(each) for each in held.holders],
    }


def _holder(holder: Egress | Service) -> Document:
    found = reference_document(holder.reference)
    if isinstance(holder, Egress):
        found["node"] = holder.node or None
        found["conditions"] = [each._asdict() for each in holder.conditions] or None
    return without_none(found)


def waiting_document(waiting: Waiting) -> Document:
    """A consumer without its address; ``told`` is the message of Antrea."""
    request, holder = waiting.request, waiting.holder
    return without_none(
        {
            **reference_document(request.by),
            "pool": request.pool or None,
            "requested": request.requested_text or None,
            "reason": waiting.cause.value,
            "message": waiting_cause(waiting),
            "told": request.failure or None,
            "holder": reference_document(holder.by) if holder else None,
        }
    )


def unread_documents(unread: Iterable[Unknown]) -> list[Document]:
    """Kinds of objects that could not be read."""
    return [
        without_none(
            {
                "kind": each.kind.value if each.kind else None,
                "why": each.reason.value,
                "message": unread_text(each),
            }
        )
        for each in unread
    ]
