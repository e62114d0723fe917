"""The document of ``check``."""

from ippoolctl.domain.antrea.pool import Places, Pool, dotted
from ippoolctl.domain.lint.finding import Finding, Fix, PoolGroup, Subject
from ippoolctl.render.checked import Checked, CheckedGroup
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.shape import (
    group_document,
    place_document,
    problem_documents,
    reference_document,
    release_fields,
    span_document,
)
from ippoolctl.render.sentences.check import skip_reason, why_not_fixed


def check_document(checked: Checked) -> Document:
    """The findings of a check."""
    report = checked.report
    return document(
        "CheckReport",
        **release_fields(checked.release),
        summary={
            **{f"{severity.value}s": count for severity, count in report.counts().items()},
            "accepted": sum(each.accepted is not None for each in report.findings),
            "skippedRules": len({each.rule for each in report.skipped}),
            "unlistedOverlaps": report.unlisted,
            **checked.counts,
        },
        items=[finding_document(each, checked.places) for each in report.findings],
        skipped=[
            {
                "rule": each.rule,
                **_group_key(each.group),
                "fact": each.fact.name,
                "why": each.why.value,
                "reason": skip_reason(each),
                **({"partly": True} if each.partly else {}),
            }
            for each in report.skipped
        ],
        problems=problem_documents(checked.problems),
        **({} if checked.fixes is None else {"fixes": [_fix(each) for each in checked.fixes]}),
        **({"groups": [_group(each) for each in checked.groups]} if checked.groups else {}),
    )


def _group(each: CheckedGroup) -> Document:
    return group_document(each.group.kind, each.group.name, each.release, each.pools, each.error)


def _group_key(group: PoolGroup | None) -> Document:
    """The cluster or the directory, if there are several."""
    return {group.kind.value: group.name} if group else {}


def _fix(fix: Fix) -> Document:
    return without_none(
        {
            "rule": fix.finding.rule,
            "pool": fix.finding.subject.about.name,
            "field": dotted(fix.edit.path),
            "old": fix.edit.old_text,
            "new": fix.edit.new_text,
            "place": place_document(fix.place) if fix.place else None,
            "fixed": fix.why_not is None,
            "reason": why_not_fixed(fix) if fix.why_not else None,
        }
    )


def finding_document(finding: Finding, places: Places) -> Document:
    """One finding, with the places of its sides."""
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
    about = subject.about
    place = places.get((id(about), subject.path))
    named = {"pool": about.name} if isinstance(about, Pool) else reference_document(about)
    return without_none(
        {
            **named,
            **_group_key(subject.group),
            "field": subject.field or None,
            "range": subject.text or None,
            "place": place_document(place) if place else None,
        }
    )
