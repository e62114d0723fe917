"""Create pools reliably, even if the webhook cache is stale, other clients create pools at the same
time, or responses are lost.

A pool that overlaps a live pool is refused, and all conflicts are listed (exit code 4). A stale
denial returns exit code 5; with --wait, create retries until the cache is up to date. Running the
same command again is safe: it finds the pool that the first run created.

Pass the ranges with --range or -f, or a size with --ips or --prefix. For a size, create searches
--within for a free range and tries the next one after a conflict. As far as they can be read, it
avoids gateways, addresses of Nodes, Egresses and Services, Pod and Service CIDRs, and other pools.
If ranges that you pass contain such addresses, create prints a warning.

\b
Examples:
  ippoolctl create lab --range 10.20.0.128/26 --wait
  ippoolctl create lab --range 10.0.0.0/28 --until ready --timeout 2m
  ippoolctl create -f pool.yaml --wait -o name
  ippoolctl create "e2e-$JOB" --range 10.0.0.0/28 --ttl 2h --wait
  ippoolctl create e2e --ips 6 --within 10.0.0.0/16 --wait -o ranges
  ippoolctl create e2e --prefix 120 --within fd00::/64 --count 3 --wait
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client --against live/
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.taken_space import read_reserved
from ippoolctl.cli.linting.hazards import refuse_hazards
from ippoolctl.cli.linting.held_addresses import HeldAddresses
from ippoolctl.cli.linting.prediction import predict
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.cli.options.pools import (
    Against,
    Files,
    Ranges,
    Recursive,
    parse_pool,
    parse_pool_name,
)
from ippoolctl.cli.options.request import (
    DRY_RUNS,
    Allow,
    DryRun,
    IfNotExists,
    RequestId,
    Ttl,
    parse_request_id,
    parse_ttl,
)
from ippoolctl.cli.options.sizes import (
    RANDOM,
    Count,
    Exclude,
    Ips,
    Prefix,
    Strategy,
    Within,
)
from ippoolctl.cli.options.waiting import (
    DEFAULT_TIMEOUT,
    READY_STATES,
    Timeout,
    UntilReady,
    Wait,
    parse_timeout,
)
from ippoolctl.cli.requests.pool_request import (
    PoolRequest,
    SizeOptions,
    avoiding,
    requested_documents,
    sized_requests,
)
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import (
    expiring_object,
    with_range,
)
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import UsageError
from ippoolctl.render.notes import info

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool")]
_FILE: Final = re.compile(r"\.(?:ya?ml|json)$|^\.{0,2}/|/$")
_OF_SIZES: Final = ("within", "exclude", "strategy", "count")
"""Options that require a size."""


def run(
    context: typer.Context,
    name: Name = None,
    range_: Ranges = None,
    ips: Ips = None,
    prefix: Prefix = None,
    within: Within = None,
    exclude: Exclude = None,
    strategy: Strategy = RANDOM,
    count: Count = None,
    filename: Files = None,
    recursive: Recursive = False,
    wait: Wait = False,
    until: UntilReady = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    against: Against = None,
    if_not_exists: IfNotExists = False,
    request_id: RequestId = None,
    allow: Allow = None,
    ttl: Ttl = None,
) -> Result:
    """Create the pools, or predict the result."""
    from ippoolctl.cli.outcomes import InTurn, outcome_result
    from ippoolctl.cli.requests.pool_creation import CreateOptions, create_pool
    from ippoolctl.domain.protocol.creation import among_themselves, depends_on_release
    from ippoolctl.engine.await_state import Until

    app: AppContext = context.obj
    _check_combinations(context)
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    ttl = parse_ttl(ttl)
    if name is not None and dry_run != "client":
        name = parse_pool_name(name)
    if ips is not None or prefix is not None:
        sizes = SizeOptions(ips, prefix, within, exclude, strategy, count)
        requests = sized_requests(app, sizes, name or "", ttl)
        if dry_run == "client":
            return _predict_free_ranges(app, requests, against, recursive=recursive)
    elif dry_run == "client":
        asked = app.manifests(None, filename, recursive=recursive) if filename else None
        pools = asked.pools if asked else [read_pool(parse_pool(name or "", split_values(range_)))]
        existing = app.complete(against, None, recursive=recursive)
        read = [asked, existing] if asked else [existing]
        return predict(app, pools, asked, existing.pools, read, always_create=True)
    else:
        documents = (
            [parse_pool(name or "", split_values(range_))]
            if not filename
            else requested_documents(
                app.complete(None, filename, recursive=recursive, ignores_invalid=False)
            )
        )
        if ttl is not None:
            documents = [expiring_object(each, ttl) for each in documents]
        requests = [PoolRequest(each, None, each) for each in documents]
    pools = [each.pool for each in requests]
    outcomes = refuse_hazards(app, [each.pool for each in requests if not each.search], allow)
    options = CreateOptions(
        Until(until) if until and dry_run == "none" else None,
        dry_run == "server",
        if_not_exists,
        parse_request_id(request_id),
        len(requests) > 1 or count is not None,
        app.known_release if until or depends_on_release(pools) else app.explicit_release,
    )
    refused = {each.pool for each in outcomes}
    outcomes += [each for each in among_themselves(pools) if each.pool not in refused]
    if not outcomes:
        held = HeldAddresses(app, [each.pool for each in requests if not each.search])
        with app.engine_session(seconds=seconds, listed=held.begin) as session:
            if any(each.search for each in requests):
                requests = avoiding(requests, read_reserved(app, None, live=True))
            turns = InTurn(session, [each.name for each in pools])
            for position in turns:
                with turns:
                    outcome = create_pool(session, requests[position], options, turns.outcomes)
                    turns.outcomes.append(outcome)
            held.warn(turns.outcomes)
        outcomes = turns.outcomes
    return outcome_result(outcomes, "created (server dry run)")


def _check_combinations(context: typer.Context) -> None:
    """Raise :class:`UsageError` for options that cannot be used together."""
    given = context.params
    dry_run, until = given["dry_run"], given["until"]
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, READY_STATES, f"--until {until}")
    if (given["name"] is None) == (not given["filename"]):
        raise UsageError("exactly one of NAME and -f is required", "use NAME or -f FILE")
    if given["range_"] and given["filename"]:
        raise UsageError("--range and -f cannot be used together", "define the ranges in the file")
    if given["against"] and dry_run != "client":
        raise UsageError(
            "--against requires --dry-run client", "use --dry-run client, or remove --against"
        )
    if given["if_not_exists"] and dry_run == "client":
        raise UsageError(
            "--if-not-exists and --dry-run client cannot be used together",
            "remove one of the two",
        )
    sized = given["ips"] is not None or given["prefix"] is not None
    name = given["name"] or ""
    if not sized and not given["range_"] and _FILE.search(name):
        raise UsageError(f"{name} looks like a file, not like a pool name", f"use -f {name}")
    if sized and (given["range_"] or given["filename"]):
        other = "--range" if given["range_"] else "-f"
        raise UsageError(
            f"--ips and --prefix cannot be used with {other}",
            f"remove {other}, or remove --ips and --prefix",
        )
    for option in () if sized else _OF_SIZES:
        source = context.get_parameter_source(option)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(f"--{option} requires --ips or --prefix", "use --ips or --prefix")


def _predict_free_ranges(
    app: AppContext, requests: Sequence[PoolRequest], against: list[str] | None, *, recursive: bool
) -> Result:
    """The predicted answers to pools with free ranges of a size; no request is sent."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.domain.protocol.candidates import Candidate, Tried, choose
    from ippoolctl.engine.outcomes import no_room

    existing = app.complete(against, None, recursive=recursive)
    pools: list[Pool] = []
    for each in avoiding(requests, read_reserved(app, existing, live=False)):
        assert each.search is not None
        name = each.pool.name
        step = choose(each.search, name, [*existing.pools, *pools], Tried())
        if not isinstance(step, Candidate):
            return outcome_result([no_room(name, step.cause)])
        pools.append(read_pool(with_range(each.document, step.suggestion.spelling)))
    found = [info(f"pool {pool.name} would have {', '.join(pool.texts)}") for pool in pools]
    result = predict(app, pools, None, existing.pools, [existing], always_create=True)
    return replace(result, notes=(*found, *result.notes))
