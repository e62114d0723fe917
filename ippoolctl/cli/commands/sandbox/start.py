"""Run a simulated cluster with Antrea on this machine until Ctrl-C: an API server on 127.0.0.1,
Antrea's webhook with a configurable cache lag, and its controller. Use it for experiments and
tests; it is not Antrea.

The command prints the path of a kubeconfig for kubectl, ippoolctl and other clients. Select the
release with --antrea and the kubeconfig path with --kubeconfig.

\b
Examples:
  ippoolctl sandbox --lag 2s --load examples/good
  ippoolctl sandbox run --lag 2s -- ./test.sh
  ippoolctl sandbox lag 0.1..3s
  ippoolctl sandbox fault timeout
"""

import signal
import threading
from shlex import quote

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.parser import Entry
from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.options import (
    SandboxOptions,
    lag_text,
    parse_lag,
    with_sandbox_options,
)
from ippoolctl.cli.signals import stoppable
from ippoolctl.errors import StoppedError
from ippoolctl.render.documents.program import sandbox_document
from ippoolctl.render.notes import info
from ippoolctl.render.styles import line

COMMANDS = {
    "run": Entry("sandbox.run", "Run a command with its own sandbox"),
    "lag": Entry("sandbox.lag", "Change the lag of the webhook cache"),
    "restart": Entry("sandbox.restart", "Restart the controller and its webhook"),
    "fault": Entry("sandbox.fault", "Inject a webhook failure, or end it"),
}


@with_sandbox_options
def run(context: typer.Context, *, options: SandboxOptions) -> Result:
    """Serve until a signal."""
    from ippoolctl.cli.sandbox.start import started  # the server

    app: AppContext = context.obj
    ready = False
    try:
        with stoppable(signal.SIGHUP), started(app, options) as control:
            ready = True
            app.presenter.write(_running(control, options))
            threading.Event().wait()
    except StoppedError as stop:
        if not ready:
            raise
        return Result(code=stop.exit_code, notes=(info("sandbox stopped; files removed"),))
    return Result()


def _running(control: dict[str, str], options: SandboxOptions) -> Result:
    path = control["kubeconfig"]
    lag = lag_text(parse_lag("--lag", options.lag))
    fault = None if options.fault == "none" else options.fault
    return Result(
        document=lambda: sandbox_document(control, lag, fault),
        lines=lambda: [line(path)],
        remarks=(
            info(f"for another shell: export KUBECONFIG={quote(path)}"),
            info("press Ctrl-C to stop the sandbox and remove its files"),
        ),
    )
