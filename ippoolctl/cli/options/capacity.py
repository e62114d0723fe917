"""The option for the share of used addresses from which a pool is nearly full."""

from typing import Annotated

import typer

NearlyFull = Annotated[
    int | None,
    typer.Option(
        "--nearly-full",
        metavar="PERCENT",
        min=1,
        max=100,
        help="Used addresses in percent from which a pool is nearly full (default: 90)",
    ),
]
