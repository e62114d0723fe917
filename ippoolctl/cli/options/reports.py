"""``--report``: further formats of a result."""

import os
from collections.abc import Iterable
from typing import Annotated, Final

import typer

from ippoolctl.cli.options.declaration import complete_from
from ippoolctl.errors import UsageError
from ippoolctl.render.formats.registry import FORMATS, Format

REPORTS: Final = ("github", "gitlab", "junit", "sarif", "markdown", "json")
"""The formats of ``--report``."""

Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT[=FILE]",
        autocompletion=complete_from(*REPORTS),
        help=f"Also write the result as {', '.join(REPORTS)} to FILE; without FILE, to standard"
        " output in place of the text; can be repeated",
    ),
]


def parse_reports(texts: Iterable[str], output: str | None) -> tuple[tuple[Format, str], ...]:
    """Each format with its file, empty for standard output; ``output`` is the value of ``-o`` on
    the command line, if any.

    Raises :class:`UsageError` for an unknown format, and if two formats use standard output or one
    file.
    """
    formats = {each.name: each for each in FORMATS}
    reports = []
    for text in texts:
        name, separator, file = text.partition("=")
        if name in REPORTS and file == "-":
            hint = f"use --report {name} for standard output"
            raise UsageError(f"invalid value: --report {text}", hint)
        if name not in REPORTS or (separator and not file):
            hint = f"use FORMAT or FORMAT=FILE with one of {', '.join(REPORTS)}"
            raise UsageError(f"invalid value: --report {text}", hint)
        reports.append((formats[name], file))
    printed = [format_.name for format_, file in reports if not file]
    if len(printed) + (output is not None) > 1 and printed:
        other = printed[1] if output is None else f"-o {output}"
        raise UsageError(
            f"--report {printed[0]} and {other} both use standard output",
            f"add a file: --report {printed[0]}=FILE",
        )
    files: dict[str, str] = {}
    for format_, file in reports:
        other = files.setdefault(os.path.realpath(file), format_.name) if file else format_.name
        if other != format_.name:
            raise UsageError(
                f"--report {other} and {format_.name} both use {file}", "use one file for each"
            )
    return tuple(reports)
