"""Finding the sandbox that runs, and telling it to change."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.result import Result
from ippoolctl.cli.sandbox.options import lag_text
from ippoolctl.cli.sandbox.run_directory import running
from ippoolctl.errors import NothingToAskError, UsageError
from ippoolctl.render.documents.program import sandbox_document
from ippoolctl.render.styles import line


def change(app: AppContext, word: str, asked: Any, said: str) -> Result:
    """Change the one that is meant, and say so; ``said`` is what became of it."""
    from ippoolctl.sandbox.control import tell

    control = _found(app)
    try:
        now = tell(control, word, asked)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot change sandbox {control['url']}: {reason}"
        raise NothingToAskError(message, "check that the sandbox is still running") from None

    def document() -> dict[str, Any]:

        return sandbox_document(control, lag_text(now["lag"]), now["fault"])

    return Result(document=document, lines=lambda: [line(f"sandbox {control['url']}: {said}")])


def _found(app: AppContext) -> dict[str, str]:
    found = {each["kubeconfig"]: each for each in _running()}
    named = app.options.kubeconfig
    for path in [named] if named else os.environ.get("KUBECONFIG", "").split(os.pathsep):
        if path and str(Path(path).absolute()) in found:
            return found[str(Path(path).absolute())]
    if named:
        raise NothingToAskError(
            f"{named} is not the kubeconfig of a running sandbox",
            "use the path that ippoolctl sandbox printed",
        )
    if not found:
        raise NothingToAskError("no sandbox is running", "start one: ippoolctl sandbox")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} sandboxes are running: {', '.join(found)}",
            "select one with --kubeconfig",
        )
    return next(iter(found.values()))


def _running() -> list[dict[str, str]]:

    import orjson

    found = []
    for each in running():
        with suppress(OSError, ValueError):  # it begins, or ends, just now
            found.append(orjson.loads((each / "control").read_bytes()))
    return found
