"""The document of the commands that replace pools."""

from ippoolctl.domain.protocol.relocated import Placed, Relocated
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.outcome_list import outcome_document
from ippoolctl.render.sentences.relocation import end_hint, end_message


def relocation_document(found: Relocated) -> Document:
    """The result, each pool that was changed, and each consumer."""
    return document(
        "Relocation",
        **without_none(
            {
                "request": found.request,
                "state": found.end.value,
                "code": int(found.code),
                "message": end_message(found) or None,
                "hint": end_hint(found) or None,
                "pools": [outcome_document(each) for each in found.pools],
                "consumers": [_consumer(each) for each in found.placed],
                "interruptedSeconds": round(found.seconds, 3),
            }
        ),
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
