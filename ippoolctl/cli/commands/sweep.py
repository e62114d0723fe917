"""Delete expired pools, and pending pools and claims that killed runs left more than 10 minutes
ago. A pool expires when the --ttl of its creation has passed (clock of the API server). Pools that
an Egress or a Service refers to, or that have assigned addresses, are skipped. Without permission
to list all Egresses and Services, nothing is deleted (exit code 3).

Of a killed rename, move, shrink, restore or apply --replace, sweep deletes nothing; it prints the
command that finishes it.

sweep asks for confirmation; without a terminal, use --yes.

\b
Examples:
  ippoolctl sweep
  ippoolctl sweep --dry-run
  ippoolctl sweep --yes -o json
"""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ippoolctl.cli.confirmation import DECLINED, Yes, is_confirmed, require_terminal
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.inventory import recorded_runs
from ippoolctl.cli.result import Result
from ippoolctl.domain.protocol.outcome import Report, ReportKind
from ippoolctl.domain.surroundings.kind import CONSUMERS
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault
from ippoolctl.render.notes import Note, info
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.unfinished import unfinished_notes

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.engine.deleting.sweep import Leftovers
    from ippoolctl.engine.session import Session

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be removed, and change nothing")
]

_PLANNED: Final = "would be swept"


def run(context: typer.Context, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Sweep."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.domain.protocol.outcome import Outcome, State
    from ippoolctl.engine.deleting.sweep import find_leftovers, require_rights_to_sweep
    from ippoolctl.render.text.outcome import outcome_line

    app: AppContext = context.obj
    if not (yes or dry_run):
        require_terminal("--dry-run")
    with app.engine_session(seconds=None) as session:
        found = find_leftovers(session)
        planned = [
            Outcome(
                each.pool.name,
                State.DRY_RUN,
                ExitCode.YES,
                Report(ReportKind.TEXT, text=each.reason),
                live=each.pool,
            )
            for each in found.due
        ]
        outcomes = planned
        if not dry_run and planned:
            require_rights_to_sweep(session, found.due)
            if not yes:
                plan = [outcome_line(each, _PLANNED) for each in planned]
                question = f"Sweep {counted(len(plan), 'pool')}?"
                if not is_confirmed(app.presenter, plan, question):
                    return DECLINED
            outcomes = _sweep(session, found)
        result = outcome_result([*outcomes, *found.rest], _PLANNED)
        unfinished: list[Note] = []
        if result.code is ExitCode.YES:
            with suppress(StoppedError):  # what is swept is swept
                unfinished = _unfinished(app, found)
    nothing = () if outcomes else (info("nothing to sweep"),)
    return replace(result, notes=(*nothing, *result.notes, *unfinished))


def _unfinished(app: AppContext, found: "Leftovers") -> list[Note]:
    """A warning of each unfinished run: only the run itself can finish, so sweep leaves its pools
    and consumers alone.
    """
    from ippoolctl.cluster.surroundings import SurroundingsReading

    around = SurroundingsReading(app.gateway, CONSUMERS).result()
    return unfinished_notes(recorded_runs(found.listed.pools, around))


def _sweep(session: "Session", found: "Leftovers") -> "list[Outcome]":
    """Sweep in order; unlike a refused pool, a fault or a signal ends the sweep."""
    from ippoolctl.domain.protocol.outcome import Outcome, State
    from ippoolctl.engine.deleting.sweep import sweep
    from ippoolctl.engine.outcomes import failed, stopped

    outcomes: list[Outcome] = []
    for each in found.due:
        name = each.pool.name
        if outcomes and outcomes[-1].state in (State.FAILED, State.STOPPED, State.NOT_TRIED):
            outcomes.append(Outcome(name, State.NOT_TRIED, ExitCode.YES))
            continue
        session.renew()
        try:
            outcomes.append(sweep(session, each, found.now))
        except Fault as fault:
            outcomes.append(failed(name, fault))
        except StoppedError as stop:
            outcomes.append(stopped(name, stop))
    return outcomes
