"""Run a command in a sandbox of its own: KUBECONFIG names the sandbox, and nothing else is changed.
Signals are passed on, the exit code is the command's (128 and the number of the signal that killed
it, 126 if it cannot be run, 127 if there is none). The sandbox ends with the command.

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
from ippoolctl.cli.sandbox.options import SandboxOptions, with_sandbox_options
from ippoolctl.errors import UsageError

WRAPS = True

CommandLine = Annotated[
    list[str] | None, typer.Argument(metavar="-- COMMAND [ARG]...", show_default=False)
]


@with_sandbox_options
def run(
    context: typer.Context,
    command: CommandLine = None,
    *,
    options: SandboxOptions,
) -> Result:
    """Run the command."""
    from ippoolctl.cli.sandbox.start import started
    from ippoolctl.cli.sandbox.wrapped_process import run_wrapped
    from ippoolctl.cli.signals import stoppable

    app: AppContext = context.obj
    _check(command, options)
    with stoppable(signal.SIGHUP), started(app, options) as control:
        environment = {**os.environ, "KUBECONFIG": control["kubeconfig"]}
        code = run_wrapped(app.presenter, command or [], environment)
    return Result(code=code)


def _check(command: list[str] | None, options: SandboxOptions) -> None:
    if not command:
        raise UsageError("there is no command to run", "write it behind --")
    if STDIN in (options.load or ()):
        raise UsageError(
            "--load - does not go with run: its standard input is the command's", "name a file"
        )
    for variable in connection_variables():
        if os.environ.get(variable):
            raise UsageError(
                f"{variable} is set, and ippoolctl would not ask the sandbox",
                f"unset {variable}",
            )
