"""Create pools reliably, even if the webhook cache is stale, other clients create pools at the same
time, or responses are lost.

A pool that overlaps a live pool is refused, and all conflicts are listed (exit code 4). A stale
denial returns exit code 5; with --wait, create retries until the cache is up to date. Running the
same command again is safe: it finds the pool that the first run created.

Pass the ranges with --range or -f, or a size with --ips or --prefix. For a size, create searches
--within for a free range and tries the next one after a conflict. As far as they can be read, it
avoids gateways, addresses of Nodes, Egresses and Services, Pod and Service CIDRs, and other pools.
If ranges that you pass contain such addresses, create prints a warning.

A size together with -f fills manifests without ranges: labels, nodeSelector and subnetInfo come
from the manifests. Ranges of a pool with a subnet are inside the subnet and exclude its gateway.
--dry-run client -o yaml prints the manifests that would be created.

\b
Examples:
  ippoolctl create lab --range 10.20.0.128/26 --wait
  ippoolctl create lab --range 10.0.0.0/28 --until ready --timeout 2m
  ippoolctl create -f pool.yaml --wait -o name
  ippoolctl create "e2e-$JOB" --range 10.0.0.0/28 --ttl 2h --wait
  ippoolctl create e2e --ips 6 --within 10.0.0.0/16 --wait -o ranges
  ippoolctl create e2e --prefix 120 --within fd00::/64 --count 3 --wait
  ippoolctl create --name-from "$JOB" --ips 6 --within 10.0.0.0/16 -l ci=true
  ippoolctl create edge --ips 6 --gateway 10.0.0.1 --prefix-length 24
  ippoolctl create edge --range 10.0.1.0/28 --node-selector 'zone in (a,b)'
  ippoolctl create "e2e-$JOB" -f template.yaml --ips 6 --wait -o ranges
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client -o yaml
  ippoolctl create lab --range 10.0.0.0/28 --dry-run client --against live/
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_complete_input
from ippoolctl.cli.linting.hazards import HeldAddresses, find_hazards, refuse_hazards
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import (
    Against,
    Files,
    Ranges,
    Recursive,
    parse_pool_name,
    without_resource,
)
from ippoolctl.cli.options.request import (
    Allow,
    DryRun,
    IfNotExists,
    RequestId,
    Ttl,
    check_request,
    is_sized,
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
    Timeout,
    UntilReady,
    Wait,
    awaited_state,
    parse_timeout,
)
from ippoolctl.cli.requests.pool_fields import (
    Annotations,
    Gateway,
    Labels,
    NameFrom,
    NodeSelector,
    PrefixLength,
    Vlan,
    derived_name,
    parse_pool_fields,
)
from ippoolctl.cli.requests.pool_request import (
    PoolOptions,
    SizeOptions,
    avoiding,
    requested_pools,
)
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import UsageError

if TYPE_CHECKING:
    from ippoolctl.cli.requests.pool_creation import CreateOptions

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool")]
_FILE: Final = re.compile(r"\.(?:ya?ml|json)$|^\.{0,2}/|/$")
_OF_SIZES: Final = ("within", "exclude", "strategy", "count")
"""Options that require a size."""
_OF_MANIFESTS: Final = {
    "--range": ("range_", "ranges"),
    "--node-selector": ("node_selector", "nodeSelector"),
    "--gateway": ("gateway", "subnetInfo"),
    "--prefix-length": ("prefix_length", "subnetInfo"),
    "--vlan": ("vlan", "subnetInfo"),
}
"""Options for what only manifests define if there are any: the parameter, and the field."""


def run(
    context: typer.Context,
    name: Name = None,
    name_from: NameFrom = None,
    range_: Ranges = None,
    ips: Ips = None,
    prefix: Prefix = None,
    within: Within = None,
    exclude: Exclude = None,
    strategy: Strategy = RANDOM,
    count: Count = None,
    filename: Files = None,
    recursive: Recursive = False,
    label: Labels = None,
    annotation: Annotations = None,
    node_selector: NodeSelector = None,
    gateway: Gateway = None,
    prefix_length: PrefixLength = None,
    vlan: Vlan = None,
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
    """Create the pools in order unless one of them cannot exist, or predict the result."""
    app: AppContext = context.obj
    _check_combinations(context)
    seconds = parse_timeout(context, timeout, waits=wait or until is not None)
    asked = _parse_pools(context.params)
    if dry_run == "client":
        from ippoolctl.cli.requests.client_dry_run import predict_creation

        return predict_creation(app, asked, filename, against, recursive=recursive)
    from ippoolctl.cli.outcomes import InTurn, outcome_result
    from ippoolctl.cli.requests.pool_creation import create_pool
    from ippoolctl.domain.protocol.creation import refusals_among

    manifests = (
        read_complete_input(
            app, None, filename, recursive=recursive, ignores_invalid=False, keep_objects=True
        )
        if filename
        else None
    )
    requests = requested_pools(app, asked, manifests)
    pools = [each.pool for each in requests]
    options = _parse_options(app, context.params, pools)
    hazards = find_hazards(app, pools)
    unusable = {each.pool.label: each.unusable for each in requests if each.unusable}
    outcomes = refuse_hazards(app, pools, hazards, allow, options.release, unusable=unusable)
    refused = {each.pool for each in outcomes}
    outcomes += [each for each in refusals_among(pools) if each.pool not in refused]
    if outcomes:
        return outcome_result(outcomes)
    held = HeldAddresses(app, [each for each in pools if each.ranges], hazards)
    with app.engine_session(seconds=seconds, listed=held.begin) as session:
        if any(each.search for each in requests):
            from ippoolctl.cli.inputs.taken_space import read_reserved

            requests = avoiding(requests, read_reserved(app, None, live=True))
        turns = InTurn(session, [each.name for each in pools])
        for position in turns:
            with turns:
                outcome = create_pool(session, requests[position], options, turns.outcomes)
                turns.outcomes.append(outcome)
        held.warn(turns.outcomes)
    return outcome_result(turns.outcomes, "created (server dry run)")


def _parse_pools(given: Mapping[str, Any]) -> PoolOptions:
    """What the options say about the pools. Raises :class:`UsageError` and :class:`InputError`."""
    name = given["name"]
    if given["name_from"] is not None:
        name = derived_name(given["name_from"], given["count"])
    elif name is not None:
        client = given["dry_run"] == "client"  # the answer to an invalid name is predicted, too
        name = without_resource(name) if client else parse_pool_name(name)
    sizes = ("ips", "prefix", "within", "exclude", "strategy", "count")
    subnet = (given["gateway"], given["prefix_length"], given["vlan"])
    return PoolOptions(
        name,
        split_values(given["range_"]),
        SizeOptions(*(given[each] for each in sizes)),
        parse_pool_fields(given["label"], given["annotation"], given["node_selector"], subnet),
        parse_ttl(given["ttl"]),
    )


def _parse_options(app: AppContext, given: Mapping[str, Any], pools: list[Pool]) -> "CreateOptions":
    """How to create these pools. Raises :class:`UsageError` for an invalid request ID."""
    from ippoolctl.cli.requests.pool_creation import CreateOptions
    from ippoolctl.domain.protocol.creation import depends_on_release

    id_ = parse_request_id(given["request_id"])
    until = awaited_state(given["until"], given["dry_run"])
    asks = until is not None and until.asks_webhook
    return CreateOptions(
        until=until,
        dry_run=given["dry_run"] == "server",
        if_not_exists=given["if_not_exists"],
        request_id=id_,
        several=len(pools) > 1 or given["count"] is not None,
        release=app.known_release if asks or depends_on_release(pools) else app.explicit_release,
    )


def _check_combinations(context: typer.Context) -> None:
    """Raise :class:`UsageError` for options that cannot be used together."""
    given = context.params
    _check_names(given)
    if given["filename"]:
        for option, (parameter, field) in _OF_MANIFESTS.items():
            if given[parameter] not in (None, [], ()):
                hint = f"define the {field} in the file"
                raise UsageError(f"{option} and -f cannot be used together", hint)
    if given["if_not_exists"] and given["dry_run"] == "client":
        raise UsageError(
            "--if-not-exists and --dry-run client cannot be used together",
            "remove one of the two",
        )
    name = given["name"] or ""
    if not is_sized(given) and not given["range_"] and _FILE.search(name):
        raise UsageError(f"{name} looks like a file, not like a pool name", f"use -f {name}")
    check_request(context, _OF_SIZES)


def _check_names(given: Mapping[str, Any]) -> None:
    """The name is given once; manifests have their own, and one template can get one."""
    named = [each for each in ("name", "name_from") if given[each] is not None]
    if len(named) > 1:
        raise UsageError("NAME and --name-from cannot be used together", "remove one of the two")
    if given["filename"] and named and not is_sized(given):
        raise UsageError("exactly one of NAME and -f is required", "use NAME or -f FILE")
    if not (given["filename"] or named):
        raise UsageError(
            "exactly one of NAME, --name-from and -f is required", "use NAME or -f FILE"
        )
