"""Runs that are not finished, with the command that finishes each, for people."""

from collections.abc import Mapping, Sequence
from typing import Final

from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.notes import Note, warning

Runs = Mapping[tuple[str, str], Sequence[Reference]]
"""Consumers by the request that has detached them and the command that finishes it."""
NAMED: Final = 5


def unfinished_notes(runs: Runs) -> list[Note]:
    """A warning of each run."""
    return [
        warning(f"unfinished run: {request or 'unknown'}{_detached(consumers)}", _hint(command))
        for (request, command), consumers in runs.items()
    ]


def unfinished_hint(runs: Runs) -> str:
    """How to finish the first of them; empty without one."""
    return next((_hint(command) for _, command in runs), "")


def _detached(consumers: Sequence[Reference]) -> str:
    named = listed([each.label for each in consumers], NAMED)
    return f"; detached: {named}" if consumers else ""


def _hint(command: str) -> str:
    return f"finish the unfinished run: ippoolctl {command}" if command else ""
