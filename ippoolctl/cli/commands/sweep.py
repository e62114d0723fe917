"""Delete expired pools, and pending pools and claims that killed runs left more than 10 minutes
ago. A pool expires when the --ttl of its creation has passed (clock of the API server). Pools that
an Egress or a Service refers to, or that have assigned addresses, are skipped. Without permission
to list all Egresses and Services, nothing is deleted (exit code 3).

sweep asks for confirmation; without a terminal, use --yes.

\b
Examples:
  ippoolctl sweep
  ippoolctl sweep --dry-run
  ippoolctl sweep --yes -o json
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.result import Result
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.errors import ExitCode, StoppedError, UsageError
from ippoolctl.ports.faults import Fault
from ippoolctl.render.notes import info
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.domain.annotations.expiry import Leftover
    from ippoolctl.engine.session import Session
    from ippoolctl.engine.sweep import Survey

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be removed, and change nothing")
]

_JUDGED = "would be swept"


def run(context: typer.Context, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Sweep."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.engine.sweep import require_rights_to_sweep, survey

    app: AppContext = context.obj
    if not (yes or dry_run or _can_ask()):
        hint = "add --yes, or look first with --dry-run"
        raise UsageError("nobody is there to be asked whether to delete", hint)
    with app.engine_session(seconds=None) as engine:
        found = survey(engine)
        if found.due and not dry_run:
            require_rights_to_sweep(engine, found.due)
            if not yes and not _asked(app, found):
                return Result(code=ExitCode.NO, notes=(info("nothing was done"),))
        outcomes = _planned(found) if dry_run else list(_swept(engine, found))
    result = outcome_result([*outcomes, *found.rest], _JUDGED)
    return result if outcomes else replace(result, notes=(info("nothing to sweep"), *result.notes))


def _planned(found: "Survey") -> list[Outcome]:
    return [
        Outcome(each.pool.name, State.JUDGED, ExitCode.YES, each.reason, live=each.pool)
        for each in found.due
    ]


def _swept(engine: "Session", found: "Survey") -> Iterator[Outcome]:
    """One after the other: a pool that is refused does not save the next, a fault does."""
    ended = False
    for each in found.due:
        if ended:
            yield Outcome(each.pool.name, State.NOT_TRIED, ExitCode.YES)
            continue
        engine.renew()
        outcome = _outcome(engine, each, found)
        ended = outcome.state in (State.FAILED, State.STOPPED)
        yield outcome


def _outcome(engine: "Session", leftover: "Leftover", found: "Survey") -> Outcome:
    from ippoolctl.engine.sweep import sweep

    name = leftover.pool.name
    try:
        return sweep(engine, leftover, found.now)
    except Fault as fault:
        return Outcome(name, State.FAILED, fault.exit_code, fault.message, fault.hint)
    except StoppedError as stop:
        message = f"stopped: {stop.message or f'pool {name} was not looked at again'}"
        return Outcome(name, State.STOPPED, stop.exit_code, message)


def _can_ask() -> bool:
    streams: Sequence[object] = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)  # type: ignore[attr-defined]


def _asked(app: AppContext, found: "Survey") -> bool:
    """Whether somebody at the terminal wants it done, in view of what would be done."""
    from ippoolctl.render.text_outcome import outcome_line

    plan = [outcome_line(each, _JUDGED) for each in _planned(found)]
    app.presenter.ask(plan, f"Sweep {counted(len(plan), 'pool')}? [y/N]")
    answer = sys.stdin.readline().strip().lower()
    return answer in ("y", "yes")
