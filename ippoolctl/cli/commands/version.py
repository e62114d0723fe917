"""Print the version of ippoolctl; with -o json also the Antrea releases that it knows."""

import typer

from ippoolctl import __version__
from ippoolctl.cli.context import AppContext
from ippoolctl.errors import ExitCode
from ippoolctl.render.styles import line

FORMATS = ("table", "json", "yaml")


def run(context: typer.Context) -> ExitCode:
    """Print the version."""
    app: AppContext = context.obj
    if app.emitter.for_machines:
        import platform

        from ippoolctl.domain.antrea.releases import Line
        from ippoolctl.render.documents import version_document

        known = [each.value for each in Line]
        app.emitter.document(version_document(__version__, platform.python_version(), known))
    else:
        app.emitter.lines([line(f"ippoolctl {__version__}")])
    return ExitCode.YES
