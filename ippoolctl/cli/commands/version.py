"""Print the version of ippoolctl; with -o json also the Antrea releases that it knows."""

import platform
from typing import Any

import typer

from ippoolctl import __version__
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.releases import Line
from ippoolctl.render.styles import line


def run(_: typer.Context) -> Result:
    """Print the version."""

    def document() -> dict[str, Any]:
        from ippoolctl.render.documents import version_document

        known = [each.value for each in Line]
        return version_document(__version__, platform.python_version(), known)

    return Result(document=document, lines=lambda: [line(f"ippoolctl {__version__}")])
