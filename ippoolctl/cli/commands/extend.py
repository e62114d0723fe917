"""Append ranges to a pool. Antrea does not allow removing ranges, so an append cannot be undone.
extend therefore claims the ranges first (an annotation of the pool; other ippoolctl runs treat
claimed ranges as taken), verifies that no other pool overlaps them, and then appends them.

Ranges that the pool already has are skipped. A range that overlaps a live pool is refused, and all
conflicts are listed (exit code 4). A temporary conflict returns exit code 5; with --wait, extend
retries. Running the same command again continues a killed run. As create, extend warns of addresses
that Nodes, Services, Egresses and other pools have.

\b
Examples:
  ippoolctl extend lab --range 10.20.1.0/26 --wait
  ippoolctl extend lab --range 10.20.1.0/26,10.20.2.0/26 --until ready
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run server
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run client --against live/
"""

from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.linting.hazards import find_hazards, refuse_hazards
from ippoolctl.cli.linting.held_addresses import HeldAddresses
from ippoolctl.cli.linting.prediction import predict
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
from ippoolctl.cli.pool_names import PoolName
from ippoolctl.cli.result import Result
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import ExitCode, UsageError
from ippoolctl.render.notes import error

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.extension import Extension
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.engine.await_state import Until
    from ippoolctl.engine.session import Session


def run(
    context: typer.Context,
    name: PoolName,
    range_: Ranges = None,
    wait: Wait = False,
    until: UntilReady = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    against: Against = None,
    allow: Allow = None,
    request_id: RequestId = None,
) -> Result:
    """Extend the pool, or predict the result."""
    from ippoolctl.cli.outcomes import InTurn, outcome_result
    from ippoolctl.domain.protocol.creation import depends_on_release
    from ippoolctl.domain.protocol.extension import Extension
    from ippoolctl.engine.await_state import Until

    app: AppContext = context.obj
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, READY_STATES, f"--until {until}")
    if (dry_run == "client") != bool(against):
        raise UsageError(
            "--dry-run client and --against must be used together",
            "use both, or use --dry-run server",
        )
    name, id_ = parse_pool_name(name), parse_request_id(request_id)
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    more = read_pool(parse_pool(name, split_values(range_)))
    if len(set(more.texts)) < len(more.texts):
        raise UsageError("duplicate range", "use each range once")
    if against:
        return _predict(app, more, against)
    hazards = find_hazards(app, [more])
    if refused := refuse_hazards(app, [more], hazards, allow, None, "extended"):
        return outcome_result(refused)
    id_ = id_ or marks.request_id(name, {"extend": list(more.texts)})
    state = Until(until) if until and dry_run == "none" else None
    held = HeldAddresses(app, [more], hazards)
    with app.engine_session(seconds=seconds, listed=held.begin) as session:
        matters = state is Until.SEEN or depends_on_release([more])
        release = app.known_release if matters else app.explicit_release
        extension = Extension(name, more.ranges, id_, release)
        turns = InTurn(session, [name])
        for _ in turns:
            with turns:
                outcome = _extend(session, extension, state, dry_run=dry_run == "server")
                turns.outcomes.append(outcome)
        held.warn(turns.outcomes)
    return outcome_result(turns.outcomes, "extended (server dry run)")


def _predict(app: AppContext, more: Pool, against: list[str]) -> Result:
    """The predicted answer to the extension of a pool of ``--against``; no request is sent."""
    existing = app.complete(against, None, recursive=False)
    present = next((each for each in existing.pools if each.name == more.name), None)
    if present is None:
        missing = error(f"pool {more.name} not found in --against")
        return Result(code=ExitCode.NO, notes=(missing,))
    appended = tuple(each for each in more.ranges if each.text not in present.texts)
    whole = present._replace(ranges=(*present.ranges, *appended), origin=None)
    return predict(app, [whole], None, existing.pools, [existing])


def _extend(
    session: "Session", extension: "Extension", until: "Until | None", *, dry_run: bool
) -> "Outcome":
    """Extend the pool and wait for its state."""
    from ippoolctl.engine.await_state import Subject, Until, afterwards, unable_to_probe
    from ippoolctl.engine.range_claim import extend

    if until is Until.SEEN:
        unable = unable_to_probe(session, Subject(extension.name, release=extension.release))
        if unable is not None:
            return unable
        # After the append, which cannot be undone, it would be too late to ask.
        why = "--until seen requires the verb create, for dry-run requests to the webhook"
        session.require_rights(["create"], why)
    outcome = extend(session, extension, dry_run=dry_run)
    live = outcome.live
    if until is None or outcome.code is not ExitCode.YES or live is None:
        return outcome
    uid = live.live.uid if live.live else ""
    subject = Subject(live.name, uid, extension.ranges, extension.release)
    return afterwards(session, outcome, until, subject)
