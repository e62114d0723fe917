"""Create pools so that a script can rely on it: the webhook's cache may be stale, two runs may race
for the same addresses, answers may get lost. A pool that overlaps a live one is refused at once,
with all conflicts (exit code 4). If only the webhook's cache is behind, --wait tries again until it
works; without it the exit code is 5. Running the same command again finds what it made before.

\b
Examples:
  ippoolctl create lab --range 10.20.0.128/26 --wait
  ippoolctl create lab --range 10.0.0.0/28 --until ready --timeout 2m
  ippoolctl create -f pool.yaml --wait -o name
  ippoolctl create "e2e-$JOB" --range 10.0.0.0/28 --ttl 2h --wait
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client --against live/
"""

from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.durations import typed_lifetime, waiting_time
from ippoolctl.cli.options import (
    DEFAULT_TIMEOUT,
    Against,
    Files,
    Ranges,
    Recursive,
    Timeout,
    Wait,
    listed,
    offering,
    require_known,
)
from ippoolctl.cli.typed_names import typed_name
from ippoolctl.cli.typed_pool import typed_document
from ippoolctl.cli.wanted import Wanted, refuse_hazards, wanted_pools, with_ttl
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.outcome import Outcome
    from ippoolctl.domain.request import Request
    from ippoolctl.engine.await_state import Until
    from ippoolctl.engine.run import Run

FORMATS = ("table", "json", "yaml", "name", "ranges")
DRY_RUNS = ("none", "client", "server")
STATES = ("ready", "seen")

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool.")]
DryRun = Annotated[
    str,
    typer.Option(
        "--dry-run",
        metavar="WHERE",
        autocompletion=offering(*DRY_RUNS),
        help="none, client or server; client asks nobody, server writes nothing.",
    ),
]
UntilState = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=offering(*STATES),
        help="Wait further: ready (its status is written) or seen (the webhook knows it).",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="RULE",
        help="Create it in spite of this hazard, such as EIP305; may be repeated, takes commas.",
    ),
]

Ttl = Annotated[
    str | None,
    typer.Option(
        "--ttl",
        metavar="DURATION",
        help="Let ippoolctl sweep delete it that long after its creation, if nobody uses it.",
    ),
]


def run(
    context: typer.Context,
    name: Name = None,
    range_: Ranges = None,
    filename: Files = None,
    recursive: Recursive = False,
    wait: Wait = False,
    until: UntilState = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    against: Against = None,
    allow: Allow = None,
    ttl: Ttl = None,
) -> ExitCode:
    """Create, or say what would come of it."""
    app: AppContext = context.obj
    require_known(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_known(until, STATES, f"--until {until}")
    if (name is None) == (not filename):
        raise UsageError("what to create is missing or given twice", "give either NAME or -f FILE")
    if range_ and filename:
        raise UsageError("--range does not go with -f", "write the ranges into the file")
    if against and dry_run != "client":
        raise UsageError("--against goes with --dry-run client only", "leave it out")
    seconds = waiting_time(context, timeout, waits=wait or until is not None)
    ttl = typed_lifetime("--ttl", ttl)
    if name is not None and dry_run != "client":
        name = typed_name(name)
    if dry_run == "client":
        return _judge_here(app, name, range_, filename, against, recursive=recursive)
    wanted = with_ttl(wanted_pools(app, name, range_, filename, recursive=recursive), ttl)
    refuse_hazards(app, [each.pool for each in wanted], listed(allow))
    return _create(app, wanted, seconds, until, dry_run=dry_run == "server")


def _judge_here(
    app: AppContext,
    name: str | None,
    ranges: list[str] | None,
    filename: list[str] | None,
    against: list[str] | None,
    *,
    recursive: bool,
) -> ExitCode:
    from ippoolctl.cli.verdict import answer

    asked = app.manifests(None, filename, recursive=recursive) if filename else None
    pools = asked.pools if asked else [read_pool(typed_document(name or "", listed(ranges)))]
    existing = app.complete(against, None, recursive=recursive) if against else None
    known = existing.pools if existing else []
    read = [each for each in (asked, existing) if each is not None]
    return answer(app, pools, asked, known, read, always_create=True)


def _create(
    app: AppContext,
    wanted: list[Wanted],
    seconds: float | None,
    until: str | None,
    *,
    dry_run: bool,
) -> ExitCode:
    from ippoolctl.cli.cluster import begun
    from ippoolctl.cli.outcomes import emit_outcomes, in_turn
    from ippoolctl.domain.creation import among_themselves
    from ippoolctl.engine.await_state import Until

    pools = [each.pool for each in wanted]
    outcomes = among_themselves(pools)
    if not outcomes:
        state = Until(until) if until and not dry_run else None
        with begun(app.gateway, app.options, app.emitter, seconds=seconds) as engine:

            def act(position: int) -> "Outcome":
                return _create_one(app, engine, wanted[position], state, dry_run=dry_run)

            outcomes = in_turn(engine, [each.name for each in pools], act)
    return emit_outcomes(app.emitter, outcomes, "created (server dry run)")


def _create_one(
    app: AppContext, run: "Run", wanted: Wanted, until: "Until | None", *, dry_run: bool
) -> "Outcome":
    from ippoolctl.crd.created_object import pending_object
    from ippoolctl.engine.await_state import Subject, afterwards, unable_to_probe
    from ippoolctl.engine.create import create

    request = _request(app, wanted)
    if until is not None and until.value == "seen":
        unable = unable_to_probe(run, Subject(request.name, release=app.said_release))
        if unable is not None:
            return unable
    manifest = pending_object(wanted.document, request.id)
    outcome = create(run, request, manifest, dry_run=dry_run)
    pool = outcome.live
    if until is None or outcome.code is not ExitCode.YES or pool is None:
        return outcome
    uid = pool.live.uid if pool.live else ""
    subject = Subject(pool.name, uid, pool.ranges, app.said_release)
    return afterwards(run, outcome, until, subject)


def _request(app: AppContext, wanted: Wanted) -> "Request":
    from ippoolctl.domain.marks import request_id
    from ippoolctl.domain.request import Request

    return Request(wanted.pool, request_id(wanted.pool.name, wanted.document), app.said_release)
