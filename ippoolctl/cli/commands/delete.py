"""Delete pools that are not in use. If an Egress or a Service refers to a pool, delete lists the
users and exits with code 4, because Antrea would remove their addresses at once; use --force to
delete the pool even if it is in use. Deleting a pool that does not exist succeeds. Several pools
are deleted in order, up to the first failure. Pools are chosen by name, by quoted patterns with *
and ?, by labels (-l), or as the pools in manifests (-f, by their names). Like kubectl, delete does
not ask for confirmation; --dry-run client lists the pools first.

--save FILE writes the manifests of the pools, and which Egress or Service has which address, before
anything is deleted; ippoolctl restore FILE brings all of it back. With --force, pools in use are
always saved: without --save to a new file in $XDG_STATE_HOME/ippoolctl (~/.local/state/ippoolctl).

To reuse the ranges, use --until forgotten: delete then waits until the webhook has forgotten the
pool, that is, until its cache no longer contains it. A pool that the webhook does not know yet is
deleted after it does. If the pool does not exist, its ranges are unknown (exit code 3). Pass them
instead:

\b
  ippoolctl wait NAME --until forgotten --range RANGE

\b
Examples:
  ippoolctl delete lab
  ippoolctl delete lab-a lab-b --wait
  ippoolctl delete 'e2e-*' --dry-run client
  ippoolctl delete -l team=net
  ippoolctl delete -f pools.yaml
  ippoolctl delete lab --force --save lab.yaml
  ippoolctl delete lab --until forgotten --timeout 2m
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.files.state_directory import state_directory
from ippoolctl.cli.options.declaration import (
    DRY_RUNS,
    complete_from,
    dry_run_option,
    require_one_of,
)
from ippoolctl.cli.options.pools import LIST_HINT, Files, Recursive, Selector
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, Timeout, parse_timeout
from ippoolctl.cli.pool_names import PoolNames
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.errors import ExitCode, NotFoundError, StoppedError, UsageError
from ippoolctl.ports.faults import Fault
from ippoolctl.render.notes import info
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.cli.files.saved_file import SavedFile
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.domain.protocol.until import Until
    from ippoolctl.engine.session import Session

STATES = ("gone", "forgotten")

Force = Annotated[bool, typer.Option("--force", help="Delete the pool even if it is in use")]
MustExist = Annotated[
    bool, typer.Option("--must-exist", help="Exit with code 1 if a pool does not exist")
]
WaitGone = Annotated[
    bool, typer.Option("--wait", help="Wait until the pool is gone (same as --until gone)")
]
UntilState = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=complete_from(*STATES),
        help="Wait until the pool is gone, or forgotten (the webhook no longer knows it)",
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save",
        metavar="FILE",
        help="Save the pools and the holders of their addresses in this file first",
    ),
]
DryRun = Annotated[str, dry_run_option("none, or client (print what would be deleted)")]


def run(
    context: typer.Context,
    names: PoolNames = None,
    selector: Selector = None,
    filename: Files = None,
    recursive: Recursive = False,
    force: Force = False,
    must_exist: MustExist = False,
    wait: WaitGone = False,
    until: UntilState = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    save: Save = None,
) -> Result:
    """Delete the pools."""
    from ippoolctl.cli.inputs.chosen_pools import chosen_pools
    from ippoolctl.cli.outcomes import InTurn, outcome_result
    from ippoolctl.domain.protocol.until import Until
    from ippoolctl.engine.deleting.delete import Deletion, delete

    app: AppContext = context.obj
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, STATES, f"--until {until}")
    if save is not None and str(save) == STDIN:
        raise UsageError("--save requires the name of a file", "use --save FILE")
    chosen = chosen_pools(app, names, selector, filename, recursive=recursive)
    state = Until(until) if until else Until.GONE if wait else None
    seconds = parse_timeout(context, timeout, waits=state is not None)
    client = dry_run == "client"
    with app.engine_session(seconds=seconds) as session:
        release = app.known_release if state and state.asks_webhook else app.explicit_release
        pools, unmatched = chosen.matching(session)
        if must_exist and unmatched:
            raise NotFoundError(f"no pool matches {unmatched[0]}", LIST_HINT)
        saved = _save(app, session, pools, save) if (save or force) and not client else None
        again = saved.save_again if saved else None
        turns = InTurn(session, pools)
        for position in turns:
            with turns:
                deletion = Deletion(
                    pools[position],
                    force=force,
                    must_exist=must_exist,
                    dry_run=client,
                    until=state,
                    release=release,
                    save=again,
                )
                turns.outcomes.append(delete(session, deletion))
        outcomes, stop = turns.outcomes, None
        try:
            outcomes = _with_numbered(session, outcomes)
        except StoppedError as signal:  # the deletions are done: only the waits are left
            stop = signal
        if state is not None and not client:
            outcomes = _wait(session, outcomes, state, release, stop)
    if saved:
        outcomes = [
            replace(each, saved=saved.path) if each.pool in saved.names else each
            for each in outcomes
        ]
    result = outcome_result(outcomes, "deleted (dry run)")
    notes = [info(f"no pool matches {each}; nothing to delete") for each in unmatched]
    return replace(result, notes=(*notes, *result.notes))


def _save(
    app: AppContext, session: "Session", names: "Sequence[str]", path: Path | None
) -> "SavedFile":
    """Save the pools before the first of them is deleted; those in use without a ``path``."""
    from ippoolctl.cli.files.saved_file import SavedFile
    from ippoolctl.engine.session import timeout_as_fault

    saved = SavedFile(path, lambda: state_directory(os.environ), app.now(), session.gateway.host)
    with timeout_as_fault():
        # Antrea takes the addresses of a pool that another run deletes: consumers are read while it
        # still exists.
        consumers = session.consumers()
        live = [pool for each in names if (pool := session.get_pool(each)) is not None]
        saved.save(names, live, consumers)
    if saved.path:
        count = counted(len(saved.names), "pool")
        undo = f"to undo: ippoolctl restore {quote(saved.path)}"
        app.presenter.note(info(f"saved {count} to {saved.path}; {undo}"))
    return saved


def _with_numbered(session: "Session", outcomes: "Sequence[Outcome]") -> "list[Outcome]":
    """The outcomes, those of absent pools with the numbered pools in place of each.

    Raises :class:`StoppedError` after a signal.
    """
    from ippoolctl.cli.inputs.chosen_pools import numbered
    from ippoolctl.domain.protocol.outcome import Report, ReportKind, State
    from ippoolctl.engine.session import TimedOutError

    live: list[str] = []
    if any(each.state is State.ABSENT for each in outcomes):
        # The deletions are done: no failure here changes that.
        with suppress(Fault, TimedOutError):
            listed = session.gateway.list_pools(within=session.within())
            live = [each.name for each in listed.pools]
    found = []
    for each in outcomes:
        names = numbered(each.pool, live) if each.state is State.ABSENT else ()
        report = Report(ReportKind.NOT_FOUND, names=names)
        if names and each.code is ExitCode.YES:
            found.append(replace(each, warning=report))
        else:
            found.append(replace(each, report=report) if names else each)
    return found


def _wait(
    session: "Session",
    deleted: "Sequence[Outcome]",
    until: "Until",
    release: Release | None,
    stop: StoppedError | None,
) -> "list[Outcome]":
    """The outcomes after waiting; without a wait, the outcome of the deletion. ``stop`` is a signal
    that came before.

    The waits begin after all deletions: otherwise a pool that is not deleted yet could be the cause
    of the webhook's denial of another pool's ranges.
    """
    from ippoolctl.cli.outcomes import InTurn
    from ippoolctl.domain.protocol.outcome import State
    from ippoolctl.engine.deleting.delete import (
        not_awaited,
        stopped_before_the_end,
        wait_for_the_end,
    )

    outcomes = {each.pool: not_awaited(each) for each in deleted}
    if all(each.code is ExitCode.YES for each in deleted):
        terminating = [each for each in deleted if each.live is not None]
        turns = InTurn(session, [each.pool for each in terminating])
        for position in turns:
            with turns:
                each = terminating[position]
                outcome = (
                    stopped_before_the_end(each, stop)
                    if stop is not None
                    else wait_for_the_end(session, each, until, release)
                )
                turns.outcomes.append(outcome)
        outcomes |= {
            each.pool: each for each in turns.outcomes if each.state is not State.NOT_TRIED
        }
        outcomes |= {
            each.pool: wait_for_the_end(session, each, until, release)
            for each in deleted
            if each.live is None
        }
    return list(outcomes.values())
