"""Kubeconfigs in the form that kubectl writes, without a YAML parser.

Importing one takes as long as everything else that an option, a list and a file need. Nearly all
kubeconfigs are written by programs, in a small part of YAML: block mappings and sequences, and
scalars on one line that are plainly text. Anything else is left to the parser.
"""

import re
from typing import Any, Final

_KEY: Final = re.compile(r"([A-Za-z][-A-Za-z0-9_.]*):(?: (.+))?")
_TEXT: Final = re.compile(r"(?:--?)?[A-Za-z/](?:[-A-Za-z0-9+/=_.:@%,\[\]]*[-A-Za-z0-9+/=_.@%,\]])?")
_QUOTED: Final = re.compile(r"\"([ !#-\[\]-~]*)\"|'([ -&(-~]*)'")
_COMMENT: Final = re.compile(r" *(?:#[ -~]*)?")
_WORDS: Final[dict[str, Any]] = {"null": None, "true": True, "false": False, "{}": {}, "[]": []}
_NOT_TEXT: Final = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""Words that are no text to some reader of YAML, in any case of letters."""
_MAX_LINES: Final = 20_000
_MAX_INDENT: Final = 40


class NotPlainError(Exception):
    """The text needs a YAML parser; it may be valid or not."""


def read_plain(text: str) -> Any:
    """The value of a text, the same as that of a YAML parser. Raises :class:`NotPlainError`."""
    reader = _Reader(text)
    found = reader.block(0)
    if not reader.is_at_end():
        raise NotPlainError
    return found


class _Reader:
    """Each line is its indentation, its key and its value, both may be empty.

    A dash is a line of its own, before what follows it.
    """

    def __init__(self, text: str) -> None:
        self._lines: list[tuple[int, str, str]] = []
        self._at = 0
        lines = text.split("\n")
        if len(lines) > _MAX_LINES:
            raise NotPlainError
        for line in lines:
            if not _COMMENT.fullmatch(line):
                self._add(line)

    def is_at_end(self) -> bool:
        """Whether all lines are read."""
        return self._at == len(self._lines)

    def block(self, indent: int) -> Any:
        """The mapping or sequence whose first line is next, with that indentation."""
        found, key, _ = self._next()
        if found != indent or indent > _MAX_INDENT:
            raise NotPlainError
        return self._mapping(indent) if key else self._sequence(indent)

    def _add(self, line: str) -> None:
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        while content.startswith("- "):
            self._lines.append((indent, "", ""))
            indent, content = indent + 2, content[2:]
        match = _KEY.fullmatch(content)
        key, value = (match[1], match[2] or "") if match else ("", content)
        if key.lower() in _NOT_TEXT or not (key or value):
            raise NotPlainError
        self._lines.append((indent, key, value))

    def _next(self) -> tuple[int, str, str]:
        return (-1, "", "") if self.is_at_end() else self._lines[self._at]

    def _mapping(self, indent: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while self._next()[0] == indent:
            _, key, text = self._next()
            if not key:
                raise NotPlainError
            self._at += 1
            result[key] = _scalar(text) if text else self._value(indent)
        return result

    def _value(self, indent: int) -> Any:
        """The value of a key with that indentation, below its line."""
        below, key, text = self._next()
        is_dash = not key and not text
        return self.block(below) if below > indent or (below == indent and is_dash) else None

    def _sequence(self, indent: int) -> list[Any]:
        result = []
        while self._next() == (indent, "", ""):
            self._at += 1
            _, key, text = self._next()
            if text and not key:
                self._at += 1
                result.append(_scalar(text))
            else:
                result.append(self.block(indent + 2))
        if not result:
            raise NotPlainError
        return result


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _TEXT.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        raise NotPlainError
    return quoted[1] if quoted[2] is None else quoted[2]
