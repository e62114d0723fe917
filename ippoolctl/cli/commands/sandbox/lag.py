"""Change the cache lag of the webhook in the running sandbox. Earlier changes keep the lag that
they started with.

\b
Examples:
  ippoolctl sandbox lag 5s
  ippoolctl sandbox lag 0.1..3s
"""

from typing import Annotated

import typer

from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.change import change
from ippoolctl.cli.sandbox.options import lag_text, parse_lag


def run(
    context: typer.Context,
    lag: Annotated[
        str,
        typer.Argument(
            metavar="DURATION", help="Lag of the webhook cache, such as 2s, 0.1..3s or 0"
        ),
    ],
) -> Result:
    """Change the lag."""
    seconds = parse_lag("the cache lag", lag)
    return change(context.obj, "lag", seconds, f"lag {lag_text(seconds)} for new changes")
