"""What a command returns; the presenter writes it in the requested format."""

from dataclasses import dataclass

from ippoolctl.errors import ExitCode
from ippoolctl.render.formats.content import Content
from ippoolctl.render.notes import Note


@dataclass(frozen=True, kw_only=True)
class Result(Content):
    """The parts of :class:`Content`, the exit code, and messages for standard error."""

    code: int = ExitCode.YES
    """The same for every format."""
    notes: tuple[Note, ...] = ()
    """Written after the output, in every format."""
    remarks: tuple[Note, ...] = ()
    """Written after the output in formats for people."""
    summary: str = ""
    """One line about the changes, for the error if the output cannot be written."""
