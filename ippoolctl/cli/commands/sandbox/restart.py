"""Restart antrea-controller in the sandbox that runs: its webhook is away for half a second, then
answers from an empty cache for one lag, as the real one does.

\b
Examples:
  ippoolctl sandbox restart
"""

import typer

from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.running import change


def run(context: typer.Context) -> Result:
    """Restart it."""
    return change(context.obj, "restart", None, "the controller restarts")
