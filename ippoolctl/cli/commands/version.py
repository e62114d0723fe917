"""Print the version of ippoolctl; with -o json also the Antrea releases that it knows."""

import platform

import typer

from ippoolctl import __version__
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.releases import Line
from ippoolctl.render.documents.program import version_document
from ippoolctl.render.styles import line


def run(_: typer.Context) -> Result:
    """Print the version."""
    known = [each.value for each in Line]
    return Result(
        document=lambda: version_document(__version__, platform.python_version(), known),
        lines=lambda: [line(f"ippoolctl {__version__}")],
    )
