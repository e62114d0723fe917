"""What a command returns; the presenter writes it in the format that was asked for."""

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
    """Written after the output where that is text for people."""
    summary: str = ""
    """One line with what was done, for the error if the output cannot be written."""
