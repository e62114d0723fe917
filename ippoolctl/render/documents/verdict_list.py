"""The document of ``verdict``."""

from collections.abc import Iterable, Sequence
from typing import Final

from ippoolctl.domain.antrea.admission import Operation, Refused
from ippoolctl.domain.antrea.pool import Places, dotted
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.explanation.probe import Probe, ProbeState
from ippoolctl.domain.lint.simulation import Prediction
from ippoolctl.reading.sources import Problem
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import place_document, problem_documents, release_fields

_SUCCESS: Final = {Operation.CREATE: 201, Operation.UPDATE: 200}


def verdict_document(
    answers: Iterable[Prediction],
    places: Places,
    release: AssumedRelease,
    problems: Sequence[Problem],
    probes: Sequence[Probe] | None = None,
) -> Document:
    """The predicted answer to each manifest; ``probes`` are the answers to dry runs."""
    asked = {} if probes is None else {"probes": [_probe(each) for each in probes]}
    return document(
        "VerdictList",
        items=[_answer(each, places, release) for each in answers],
        problems=problem_documents(problems),
        **asked,
    )


def _probe(probe: Probe) -> Document:
    holds = probe.cause if probe.state is ProbeState.STALE else None
    return without_none(
        {
            "pool": probe.pool.name,
            "state": probe.state.value,
            "message": probe.message or None,
            "cachedPool": holds.pool or None if holds else None,
        }
    )


def _answer(answer: Prediction, places: Places, release: AssumedRelease) -> Document:
    refused = answer.result if isinstance(answer.result, Refused) else None
    place = places.get((id(answer.pool), ()))
    return without_none(
        {"pool": answer.pool.name, "place": place_document(place) if place else None}
    ) | {
        "operation": answer.operation.value,
        **release_fields(release),
        "admitted": refused is None,
        "stage": refused.stage.value if refused else None,
        "code": refused.code if refused else _SUCCESS[answer.operation],
        "reasons": [
            {
                "rule": reason.rule,
                "message": reason.message,
                "field": reason.cause or reason.field,
                "nameable": reason.nameable,
            }
            for reason in (refused.reasons if refused else ())
        ],
        "hazards": [
            {"rule": each.rule, "message": each.message, "field": dotted(each.subject.path)}
            for each in answer.hazards
        ],
        "total": answer.total,
        "usable": answer.usable,
    }
