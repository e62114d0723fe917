"""The document of ``apply``: the plan, and the outcomes of its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.change.steps import Plan, Refusal, Replacement, Step
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.outcome_list import outcome_document
from ippoolctl.render.documents.relocation import relocation_fields
from ippoolctl.render.documents.shape import pieces_document, release_fields, span_document
from ippoolctl.render.sentences.plan import procedure, refusal_hint, refusal_text

_AS_PLANNED = ("takesFrom", "outcome")
"""Keys of a step that do not tell what it writes."""
_NOT_BEGUN = (EndKind.LOSES_ADDRESSES, EndKind.UNFINISHED)


def plan_document(
    plan: Plan,
    release: AssumedRelease,
    manifests: Sequence[Mapping[str, Any]],
    *,
    complete: bool,
    ordered: bool,
    replacing: bool,
    outcomes: Sequence[Outcome] = (),
    replaced: tuple[Relocation, Relocated] | None = None,
) -> Document:
    """The plan; ``outcomes`` are those of its steps, in order, if it was carried out, and
    ``replaced`` are the pools that are replaced before the steps, and how that ended.
    """
    refused = plan.refusals or (replaced and replaced[1].end in _NOT_BEGUN)
    result = "refused" if refused else "legal" if plan.steps or replaced else "unchanged"
    steps = [step_document(each) for each in plan.steps]
    for step, outcome in zip(steps, outcomes, strict=False):
        step["outcome"] = outcome_document(outcome)
    return document(
        "Plan",
        **release_fields(release),
        result=result,
        complete=complete,
        ordered=ordered,
        replace=replacing,
        **({"replacement": _replacement(*replaced)} if replaced else {}),
        steps=steps,
        refusals=[_refusal(each, plan.replacement) for each in plan.refusals],
        inPieces=[
            {
                "pool": each.pool,
                "wanted": [part.wanted.text for part in each.parts],
                "ranges": list(each.texts),
                "pieces": [pieces_document(part) for part in each.parts],
            }
            for each in plan.in_pieces
        ],
        manifests=[dict(each) for each in manifests],
    )


def step_document(step: Step) -> Document:
    """What a step writes, and what it presupposes."""
    return without_none(
        {
            "action": step.action.value,
            "pool": step.pool,
            "uid": step.uid or None,
            "before": list(step.before.texts) if step.before else None,
            "after": list(step.after.texts) if step.after else None,
            "append": [each.text for each in step.ranges] or None,
            "changes": [
                {"path": list(each.path), "old": each.old, "new": each.new} for each in step.values
            ]
            or None,
            "takesFrom": list(step.takes_from) or None,
        }
    )


def is_rest_of(plan: Plan, saved: Mapping[str, Any], relocation: Relocation | None = None) -> bool:
    """Whether the plan has exactly the last steps of a saved one: the others are done; and all of
    them after the same replacement.
    """
    steps = [_written(step_document(each)) for each in plan.steps]
    approved = [_written(each) for each in saved["steps"]]
    if relocation is not None:
        planned = saved.get("replacement", {})
        same = all(planned.get(key) == value for key, value in _replaced(relocation).items())
        return plan.is_legal and same and steps == approved
    return plan.is_legal and steps == approved[len(approved) - len(steps) :]


def _replacement(relocation: Relocation, ended: Relocated) -> Document:
    return {**relocation_fields(ended), **_replaced(relocation)}


def _replaced(relocation: Relocation) -> Document:
    """What a replacement deletes, creates and appends."""
    return {
        "delete": [
            {"pool": each.name, "uid": each.uid, "ranges": [one.text for one in each.ranges]}
            for each in relocation.deleted
        ],
        "create": [{"pool": each.name, "ranges": [*each.texts]} for each in relocation.created],
        "append": [
            {"pool": name, "ranges": [one.text for one in ranges]}
            for name, ranges in relocation.appended
        ],
    }


def _written(step: Mapping[str, Any]) -> Document:
    return {key: value for key, value in step.items() if key not in _AS_PLANNED}


def _refusal(refusal: Refusal, found: Replacement | None) -> Document:
    return without_none(
        {
            "pool": refusal.pool,
            "reason": refusal.kind.value,
            "message": refusal_text(refusal),
            "hint": refusal_hint(refusal),
            "sentences": list(refusal.sentences),
            "stage": refusal.stage.value if refusal.stage else None,
            "others": list(refusal.others) or None,
            "deleteFirst": refusal.delete_first or None,
            "rangesRemoved": list(refusal.removed) or None,
            "lost": [span_document(each) for each in refusal.lost] or None,
            "losing": [_consumer(each) for each in refusal.losing],
            "keeping": [_consumer(each) for each in refusal.keeping],
            "unseen": list(refusal.unseen) or None,
            "procedure": procedure(found.relocation, in_use=found.in_use)
            if found and refusal.replaceable
            else [],
        }
    )


def _consumer(consumer: Consumer) -> Document:
    fields = {"kind": consumer.kind, "name": consumer.name, "address": consumer.address or None}
    return without_none(fields)
