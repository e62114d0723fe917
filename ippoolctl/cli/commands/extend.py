"""Append ranges to a pool. Antrea does not allow removing ranges, so an append cannot be undone.
extend therefore claims the ranges first (an annotation of the pool; other ippoolctl runs treat
claimed ranges as taken), verifies that no other pool overlaps them, and then appends them.

Ranges that the pool already has are skipped. A range that overlaps a live pool is refused, and all
conflicts are listed (exit code 4). A temporary conflict returns exit code 5; with --wait, extend
retries. Running the same command again continues a killed run.

\b
Examples:
  ippoolctl extend lab --range 10.20.1.0/26 --wait
  ippoolctl extend lab --range 10.20.1.0/26,10.20.2.0/26 --until ready
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run server
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run client --against live/
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.cli.options.pools import Against, Ranges, parse_pool, parse_pool_name
from ippoolctl.cli.options.request import DRY_RUNS, Allow, DryRun, RequestId, parse_request_id
from ippoolctl.cli.options.waiting import (
    DEFAULT_TIMEOUT,
    READY_STATES,
    Timeout,
    UntilReady,
    Wait,
    parse_timeout,
)
from ippoolctl.cli.pool_name_completion import offer_pool_names
from ippoolctl.cli.result import Result
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.errors import ExitCode, UsageError
from ippoolctl.render.notes import error

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.pool import Pool
    from ippoolctl.domain.protocol.extension import Extension
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.engine.await_state import Until
    from ippoolctl.engine.session import Session

Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the pool", autocompletion=offer_pool_names),
]


def run(
    context: typer.Context,
    name: Name,
    range_: Ranges = None,
    wait: Wait = False,
    until: UntilReady = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    against: Against = None,
    allow: Allow = None,
    request_id: RequestId = None,
) -> Result:
    """Extend, or say what would come of it."""
    app: AppContext = context.obj
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, READY_STATES, f"--until {until}")
    if (dry_run == "client") != bool(against):
        raise UsageError(
            "--dry-run client and --against go together: nobody else says what the pool has",
            "give both or neither; --dry-run server asks the server",
        )
    name = parse_pool_name(name)
    id_ = parse_request_id(request_id)
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    more = read_pool(parse_pool(name, split_values(range_)))
    if len(set(more.texts)) < len(more.texts):
        raise UsageError("a range is given twice", "give each once")
    if against:
        return _judge_here(app, more, against)
    from ippoolctl.cli.wanted import refuse_hazards

    refuse_hazards(app, [more], split_values(allow))
    extension = _extension(app, more, id_)
    return _extend(app, extension, seconds, until, dry_run=dry_run == "server")


def _judge_here(app: AppContext, more: "Pool", against: list[str]) -> Result:
    from ippoolctl.cli.prediction import predict

    existing = app.complete(against, None, recursive=False)
    present = next((each for each in existing.pools if each.name == more.name), None)
    if present is None:
        missing = error(f"pool {more.name} not found in --against")
        return Result(code=ExitCode.NO, notes=(missing,))
    appended = tuple(each for each in more.ranges if each.text not in present.texts)
    whole = present._replace(ranges=(*present.ranges, *appended), origin=None)
    return predict(app, [whole], None, existing.pools, [existing])


def _extension(app: AppContext, more: "Pool", request_id: str | None) -> "Extension":
    from ippoolctl.domain.annotations import marks
    from ippoolctl.domain.protocol.extension import Extension

    made = marks.request_id(more.name, {"extend": list(more.texts)})
    return Extension(more.name, more.ranges, request_id or made, app.said_release)


def _extend(
    app: AppContext,
    extension: "Extension",
    seconds: float | None,
    until: str | None,
    *,
    dry_run: bool,
) -> Result:
    from ippoolctl.cli.outcomes import in_turn, outcome_result
    from ippoolctl.engine.await_state import Until

    state = Until(until) if until and not dry_run else None
    with app.engine_session(seconds=seconds) as engine:

        def act(_: int) -> "Outcome":
            return _extend_one(app, engine, extension, state, dry_run=dry_run)

        outcomes = in_turn(engine, [extension.name], act)
    return outcome_result(outcomes, "extended (server dry run)")


def _extend_one(
    app: AppContext, run: "Session", extension: "Extension", until: "Until | None", *, dry_run: bool
) -> "Outcome":
    from ippoolctl.engine.await_state import Subject, afterwards, unable_to_probe
    from ippoolctl.engine.range_claim import extend
    from ippoolctl.engine.rights import require_rights

    if until is not None and until.value == "seen":
        subject = Subject(extension.name, release=app.said_release)
        unable = unable_to_probe(run, subject)
        if unable is not None:
            return unable
        # Asked last of all, it would be asked after an append that nobody can take back.
        require_rights(run, ["create"], "the webhook is asked by dry runs that create a pool")
    outcome = extend(run, extension, dry_run=dry_run)
    pool = outcome.live
    if until is None or outcome.code is not ExitCode.YES or pool is None:
        return outcome
    uid = pool.live.uid if pool.live else ""
    subject = Subject(pool.name, uid, extension.ranges, app.said_release)
    return afterwards(run, outcome, until, subject)
