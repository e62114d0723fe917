"""Wait until a pool is ready (its status is up to date), seen (the webhook knows it), gone
(deleted) or forgotten (the webhook no longer knows it). Use it for pools that other clients create
or delete. The exit code is 5 after a timeout.

Antrea's webhook compares a new pool with those in its cache. It knows a pool, and denies ranges
that overlap with it, some time after the pool is created; it forgets the pool some time after the
deletion, and only then admits its ranges again.

\b
Examples:
  ippoolctl wait edge --until ready
  ippoolctl wait lab --until forgotten --range 10.20.0.128/26 --timeout 2m
"""

from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import complete_from, require_one_of, split_values
from ippoolctl.cli.options.pools import Ranges, parse_pool_name, parse_ranges
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, Timeout, parse_duration
from ippoolctl.cli.pool_names import PoolName
from ippoolctl.cli.result import Result
from ippoolctl.errors import UsageError

STATES = ("ready", "seen", "gone", "forgotten")

UntilState = Annotated[
    str,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=complete_from(*STATES),
        help=f"State to wait for: {', '.join(STATES)}",
    ),
]


def run(
    context: typer.Context,
    name: PoolName,
    until: UntilState = "ready",
    range_: Ranges = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
) -> Result:
    """Wait for the pool."""
    from ippoolctl.cli.outcomes import outcome_result
    from ippoolctl.domain.protocol.until import Until
    from ippoolctl.engine.await_state import Subject, await_state

    app: AppContext = context.obj
    require_one_of(until, STATES, f"--until {until}")
    state = Until(until)
    name, seconds = parse_pool_name(name), parse_duration("--timeout", timeout)
    ranges = parse_ranges(split_values(range_))
    if ranges and state is not Until.FORGOTTEN:
        raise UsageError(
            "--range requires --until forgotten", "remove --range, or use --until forgotten"
        )
    with app.engine_session(seconds=seconds) as session:
        release = app.known_release if state.asks_webhook else app.explicit_release
        subject = Subject(name, "", ranges, release)
        outcome = await_state(session, state, subject)
    return outcome_result([outcome])
