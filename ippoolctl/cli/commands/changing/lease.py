"""Create a pool with a fresh range for the life of a command, and delete it when the command ends.

lease claims a free range like create --ips --wait, waits until the webhook knows the pool, and runs
the command with these variables (NAME is lease-HASH by default):

\b
  IPPOOL_NAME    name of the pool
  IPPOOL_RANGES  its ranges, comma-separated
  IPPOOL_FIRST   first address that Antrea can assign
  IPPOOL_LAST    last address that Antrea can assign
  IPPOOL_NAMES   names of all pools, comma-separated

With --count N, these are those of the first pool; IPPOOL_NAME_1 to IPPOOL_LAST_N are those of each.

Streams belong to the command, and signals are forwarded to it. The exit code is that of the command
(126: not executable, 127: not found, 128+N: killed by signal N). If the pool cannot be created, the
command does not run; if only the deletion fails, the exit code is that of the failure. Since
standard output is that of the command, -o json prints a document only if the command does not run.

When the command ends, lease deletes the pool and waits until the webhook has forgotten it, so that
its ranges can be used again. A pool that is still in use after 10s is kept. The lifetime of the
pool (--ttl) is renewed while the command runs: if lease is killed, sweep deletes the pool after
this time.

\b
Examples:
  ippoolctl lease --ips 6 --within 10.20.0.0/16 -- go test ./e2e/...
  ippoolctl lease e2e --prefix 28 --within 10.20.0.0/16 --count 2 -- ./test
  ippoolctl lease --ips 1 --keep-on-failure --ttl 4h -- make e2e
"""

import os
import signal
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.linting.hazards import find_hazards, refuse_hazards
from ippoolctl.cli.options.declaration import ENVIRONMENT_PREFIX, complete_from, require_one_of
from ippoolctl.cli.options.pools import parse_pool_name
from ippoolctl.cli.options.request import Allow, parse_ttl
from ippoolctl.cli.options.sizes import (
    RANDOM,
    SEVERAL_POOLS,
    Count,
    Exclude,
    Ips,
    Prefix,
    Strategy,
    Within,
    parse_size,
)
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, READY_STATES, parse_duration
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
from ippoolctl.cli.requests.pool_request import PoolOptions, SizeOptions, requested_pools
from ippoolctl.cli.result import Result
from ippoolctl.cli.running.lease_variables import lease_variables
from ippoolctl.cli.running.wrapped_process import run_wrapped, unable_to_run
from ippoolctl.cli.signals import stoppable
from ippoolctl.errors import ExitCode, StoppedError, UsageError
from ippoolctl.render.text.lease import kept_note

if TYPE_CHECKING:
    from ippoolctl.cli.running.leased_pools import LeaseRequest

WRAPS = True

DEFAULT_TTL: Final = "30m"

Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="Name of the pool (default: lease-HASH)"),
]
CommandLine = Annotated[
    list[str] | None, typer.Argument(metavar="-- COMMAND [ARG]...", show_default=False)
]
UntilState = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=complete_from(*READY_STATES),
        help="Before the command, wait until the pool is ready (status is up to date) or seen"
        " (the webhook knows it; default if there is a webhook)",
    ),
]
LeaseTtl = Annotated[
    str,
    typer.Option(
        "--ttl",
        metavar="DURATION",
        help="Lifetime of the pool, renewed while lease runs; once it has ended, ippoolctl sweep"
        " deletes the pool if it is not in use",
    ),
]
KeepOnFailure = Annotated[
    bool,
    typer.Option(
        "--keep-on-failure", help="Keep the pool until its lifetime ends if COMMAND fails"
    ),
]
LeaseTimeout = Annotated[
    str,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        envvar=f"{ENVIRONMENT_PREFIX}TIMEOUT",
        help="Time to wait before the command, and again after it, such as 30s or 2m",
    ),
]


def run(
    context: typer.Context,
    name: Name = None,
    command: CommandLine = None,
    name_from: NameFrom = None,
    ips: Ips = None,
    prefix: Prefix = None,
    within: Within = None,
    exclude: Exclude = None,
    strategy: Strategy = RANDOM,
    count: Count = None,
    label: Labels = None,
    annotation: Annotations = None,
    node_selector: NodeSelector = None,
    gateway: Gateway = None,
    prefix_length: PrefixLength = None,
    vlan: Vlan = None,
    until: UntilState = None,
    timeout: LeaseTimeout = DEFAULT_TIMEOUT,
    allow: Allow = None,
    ttl: LeaseTtl = DEFAULT_TTL,
    keep_on_failure: KeepOnFailure = False,
) -> Result:
    """Create the pools, run the command, delete the pools."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.cli.running.leased_pools import LeasedPools
    from ippoolctl.cli.running.renewals import Renewals

    app: AppContext = context.obj
    if not command:
        raise UsageError("no command specified", "run: ippoolctl lease --ips N -- COMMAND")
    request = _request(app, context)
    unable = unable_to_run(app.presenter, command)
    if unable is not None:
        return Result(code=unable.code)
    pools = [each.pool for each in request.pools]
    refused = refuse_hazards(app, pools, find_hazards(app, pools), allow, app.explicit_release)
    if refused:
        return outcome_result(refused)
    with stoppable(signal.SIGHUP):  # also between the steps
        leased, ended = LeasedPools(app, request), None
        try:
            with Renewals(app, request.lifetime) as renewals:
                found = leased.claim(renewals)
                if found is not None:
                    variables = lease_variables(found, numbered=count is not None)
                    ended = run_wrapped(app.presenter, command, {**os.environ, **variables})
            if ended is None:
                return leased.cancel()
            if keep_on_failure and ended.code != ExitCode.YES:
                return Result(code=ended.code, notes=(kept_note(request.names, ended.code, ttl),))
            return leased.end(ended, renewals.lost)
        except StoppedError as stop:
            app.presenter.note(*leased.cancel(hurry=True).notes)
            if ended is None:
                raise
            return Result(code=ended.code or stop.exit_code)


def _request(app: AppContext, context: typer.Context) -> "LeaseRequest":
    """Check the options. Raises :class:`UsageError` and :class:`InputError`."""
    from ippoolctl.cli.running.leased_pools import LeaseRequest
    from ippoolctl.domain.protocol.until import Until

    given = context.params
    if given["until"] is not None:
        require_one_of(given["until"], READY_STATES, f"--until {given['until']}")
    ttl = parse_ttl(given["ttl"])
    assert ttl is not None
    parse_size(given["ips"], given["prefix"], SEVERAL_POOLS, count=given["count"])
    subnet = (given["gateway"], given["prefix_length"], given["vlan"])
    options = PoolOptions(
        _name(given["name"], given["name_from"], given["count"]),
        [],
        SizeOptions(
            given["ips"],
            given["prefix"],
            given["within"],
            given["exclude"],
            given["strategy"],
            given["count"],
        ),
        parse_pool_fields(given["label"], given["annotation"], given["node_selector"], subnet),
        ttl,
    )
    return LeaseRequest(
        requested_pools(app, options, None),
        ttl,
        parse_duration("--ttl", ttl),
        Until(given["until"]) if given["until"] else None,
        parse_duration("--timeout", given["timeout"]),
    )


def _name(name: str | None, name_from: str | None, count: int | None) -> str:
    """The name that is given, or one that no other run has."""
    if name is not None and name_from is not None:
        raise UsageError("NAME and --name-from cannot be used together", "remove one of the two")
    if name_from is not None:
        return derived_name(name_from, count)
    return parse_pool_name(name or f"lease-{os.urandom(5).hex()}")
