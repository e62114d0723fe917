"""``--ttl``: the lifetime of a pool, after which ``sweep`` deletes it."""

from typing import Annotated

import typer

from ippoolctl.cli.options.waiting import parse_duration

Ttl = Annotated[
    str | None,
    typer.Option(
        "--ttl",
        metavar="DURATION",
        help="Lifetime, such as 2h; then ippoolctl sweep deletes the pool if it is not in use",
    ),
]


def parse_ttl(text: str | None) -> str | None:
    """The text of a duration, which is written to an annotation as typed.

    Raises :class:`~ippoolctl.errors.UsageError` for an invalid duration.
    """
    if text is None:
        return None
    parse_duration("--ttl", text)
    return text.strip()
