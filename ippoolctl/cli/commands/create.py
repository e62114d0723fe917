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
  ippoolctl create e2e --ips 6 --within 10.0.0.0/16 --wait -o ranges
  ippoolctl create e2e --prefix 120 --within fd00::/64 --count 3 --wait
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client --against live/
"""

import re

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.creating import Manner, create_all, judge_here, judge_sizes_here
from ippoolctl.cli.options.creation import (
    DRY_RUNS,
    STATES,
    Allow,
    Count,
    DryRun,
    IfNotExists,
    Name,
    RequestId,
    Strategy,
    Ttl,
    UntilState,
)
from ippoolctl.cli.options.names import typed_name, typed_request_id
from ippoolctl.cli.options.shared import (
    DEFAULT_TIMEOUT,
    Against,
    Exclude,
    Files,
    Ips,
    Prefix,
    Ranges,
    Recursive,
    Timeout,
    Wait,
    Within,
    listed,
    require_known,
)
from ippoolctl.cli.options.sizes import RANDOM, typed_block, typed_search
from ippoolctl.cli.options.waiting import typed_lifetime, waiting_time
from ippoolctl.cli.wanted import refuse_hazards, wanted_pools, wanted_sizes, with_ttl
from ippoolctl.errors import ExitCode, UsageError

FORMATS = ("table", "wide", "json", "yaml", "name", "ranges")
_FILE = re.compile(r"\.(?:ya?ml|json)$|^\.{0,2}/|/$")
_OF_SIZES = ("within", "exclude", "strategy", "count")
"""Options that say nothing without a size."""


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
    until: UntilState = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    against: Against = None,
    if_not_exists: IfNotExists = False,
    request_id: RequestId = None,
    allow: Allow = None,
    ttl: Ttl = None,
) -> ExitCode:
    """Create, or say what would come of it."""
    app: AppContext = context.obj
    _refuse_what_does_not_go_together(context)
    seconds = waiting_time(context, timeout, waits=wait or until is not None)
    ttl = typed_lifetime("--ttl", ttl)
    here = dry_run == "client"
    if name is not None and not here:
        name = typed_name(name)
    if ips is not None or prefix is not None:
        search = typed_search(app, typed_block(ips, prefix), within, exclude, strategy)
        said = {"ips": ips, "prefix": prefix, "within": listed(within), "exclude": listed(exclude)}
        wanted = wanted_sizes(_names(name or "", count), search, said)
    elif here:
        return judge_here(app, name, range_, filename, against, recursive=recursive)
    else:
        wanted = wanted_pools(app, name, range_, filename, recursive=recursive)
    if here:
        return judge_sizes_here(app, wanted, against, recursive=recursive)
    wanted = with_ttl(wanted, ttl)
    refuse_hazards(app, [each.pool for each in wanted], listed(allow))
    id_ = typed_request_id(request_id) if request_id is not None else None
    several = len(wanted) > 1 or count is not None
    manner = Manner(seconds, until, dry_run == "server", if_not_exists, id_, several)
    return create_all(app, wanted, manner)


def _refuse_what_does_not_go_together(context: typer.Context) -> None:
    given = context.params
    dry_run, until = given["dry_run"], given["until"]
    require_known(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    if until is not None:
        require_known(until, STATES, f"--until {until}")
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
