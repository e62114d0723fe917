"""Run a command with its own sandbox. KUBECONFIG points to the sandbox; the rest of the environment
is unchanged. Signals are forwarded. The exit code is that of the command (126: not executable, 127:
not found, 128+N: killed by signal N). The sandbox stops when the command ends.

\b
Examples:
  ippoolctl sandbox run -- kubectl get eip
  ippoolctl sandbox run --lag 2s --load pools/ -- ./test.sh --verbose
  ippoolctl sandbox run --antrea 2.4.2 -- make e2e
"""

import os
import signal
from typing import Annotated

import typer

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.options.connection import connection_variables
from ippoolctl.cli.result import Result
from ippoolctl.cli.running.wrapped_process import run_wrapped
from ippoolctl.cli.sandbox.options import SandboxOptions, with_sandbox_options
from ippoolctl.cli.signals import stoppable
from ippoolctl.errors import UsageError

WRAPS = True

CommandLine = Annotated[
    list[str] | None, typer.Argument(metavar="-- COMMAND [ARG]...", show_default=False)
]


@with_sandbox_options
def run(context: typer.Context, command: CommandLine = None, *, options: SandboxOptions) -> Result:
    """Run the command."""
    from ippoolctl.cli.sandbox.start import started  # the server

    if not command:
        raise UsageError("no command specified", "run: ippoolctl sandbox run -- COMMAND")
    if STDIN in (options.load or ()):
        raise UsageError(
            "--load - cannot be used with run; standard input belongs to the command", "use a file"
        )
    for variable in connection_variables():
        if os.environ.get(variable):
            raise UsageError(
                f"{variable} is set, so ippoolctl would not use the sandbox", f"unset {variable}"
            )
    app: AppContext = context.obj
    with stoppable(signal.SIGHUP), started(app, options) as control:
        environment = {**os.environ, "KUBECONFIG": control["kubeconfig"]}
        return Result(code=run_wrapped(app.presenter, command, environment).code)
