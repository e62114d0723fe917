"""A plan for people: its steps in order, what is refused, and the legal way."""

from collections.abc import Iterator, Sequence
from typing import Final

from ippoolctl.domain.change.steps import RECORD, Action, Plan, Refusal, Replacement, Step
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.notes import Note, error, info
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.plan import (
    holders_of,
    procedure,
    refusal_hint,
    refusal_text,
    unseen_users,
)
from ippoolctl.render.styles import Line, Segment, Style, line
from ippoolctl.render.text.range_change import pieces_text

_LONGEST: Final = 8
"""Ranges of one step that are shown."""


def plan_lines(plan: Plan, first: Sequence[str] = ()) -> Iterator[Line]:
    """The steps in order, after those that replace pools (:func:`.sentences.plan.procedure`)."""
    steps = [*first, *map(_step, plan.steps)]
    if steps:
        yield line(Segment(f"plan: {counted(len(steps), 'step')}", Style.STRONG))
    for number, step in enumerate(steps, 1):
        yield line(f"  {number}. {step}", hanging=5)


def plan_notes(plan: Plan) -> list[Note]:
    """A message for each pool that is refused, with the procedure that leads to the manifests, and
    for ranges that stay in pieces.
    """
    joint = sum(each.replaceable for each in plan.refusals) > 1
    refused = [
        error(
            refusal_text(each),
            refusal_hint(each),
            () if joint else _way(plan.replacement if each.replaceable else None, each),
        )
        for each in plan.refusals
    ]
    if joint and plan.replacement is not None:
        refused.append(Note(tuple(_together(plan.replacement)), essential=True))
    growing = {each.pool for each in plan.steps if each.action is Action.APPEND}
    verbs = ((each, "will have" if each.pool in growing else "has") for each in plan.in_pieces)
    return [*refused, *(info(pieces_text(each.pool, each.parts, verb)) for each, verb in verbs)]


def _step(step: Step) -> str:
    pool, taken = step.pool, ", ".join(step.takes_from)
    takes = f" (takes addresses of {taken})" if taken else ""
    match step.action:
        case Action.CREATE:
            return (
                f"create pool {pool} with {_ranges(step.after.texts if step.after else ())}{takes}"
            )
        case Action.CHANGE:
            fields = dict.fromkeys(_field(each.path) for each in step.values if each.path != RECORD)
            if not fields:
                return f"record on pool {pool} which labels and annotations its manifest has"
            return f"change pool {pool}: {', '.join(fields)}"
        case Action.APPEND:
            texts = tuple(each.text for each in step.ranges)
            return f"append {_ranges(texts)} to pool {pool}{takes}"
        case Action.REORDER:
            return f"change the order of the ranges of pool {pool}"
        case Action.DELETE:
            return f"delete pool {pool} (unused)"


def _field(path: tuple[str, ...]) -> str:
    if path[0] == "metadata":
        return f"{path[1].removesuffix('s')} {path[2]}"
    return path[-1]


def _ranges(texts: tuple[str, ...]) -> str:
    return listed(texts, _LONGEST) or "no ranges"


def _way(found: Replacement | None, refusal: Refusal) -> Iterator[Line]:
    if found is not None:
        yield line("    to recreate it:")
        yield from _procedure(found, "    ")
    for text in unseen_users(refusal):
        yield line(f"    {text}", hanging=8)


def _together(found: Replacement) -> Iterator[Line]:
    yield line("to recreate these pools, in this order:")
    yield from _procedure(found, "")


def _procedure(found: Replacement, margin: str) -> Iterator[Line]:
    for number, step in enumerate(procedure(found.relocation, in_use=found.in_use), 1):
        yield line(f"{margin}  {number}. {step}", hanging=len(margin) + 5)
    for text in holders_of(found):
        yield line(f"{margin}{text}", hanging=len(margin) + 4)
