"""The character that makes a text invalid and that no editor shows, such as a no-break space."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.characters import character_name, is_typographic, named, plain_character

_LINES: Final = 3
"""The line of the error, and those before it: YAML notices some errors a line later."""
_SEARCHED: Final = 10_000
"""Characters of a line that are searched."""
_COMMENT: Final = r"(?:^|[ \t])#.*"
_INDENTATION: Final = r"[^\S\n]*"


class OddPlace(NamedTuple):
    """Such a character; line and column from 0."""

    line: int
    column: int
    message: str
    hint: str


def find_odd_character(lines: Sequence[str], column: int) -> OddPlace | None:
    """The character that an error is about, if it is one of them.

    The error is in the last of the lines, at this column.
    """
    last = len(lines) - 1
    text = lines[last]
    if column < len(text) and not text[column].isprintable() and text[column] != "\r":
        return _odd(lines, last, column)
    for line in range(last, max(last - _LINES, -1), -1):
        code = re.sub(_COMMENT, "", lines[line][:_SEARCHED])
        for at, character in enumerate(code):
            # A text may well have dashes and quotation marks; invisible ones are never meant.
            suspicious = line == last or plain_character(character) in ("", " ", ":")
            if is_typographic(character) and suspicious:
                return _odd(lines, line, at)
        indentation = re.match(_INDENTATION, code)
        if indentation and "\t" in indentation[0]:
            return _odd(lines, line, code.index("\t"))
    return None


def _odd(lines: Sequence[str], line: int, column: int) -> OddPlace:
    character = lines[line][column]
    name, plain = character_name(character), plain_character(character)
    if character == "\t":
        return OddPlace(line, column, f"{name} in the indentation", "indent with spaces")
    if plain == "":
        return OddPlace(line, column, f"invisible character: {name}", "remove it")
    meant = named(plain)
    return OddPlace(line, column, f"{name} instead of {meant}", f"replace it with {meant}")
