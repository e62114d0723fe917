"""Create pools reliably, even if the webhook cache is stale, other clients create pools at the same
time, or responses are lost.

A pool that overlaps a live pool is refused, and all conflicts are listed (exit code 4). A stale
denial returns exit code 5; with --wait, create retries until the cache is up to date. Running the
same command again is safe: it finds the pool that the first run created.

Pass the ranges with --range or -f, or a size with --ips or --prefix. For a size, create searches
--within for a free range and tries the next one after a conflict.

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
from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.creating import Manner, create_all, judge_here, judge_sizes_here
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.cli.options.pools import Against, Files, Ranges, Recursive, parse_pool_name
from ippoolctl.cli.options.request import DRY_RUNS, Allow, DryRun, RequestId, parse_request_id
from ippoolctl.cli.options.sizes import (
    RANDOM,
    Exclude,
    Ips,
    Prefix,
    Strategy,
    Within,
    parse_search,
    parse_size,
    parse_within,
)
from ippoolctl.cli.options.ttl import Ttl, parse_ttl
from ippoolctl.cli.options.waiting import (
    DEFAULT_TIMEOUT,
    READY_STATES,
    Timeout,
    UntilReady,
    Wait,
    parse_timeout,
)
from ippoolctl.cli.result import Result
from ippoolctl.cli.wanted import refuse_hazards, wanted_pools, wanted_sizes, with_ttl
from ippoolctl.domain.space.suggest import MAX_CANDIDATES
from ippoolctl.errors import UsageError

_FILE = re.compile(r"\.(?:ya?ml|json)$|^\.{0,2}/|/$")
_OF_SIZES = ("within", "exclude", "strategy", "count")
"""Options that say nothing without a size."""

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool")]
Count = Annotated[
    int | None,
    typer.Option(
        "--count", metavar="N", min=1, max=MAX_CANDIDATES, help="Create N pools, NAME-1 to NAME-N"
    ),
]
IfNotExists = Annotated[
    bool,
    typer.Option(
        "--if-not-exists",
        help="Accept an existing pool of this name if it has the requested ranges or size",
    ),
]


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
    """Create, or say what would come of it."""
    app: AppContext = context.obj
    _refuse_what_does_not_go_together(context)
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    ttl = parse_ttl(ttl)
    here = dry_run == "client"
    if name is not None and not here:
        name = parse_pool_name(name)
    if ips is not None or prefix is not None:
        networks = parse_within(within, app.config.supernets)
        excluded = [*split_values(exclude), *app.config.exclude]
        search = parse_search(parse_size(ips, prefix), networks, excluded, strategy)
        said = {
            "ips": ips,
            "prefix": prefix,
            "within": split_values(within),
            "exclude": split_values(exclude),
        }
        wanted = wanted_sizes(_names(name or "", count), search, said)
    elif here:
        return judge_here(app, name, range_, filename, against, recursive=recursive)
    else:
        wanted = wanted_pools(app, name, range_, filename, recursive=recursive)
    if here:
        return judge_sizes_here(app, wanted, against, recursive=recursive)
    wanted = with_ttl(wanted, ttl)
    refuse_hazards(app, [each.pool for each in wanted], split_values(allow))
    id_ = parse_request_id(request_id)
    several = len(wanted) > 1 or count is not None
    manner = Manner(seconds, until, dry_run == "server", if_not_exists, id_, several)
    return create_all(app, wanted, manner)


def _refuse_what_does_not_go_together(context: typer.Context) -> None:
    given = context.params
    dry_run, until = given["dry_run"], given["until"]
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_one_of(until, READY_STATES, f"--until {until}")
    if (given["name"] is None) == (not given["filename"]):
        raise UsageError("what to create is missing or given twice", "give either NAME or -f FILE")
    if given["range_"] and given["filename"]:
        raise UsageError("--range does not go with -f", "write the ranges into the file")
    if given["against"] and dry_run != "client":
        raise UsageError("--against goes with --dry-run client only", "leave it out")
    if given["if_not_exists"] and dry_run == "client":
        raise UsageError("--if-not-exists asks the cluster, --dry-run client does not", "omit one")
    sized = given["ips"] is not None or given["prefix"] is not None
    name = given["name"] or ""
    if not sized and not given["range_"] and _FILE.search(name):
        raise UsageError(f"{name} looks like a file, not like the name of a pool", f"say -f {name}")
    _refuse_half_a_size(context, sized=sized)


def _refuse_half_a_size(context: typer.Context, *, sized: bool) -> None:
    given = context.params
    if sized and (given["range_"] or given["filename"]):
        other = "--range" if given["range_"] else "-f"
        raise UsageError(f"a size does not go with {other}", f"leave out {other}, or the size")
    for option in _OF_SIZES:
        source = context.get_parameter_source(option)
        if not sized and source is not None and source.name == "COMMANDLINE":
            raise UsageError(f"--{option} says nothing without a size", "add --ips or --prefix")


def _names(name: str, count: int | None) -> list[str]:
    return [name] if count is None else [f"{name}-{number + 1}" for number in range(count)]
