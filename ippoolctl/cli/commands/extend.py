"""Append ranges to a pool. Antrea does not allow removing ranges, so an append cannot be undone.
extend therefore claims the ranges first (an annotation of the pool; other ippoolctl runs treat
claimed ranges as taken), verifies that no other pool overlaps them, and then appends them.

With a size (--ips, --prefix), extend appends the free range nearest to the ranges of the pool: if
it has a subnet (subnetInfo), inside it and without its gateway, otherwise inside --within. With
neither, the range is next to a range of the pool, in the smallest network around it that has room
(at most four times as large as the range). After a conflict extend tries another range. The pool
remembers which request appended which range, so running the same command again appends nothing: use
another --request-id to extend it once more.

Ranges that the pool already has are skipped. A range that overlaps a live pool is refused, and all
conflicts are listed (exit code 4). A temporary conflict returns exit code 5; with --wait, extend
retries. Running the same command again continues a killed run. Like create, extend warns of
addresses that Nodes, Services, Egresses and other pools have. --dry-run client predicts the answer
from the pools of --against, or else from those of the cluster, without a write; with -o yaml it
prints the manifest of the pool with the new ranges.

\b
Examples:
  ippoolctl extend lab --range 10.20.1.0/26 --wait
  ippoolctl extend lab --range 10.20.1.0/26,10.20.2.0/26 --until ready
  ippoolctl extend lab --ips 14 --wait
  ippoolctl extend lab --prefix 28 --within 10.20.0.0/16 --request-id 2026-12
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run server
  ippoolctl extend lab --ips 14 --dry-run client
  ippoolctl extend lab --range 10.20.1.0/26 --dry-run client --against live/
"""

from dataclasses import replace
from typing import Annotated, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_existing
from ippoolctl.cli.linting.hazards import HeldAddresses, find_hazards, refuse_hazards
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import Against, Ranges, not_found_hint, parse_pool_name
from ippoolctl.cli.options.request import (
    Allow,
    DryRun,
    RequestId,
    check_request,
    is_sized,
    parse_request_id,
)
from ippoolctl.cli.options.sizes import Exclude, Ips, Prefix, Within
from ippoolctl.cli.options.waiting import (
    DEFAULT_TIMEOUT,
    Timeout,
    UntilReady,
    Wait,
    awaited_state,
    parse_timeout,
)
from ippoolctl.cli.pool_names import PoolName, offer_pool_names
from ippoolctl.cli.requests.pool_append import (
    AppendOptions,
    AppendRequest,
    append_ranges,
    requested_append,
)
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.addresses.ranges import lacking, read_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import ExitCode, NotFoundError, UsageError
from ippoolctl.render.notes import info

Near = Annotated[
    str | None,
    typer.Option(
        "--near",
        metavar="POOL|ADDRESS",
        autocompletion=offer_pool_names,
        help="With a size: take the free range nearest to another pool or to an address",
    ),
]
_OF_SIZES: Final = ("within", "exclude", "near")
"""Options that require a size."""


def run(
    context: typer.Context,
    name: PoolName,
    range_: Ranges = None,
    ips: Ips = None,
    prefix: Prefix = None,
    within: Within = None,
    exclude: Exclude = None,
    near: Near = None,
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

    app: AppContext = context.obj
    _check_combinations(context)
    asked = AppendOptions(
        parse_pool_name(name),
        split_values(range_),
        ips,
        prefix,
        split_values(within),
        split_values(exclude),
        near,
        parse_request_id(request_id),
    )
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    if dry_run == "client":
        return _predict(app, asked, against)
    state, held = awaited_state(until, dry_run), None
    with app.engine_session(seconds=seconds) as session:
        turns = InTurn(session, [asked.name])
        for _ in turns:
            with turns:
                request = requested_append(app, asked, session.get_pool)
                hazards = find_hazards(app, [request.more])
                if refused := refuse_hazards(app, [request.more], hazards, allow, None, "extend"):
                    turns.outcomes += refused
                    continue
                held = HeldAddresses(app, [request.more] if request.more.ranges else [], hazards)
                session.listed = held.begin
                if request.search is not None:
                    from ippoolctl.cli.inputs.taken_space import read_reserved

                    request = request.avoiding(read_reserved(app, None, live=True))
                asks = state is not None and state.asks_webhook
                matters = asks or depends_on_release([request.more])
                release = app.known_release if matters else app.explicit_release
                dry = dry_run == "server"
                outcome = append_ranges(session, request, release, state, dry_run=dry)
                turns.outcomes.append(outcome)
        if held is not None:
            held.warn(turns.outcomes)
    return outcome_result(turns.outcomes, "extended (server dry run)")


def _check_combinations(context: typer.Context) -> None:
    """Raise :class:`UsageError` for options that cannot be used together."""
    if not is_sized(context.params) and not context.params["range_"]:
        raise UsageError("no ranges specified", "use --range RANGE, or a size: --ips N")
    check_request(context, _OF_SIZES)


def _predict(app: AppContext, asked: AppendOptions, against: list[str] | None) -> Result:
    """The predicted answer to the extension of a pool of ``--against``, without it of a pool of the
    cluster; nothing is written.
    """
    from ippoolctl.cli.inputs.taken_space import read_reserved
    from ippoolctl.cli.linting.prediction import predict

    files = read_existing(app, against, recursive=False)
    existing = files.pools if files is not None else list(app.live().pools)

    def get_pool(name: str) -> Pool | None:
        return next((each for each in existing if each.name == name), None)

    present = get_pool(asked.name)
    if present is None:
        if against:
            message = f"pool {asked.name} not found in --against"
            raise NotFoundError(message, "check the files of --against")
        hint = not_found_hint(asked.name, [each.name for each in existing])
        raise NotFoundError(f"pool {asked.name} not found", hint)
    request = requested_append(app, asked, get_pool)
    more = request.more
    if request.search is not None:
        request = request.avoiding(read_reserved(app, files, live=files is None))
        found = _choose(request, existing)
        if isinstance(found, Result):
            return found
        more = found
        app.presenter.note(info(f"pool {more.name} would get {', '.join(more.texts)}"))
    ranges = (*present.ranges, *lacking(present.ranges, more.ranges))
    whole = present._replace(ranges=ranges, origin=None)
    read, release = ([files], None) if files is not None else ([], app.live_release)
    result = predict(app, [whole], None, existing, read, release=release)
    in_yaml = result.code == ExitCode.YES
    return replace(result, objects=lambda: [exported(whole)], objects_in_yaml=in_yaml)


def _choose(request: AppendRequest, existing: list[Pool]) -> Pool | Result:
    """The pool with only the range that would be appended, or the reason why there is none."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.domain.protocol.candidates import Candidate, OwnAppend, next_append
    from ippoolctl.domain.protocol.decisions import Exhausted, NoRoom, Refuse, Tried, Wait
    from ippoolctl.domain.protocol.extension import Extension
    from ippoolctl.engine.outcomes import busy, no_room, refused
    from ippoolctl.engine.range_claim import RangeClaim

    assert request.search is not None
    name, given = request.more.name, request.given_id
    extension = Extension(name, (), request.id, any_range=True, given_id=given)
    match next_append(extension, request.search, existing, Tried()):
        case Candidate(free_range):
            return request.more._replace(ranges=(read_range(free_range.spelling),))
        case NoRoom(cause):
            return outcome_result([no_room(extension.name, cause)])
        case Refuse() as refuse:
            return outcome_result([refused(RangeClaim(extension), refuse)])
        case OwnAppend(found, _):
            return request.more._replace(ranges=found.ranges)
        case Wait(cause) | Exhausted(cause):
            return outcome_result([busy(RangeClaim(extension), cause)])
        case step:
            raise AssertionError(step)
