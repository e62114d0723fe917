"""Reports: a result in further formats."""

import os
from pathlib import Path
from typing import Final

from ippoolctl.cli.result import Result
from ippoolctl.errors import InputError, reason_of
from ippoolctl.render.formats.registry import FORMATS, Format

SUMMARY_VARIABLE: Final = "GITHUB_STEP_SUMMARY"
"""The environment variable with the file of a job's summary on GitHub."""

MAX_SUMMARY: Final = 1024 * 1024
"""Bytes of a summary that GitHub accepts for one step."""


def write_reports(result: Result, requested: Format) -> None:
    """Write the reports that have a file, and the summary of a job on GitHub; ``requested`` is the
    format of ``-o``.

    Raises :class:`InputError` for a file that cannot be written.
    """
    for format_, file in result.reports:
        if file:
            _write(file, format_, result, "w")
    summary = os.environ.get(SUMMARY_VARIABLE)
    names = [requested.name, *(format_.name for format_, _ in result.reports)]
    if summary and "github" in names:
        markdown = next(each for each in FORMATS if each.name == "markdown")
        _write(summary, markdown, result, "a", MAX_SUMMARY)


def _write(file: str, format_: Format, result: Result, mode: str, most: int | None = None) -> None:
    output = format_.render(result)
    assert isinstance(output, str)
    data = output.encode("utf-8", "backslashreplace")
    if most is not None and len(data) > most:
        rows = data[: most - 100].rpartition(b"\n")[0]
        data = rows + b"\n\nThe summary is cut off: it is larger than 1 MiB.\n"
    try:
        with Path(file).open(f"{mode}b") as opened:
            opened.write(data)
    except (OSError, ValueError) as error:
        message = f"cannot write the {format_.name} report to {file}: {reason_of(error)}"
        raise InputError(message, "use another file") from None
