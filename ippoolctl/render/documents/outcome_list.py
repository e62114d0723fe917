"""The document of the commands that change or await pools."""

from collections.abc import Sequence

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import span_document
from ippoolctl.render.sentences.outcome import hint_of, message_of, report_text


def outcome_list_document(outcomes: Sequence[Outcome]) -> Document:
    """The outcome of each pool of a command, in order."""
    return document("OutcomeList", items=[outcome_document(each) for each in outcomes])


def outcome_document(outcome: Outcome) -> Document:
    """The outcome of one pool."""
    return without_none(
        {
            "pool": outcome.pool,
            "state": outcome.state.value,
            "code": None if outcome.state is State.NOT_TRIED else int(outcome.code),
            "created": outcome.created,
            "message": message_of(outcome) or None,
            "hint": hint_of(outcome) or None,
            "warning": report_text(outcome.pool, outcome.warning) if outcome.warning else None,
            "answer": outcome.answer or None,
            "conflicts": [_conflict(each) for each in outcome.conflicts] or None,
            "requestId": outcome.request_id or None,
            "attempts": outcome.attempts or None,
            "saved": outcome.saved or None,
            "seconds": round(outcome.waited, 3),
            "ranges": _texts(outcome.live),
            "appended": list(outcome.appended) or None,
            "uid": outcome.live.live.uid if outcome.live and outcome.live.live else None,
        }
    )


def _texts(pool: Pool | None) -> list[str] | None:
    return list(pool.texts) if pool else None


def _conflict(conflict: Conflict) -> Document:
    return {
        "pool": conflict.pool.name,
        "standing": conflict.hold_state.value,
        "range": conflict.own,
        "theirs": conflict.theirs,
        "intersection": span_document(conflict.intersection),
    }
