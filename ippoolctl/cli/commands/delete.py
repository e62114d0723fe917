"""Delete pools that are not in use. If an Egress or a Service refers to a pool, delete lists the
users and exits with code 4, because Antrea would remove their addresses at once; use --force to
delete the pool even if it is in use. Deleting a pool that does not exist succeeds. Several pools
are deleted in order, up to the first failure.

To reuse the ranges, use --until forgotten: delete then waits until the webhook cache no longer
contains the pool. A pool that is not in the cache yet is deleted after the cache contains it. If
the pool does not exist, its ranges are unknown (exit code 3). Pass them instead:

\b
  ippoolctl wait NAME --until forgotten --range RANGE

\b
Examples:
  ippoolctl delete lab
  ippoolctl delete lab-a lab-b --wait
  ippoolctl delete lab --until forgotten --timeout 2m
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import complete_from, require_one_of
from ippoolctl.cli.options.pools import parse_pool_names
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, Timeout, parse_timeout
from ippoolctl.cli.pool_name_completion import offer_pool_names
from ippoolctl.cli.result import Result
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ippoolctl.engine.session import Session

STATES = ("gone", "forgotten")
DRY_RUNS = ("none", "client")

Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Names of the pools", autocompletion=offer_pool_names),
]
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
        help="Wait until the pool is gone, or forgotten (gone from the webhook cache)",
    ),
]
DryRun = Annotated[
    str,
    typer.Option(
        "--dry-run",
        metavar="WHERE",
        autocompletion=complete_from(*DRY_RUNS),
        help="none, or client (print what would be deleted)",
    ),
]


def run(
    context: typer.Context,
    names: Names,
    force: Force = False,
    must_exist: MustExist = False,
    wait: WaitGone = False,
    until: UntilState = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
) -> Result:
    """Delete the pools."""
    from ippoolctl.cli.outcomes import in_turn, outcome_result
    from ippoolctl.engine.await_state import Until
    from ippoolctl.engine.delete import Deletion, delete, wait_for_the_end

    app: AppContext = context.obj
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, STATES, f"--until {until}")
    names = parse_pool_names(names)
    if len(set(names)) < len(names):
        raise UsageError("a pool is named twice", "name each once")
    state = Until(until) if until else Until.GONE if wait else None
    seconds = parse_timeout(context, timeout, waits=state is not None)
    release, only_say = app.said_release, dry_run == "client"
    with app.engine_session(seconds=seconds) as engine:

        def act(position: int) -> Outcome:
            deletion = Deletion(names[position], force, must_exist, only_say, state, release)
            return delete(engine, deletion)

        outcomes = in_turn(engine, names, act)
        if state is not None and not only_say:

            def wait_for(outcome: Outcome) -> Outcome:
                return wait_for_the_end(engine, outcome, state, release)

            outcomes = _waited_for(engine, outcomes, wait_for)
    return outcome_result(outcomes, "deleted (dry run)")


def _waited_for(
    engine: "Session", outcomes: Sequence[Outcome], wait_for: Callable[[Outcome], Outcome]
) -> list[Outcome]:
    """The ends of what was deleted; where one is not waited for, its deletion stays what it was.

    All are deleted by now, so that none hides what the webhook thinks of another.
    """
    from ippoolctl.cli.outcomes import in_turn
    from ippoolctl.engine.delete import unawaited

    ends = {each.pool: unawaited(each) for each in outcomes}
    if not any(map(_failed, outcomes)):
        going = [each for each in outcomes if each.live is not None]
        names = [each.pool for each in going]
        waited = in_turn(engine, names, lambda position: wait_for(going[position]))
        ends |= {each.pool: each for each in waited if each.state is not State.NOT_TRIED}
        ends |= {each.pool: wait_for(each) for each in outcomes if each.live is None}
    return list(ends.values())


def _failed(outcome: Outcome) -> bool:
    return outcome.code is not ExitCode.YES
