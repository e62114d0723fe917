"""The documents that machines read: the public, versioned schema, key by key.

Totals and counts are integers; sizes of spans are decimal strings, since a /64 does not fit into a
double. :data:`SCHEMA_FILE` describes all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Final

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.admission import Operation, Refused
from ippoolctl.domain.antrea.pool import Place, Places, dotted
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.diff import PoolDiff
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.lint.simulation import Prediction
from ippoolctl.domain.space.suggest import Suggestion
from ippoolctl.render.text_check import skip_reason

API_VERSION: Final = "ippoolctl/v1"
SCHEMA_FILE: Final = FilePath(__file__).with_name("schema.json")
"""The JSON Schema of every document."""

_SUCCESS: Final = {Operation.CREATE: 201, Operation.UPDATE: 200}

Document = dict[str, Any]


def document(kind: str, **fields: Any) -> Document:
    """A document of this version."""
    return {"apiVersion": API_VERSION, "kind": kind, **fields}


def error_document(code: int, message: str, hint: str) -> Document:
    """What went wrong, instead of an answer."""
    return document("Error", code=code, message=message, hint=hint)


def version_document(version: str, python: str, releases: Sequence[str]) -> Document:
    """Which program this is."""
    return document("Version", version=version, python=python, antrea=list(releases))


def sandbox_document(control: Mapping[str, str], lag: str, fault: str | None) -> Document:
    """A sandbox that runs: where, and what it is like now."""
    known = {key: control[key] for key in ("url", "kubeconfig", "release")}
    return document("Sandbox", **known, lag=lag, fault=fault)


def check_document(
    report: Report,
    places: Places,
    release: Release,
    counts: Mapping[str, int],
    problems: Sequence[Document],
) -> Document:
    """The findings of a check."""
    return document(
        "CheckReport",
        release=str(release),
        summary={
            **{f"{each.value}s": report.count(each) for each in Severity},
            "accepted": sum(each.accepted is not None for each in report.findings),
            "unlistedOverlaps": report.unlisted,
            **counts,
        },
        items=[_finding(each, places) for each in report.findings],
        skipped=[{"rule": each.rule.id, "reason": skip_reason(each)} for each in report.skipped],
        problems=list(problems),
    )


def problem_document(place: Place, message: str, hint: str) -> Document:
    """An input that could not be read."""
    return {"place": _place(place), "message": message, "hint": hint}


def verdict_document(
    answers: Iterable[Prediction], places: Places, release: Release, problems: Sequence[Document]
) -> Document:
    """What Antrea would answer to each manifest."""
    return document(
        "VerdictList",
        items=[_answer(each, places, release) for each in answers],
        problems=list(problems),
    )


def suggestion_document(
    suggestions: Sequence[Suggestion], problems: Sequence[Document]
) -> Document:
    """Free ranges."""
    return document(
        "SuggestionList",
        items=[
            {
                "range": without_none(each.spelling._asdict()),
                "text": each.spelling.text,
                **span_document(each.span),
                "usable": each.usable,
            }
            for each in suggestions
        ],
        problems=list(problems),
    )


def diff_document(
    diffs: Sequence[PoolDiff], unified: str, problems: Sequence[Document]
) -> Document:
    """What differs between two sets of pools."""
    return document(
        "DiffReport",
        items=[_diff(each) for each in diffs],
        unified=unified,
        problems=list(problems),
    )


def _finding(finding: Finding, places: Places) -> Document:
    accepted = finding.accepted
    return without_none(
        {
            "rule": finding.rule,
            "severity": finding.severity.value,
            "message": finding.message,
            "hint": finding.hint,
            "answer": finding.answer or None,
            **_subject(finding.subject, places),
            "other": _subject(finding.other, places) if finding.other else None,
            "intersection": span_document(finding.intersection) if finding.intersection else None,
            "consequences": list(finding.consequences) or None,
            "accepted": accepted
            and {
                "reason": accepted.reason,
                "expires": accepted.expires.isoformat() if accepted.expires else None,
            },
        }
    )


def _subject(subject: Subject, places: Places) -> Document:
    place = places.get((id(subject.pool), subject.path))
    return without_none(
        {
            "pool": subject.pool.name,
            "field": subject.field or None,
            "range": subject.text or None,
            "place": _place(place) if place else None,
        }
    )


def _place(place: Place) -> Document:
    if not place.line:
        return {"file": place.file}
    return {"file": place.file, "line": place.line, "column": place.column}


def span_document(span: Span) -> Document:
    """Two addresses, and how many there are from one to the other."""
    return {
        "first": address_text(span.first),
        "last": address_text(span.last),
        "addresses": str(span.size),
    }


def _answer(answer: Prediction, places: Places, release: Release) -> Document:
    refused = answer.result if isinstance(answer.result, Refused) else None
    place = places.get((id(answer.pool), ()))
    return without_none({"pool": answer.pool.name, "place": _place(place) if place else None}) | {
        "operation": answer.operation.value,
        "release": str(release),
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


def _diff(diff: PoolDiff) -> Document:
    return {
        "pool": diff.name,
        "change": diff.change.value,
        "effect": diff.effect.value,
        "rangesAdded": list(diff.texts_added),
        "rangesRemoved": list(diff.texts_removed),
        "gained": [span_document(each) for each in diff.gained],
        "lost": [span_document(each) for each in diff.lost],
        "addressesGained": str(diff.gained_size),
        "addressesLost": str(diff.lost_size),
        "fields": [{"field": each.field, "old": each.old, "new": each.new} for each in diff.fields],
        "refusals": list(diff.refusals),
    }


def without_none(fields: Mapping[str, Any]) -> Document:
    """The fields that are there."""
    return {key: value for key, value in fields.items() if value is not None}
