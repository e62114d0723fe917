"""What a command returns; the presenter writes it in the requested format."""

from collections.abc import Callable
from dataclasses import dataclass

from ippoolctl.errors import ExitCode
from ippoolctl.render.formats.content import Content
from ippoolctl.render.formats.registry import Format
from ippoolctl.render.notes import Note


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)  # quicker to import
class Result(Content):
    """The parts of :class:`Content`, the exit code, and messages for standard error."""

    code: int = ExitCode.YES
    """The same for every format."""
    notes: tuple[Note, ...] = ()
    """Written after the output, in every format."""
    remarks: tuple[Note, ...] = ()
    """Written after the output in formats for people."""
    reports: tuple[tuple[Format, str], ...] = ()
    """Further formats, each with its file; an empty one is standard output, in place of the
    requested format."""
    summary: Callable[[], str] = lambda: ""
    """One line about the changes, for the error if the output cannot be written."""
