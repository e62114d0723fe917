"""Offsets to lines and columns."""

import re
from bisect import bisect_right
from typing import Final

_LINE_BREAK: Final = re.compile("\n")


class LineStarts:
    """Where each line of a text starts, for many lookups: O(log n) each."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 0."""
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]

    def start(self, line: int) -> int | None:
        """The offset at which a line, from 0, starts; ``None`` if there is no such line."""
        return self._starts[line] if line < len(self._starts) else None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of one character, both from 0."""
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1
