"""Wait until a pool is ready (its status says what its ranges come to), seen (the webhook refuses
what overlaps it), gone (no such object) or forgotten (the webhook has lost it as well). For pools
that others make or delete. Exit code 5 if the time is up.

\b
Examples:
  ippoolctl wait edge --until ready
  ippoolctl wait lab --until forgotten --range 10.20.0.128/26 --timeout 2m
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.live_names import offer_pool_names
from ippoolctl.cli.options.names import typed_name
from ippoolctl.cli.options.shared import (
    DEFAULT_TIMEOUT,
    Ranges,
    Timeout,
    listed,
    offering,
    require_known,
)
from ippoolctl.cli.options.waiting import typed_duration
from ippoolctl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.addresses.ranges import BadRange, IPRange

FORMATS = ("table", "json", "yaml", "name")
STATES = ("ready", "seen", "gone", "forgotten")

Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the pool.", autocompletion=offer_pool_names),
]
UntilState = Annotated[
    str,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=offering(*STATES),
        help=f"What to wait for: {', '.join(STATES)}.",
    ),
]


def run(
    context: typer.Context,
    name: Name,
    until: UntilState = "ready",
    range_: Ranges = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
) -> ExitCode:
    """Wait for the pool."""
    from ippoolctl.cli.cluster import begun
    from ippoolctl.cli.outcomes import emit_outcomes
    from ippoolctl.engine.await_state import Subject, Until, await_state

    app: AppContext = context.obj
    require_known(until, STATES, f"--until {until}")
    name, seconds = typed_name(name), typed_duration("--timeout", timeout)
    ranges = _typed_ranges(listed(range_))
    if ranges and until != "forgotten":
        raise UsageError("--range goes with --until forgotten only", "leave it out")
    with begun(app.gateway, app.options, app.emitter, seconds=seconds) as engine:
        subject = Subject(name, "", ranges, app.said_release)
        outcome = await_state(engine, Until(until), subject)
    return emit_outcomes(app.emitter, [outcome])


def _typed_ranges(texts: list[str]) -> "Sequence[IPRange | BadRange]":
    from ippoolctl.cli.options.ranges import typed_spans, typed_spelling
    from ippoolctl.domain.addresses.ranges import read_range

    typed_spans(texts)
    return [read_range(typed_spelling(each)) for each in texts]
