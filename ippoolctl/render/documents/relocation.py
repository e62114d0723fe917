"""The document of the commands that replace pools."""

from collections.abc import Sequence

from ippoolctl.domain.change.restoration import LeftAlone
from ippoolctl.domain.protocol.relocated import Placed, Relocated
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.outcome_list import outcome_document
from ippoolctl.render.sentences.relocation import end_hint, end_message


def relocation_document(found: Relocated, left: Sequence[LeftAlone] = ()) -> Document:
    """The result, each pool that was changed, and each consumer; ``left`` are those of a saved
    file that do not get their address back.
    """
    return document("Relocation", **relocation_fields(found, left))


def relocation_fields(found: Relocated, left: Sequence[LeftAlone] = ()) -> Document:
    """The fields of :func:`relocation_document`."""
    return without_none(
        {
            "request": found.request,
            "state": found.end.value,
            "code": int(found.code),
            "message": end_message(found) or None,
            "hint": end_hint(found) or None,
            "pools": [outcome_document(each) for each in found.pools],
            "consumers": [_consumer(each) for each in found.placed],
            "leftAlone": [_left_alone(each) for each in left] or None,
            "interruptedSeconds": round(found.seconds, 3),
        }
    )


def _consumer(place: Placed) -> Document:
    return without_none(
        {
            "kind": place.kind,
            "namespace": place.namespace or None,
            "name": place.name,
            "from": place.source,
            "to": place.target,
            "address": place.address or None,
            "state": place.state.value,
            "lost": place.lost or None,
            "takenBy": place.taken_by or None,
        }
    )


def _left_alone(each: LeftAlone) -> Document:
    holder = each.holder
    return without_none(
        {
            "kind": holder.kind,
            "namespace": holder.namespace or None,
            "name": holder.name,
            "pool": holder.pool,
            "address": holder.address or None,
            "reason": each.reason.value,
            "now": each.now or None,
        }
    )
