"""Options about the share of used addresses."""

import re
from typing import Annotated, Final

import typer

from ippoolctl.errors import UsageError

_PERCENT: Final = r"([0-9]{1,3})%?"
_MOST: Final = 100

NearlyFull = Annotated[
    int | None,
    typer.Option(
        "--nearly-full",
        metavar="PERCENT",
        min=1,
        max=100,
        help="Percentage of used addresses at which a pool is nearly full (default: 90)",
    ),
]
FailAbove = Annotated[
    str | None,
    typer.Option(
        "--fail-above",
        metavar="PERCENT",
        help="Exit with code 1 if a listed pool is more than PERCENT full, such as 90%; pools that"
        " are full on purpose do not count",
    ),
]


def parse_fail_above(text: str) -> int:
    """The percentage. Raises :class:`~ippoolctl.errors.UsageError` for anything else."""
    match = re.fullmatch(_PERCENT, text.strip())
    if match is None or int(match[1]) > _MOST:
        raise UsageError(
            f"invalid value: --fail-above {text}", "use a percentage from 0% to 100%, such as 90%"
        )
    return int(match[1])
