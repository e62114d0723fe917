"""Carrying out an approved plan, and its result."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.linting.hazards import HeldAddresses
from ippoolctl.cli.outcomes import InTurn, outcome_result
from ippoolctl.cli.requests.planned import Planned, Replaced, planned_for, shown
from ippoolctl.cli.result import Result
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.steps import Plan
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.engine.apply import Application, Approved
from ippoolctl.render.notes import Note, info

if TYPE_CHECKING:
    from ippoolctl.domain.lint.finding import Finding


def carry_out(
    app: AppContext,
    planned: Planned,
    hazards: "Sequence[Finding]",
    seconds: float,
    *,
    dry_run: bool,
    replaced: Replaced | None = None,
) -> Result:
    """Carry out the steps, up to the first that fails."""
    wanted, steps = planned.wanted, planned.plan.steps
    held, again = HeldAddresses(app, planned.new_ranges, hazards), list[Planned]()
    with app.engine_session(seconds=seconds, listed=held.begin) as session:

        def replan(live: Sequence[Pool]) -> Plan:
            # Another plan than the approved one is an outcome, even if it cannot be carried out.
            again.append(planned_for(wanted, live, planned.release, session.consumers))
            return again[-1].plan

        appends = {each.pool: [one.text for one in each.ranges] for each in steps if each.ranges}
        approved = Approved(
            steps,
            replan,
            wanted.pending_objects(),
            wanted.ids,
            {name: marks.request_id(name, {"extend": texts}) for name, texts in appends.items()},
            planned.engine_release,
            dry_run,
        )
        application = Application(session, approved)
        application.require_rights()
        turns = InTurn(session, [each.pool for each in steps])
        for position in turns:
            with turns:
                turns.outcomes.append(application.carry_out(position))
        held.warn(turns.outcomes)
    result = outcome_result(turns.outcomes, "applied (server dry run)")
    notes = result.notes
    if any(each.state is State.NOT_TRIED for each in turns.outcomes):
        notes = (*notes, info("run the same command again to continue"))
    if application.is_outdated:
        notes = (*notes, *plan_as_notes(app, again[-1]))
    document = shown(app, planned, turns.outcomes, replaced).document
    return replace(result, document=document, notes=notes)


def plan_as_notes(app: AppContext, planned: Planned) -> tuple[Note, ...]:
    """A plan that was not approved, as messages."""
    result = shown(app, planned)
    assert result.lines is not None
    return (Note((*result.lines(),)), *result.notes)
