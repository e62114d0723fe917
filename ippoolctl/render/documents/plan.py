"""The document of ``apply``: the plan, and the outcomes of its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.change.steps import Plan, Refusal, Replacement, Step
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.render.documents.envelope import Document, document, without_none
from ippoolctl.render.documents.outcome_list import outcome_document
from ippoolctl.render.documents.shape import pieces_document, release_fields, span_document
from ippoolctl.render.sentences.plan import procedure, refusal_hint, refusal_text

_AS_PLANNED = ("takesFrom", "outcome")
"""Keys of a step that do not tell what it writes."""


def plan_document(
    plan: Plan,
    release: AssumedRelease,
    manifests: Sequence[Mapping[str, Any]],
    *,
    complete: bool,
    ordered: bool,
    outcomes: Sequence[Outcome] = (),
) -> Document:
    """The plan; ``outcomes`` are those of its steps, in order, if it was carried out."""
    result = "refused" if plan.refusals else "legal" if plan.steps else "unchanged"
    steps = [step_document(each) for each in plan.steps]
    for step, outcome in zip(steps, outcomes, strict=False):
        step["outcome"] = outcome_document(outcome)
    return document(
        "Plan",
        **release_fields(release),
        result=result,
        complete=complete,
        ordered=ordered,
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


def is_rest_of(plan: Plan, saved: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the plan has exactly the last steps of a saved one: the others are done."""
    steps = [_written(step_document(each)) for each in plan.steps]
    approved = [_written(each) for each in saved]
    return plan.is_legal and steps == approved[len(approved) - len(steps) :]


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
            "procedure": procedure(found) if found and refusal.replaceable else [],
        }
    )


def _consumer(consumer: Consumer) -> Document:
    fields = {"kind": consumer.kind, "name": consumer.name, "address": consumer.address or None}
    return without_none(fields)
