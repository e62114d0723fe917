"""Change how long the webhook of the sandbox that runs does not know of a change yet. What it was
told before keeps its moment.

\b
Examples:
  ippoolctl sandbox lag 5s
  ippoolctl sandbox lag 0.1..3s
"""

from typing import Annotated

import typer

from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.options import lag_text, parse_lag
from ippoolctl.cli.sandbox.running import change


def run(
    context: typer.Context,
    lag: Annotated[str, typer.Argument(metavar="DURATION", help="Such as 2s, 0.1..3s or 0.")],
) -> Result:
    """Change the lag."""
    seconds = parse_lag("a lag of", lag)
    return change(context.obj, "lag", seconds, f"lag {lag_text(seconds)} for what comes now")
