"""Finding the running sandbox and changing it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.options import lag_text
from ippoolctl.cli.sandbox.run_directory import running
from ippoolctl.errors import UnavailableError, UsageError, reason_of
from ippoolctl.render.documents.program import sandbox_document
from ippoolctl.render.styles import line


def change(app: AppContext, word: str, value: Any, message: str) -> Result:
    """Change the running sandbox; ``message`` describes the change.

    ``word`` and ``value`` are those of :func:`ippoolctl.sandbox.control.tell`.
    """
    from ippoolctl.sandbox.control import tell  # an HTTP client

    control = _found(app)
    try:
        now = tell(control, word, value)
    except OSError as error:
        reason = reason_of(error)
        failure = f"cannot change sandbox {control['url']}: {reason}"
        raise UnavailableError(failure, "check that the sandbox is still running") from None
    return Result(
        document=lambda: sandbox_document(control, lag_text(now["lag"]), now["fault"]),
        lines=lambda: [line(f"sandbox {control['url']}: {message}")],
    )


def _found(app: AppContext) -> dict[str, str]:
    found: dict[str, dict[str, str]] = {}
    for each in running():
        with suppress(OSError, ValueError):  # it is starting or stopping
            control = orjson.loads((each / "control").read_bytes())
            found[control["kubeconfig"]] = control
    named = app.options.kubeconfig
    for path in [named] if named else os.environ.get("KUBECONFIG", "").split(os.pathsep):
        if path and str(Path(path).absolute()) in found:
            return found[str(Path(path).absolute())]
    if named:
        raise UnavailableError(
            f"{named} is not the kubeconfig of a running sandbox",
            "use the path that ippoolctl sandbox printed",
        )
    if not found:
        raise UnavailableError("no sandbox is running", "start one: ippoolctl sandbox")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} sandboxes are running: {', '.join(found)}",
            "select one with --kubeconfig",
        )
    return next(iter(found.values()))
