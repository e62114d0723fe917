"""Restart antrea-controller in the running sandbox. As with the real controller, the webhook is
unavailable for 0.5s and then answers from an empty cache for the duration of one lag.

\b
Examples:
  ippoolctl sandbox restart
"""

import typer

from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.change import change


def run(context: typer.Context) -> Result:
    """Restart the controller."""
    return change(context.obj, "restart", None, "the controller restarts")
