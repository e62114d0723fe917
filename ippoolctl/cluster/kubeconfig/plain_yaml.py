"""Kubeconfigs in the form that programs write, read without a YAML parser.

Importing that one takes a seventh of the time of a list. What is read here has one key or one item
a line, and values that no two parsers read differently; any other text is left to
:mod:`ippoolctl.reading.yaml_documents`, which also reports errors.
"""

import re
from typing import Any, Final, NamedTuple

_LONGEST: Final = 2**20
"""Characters, below every limit of the other reader."""
_DEEPEST: Final = 32
_LINE: Final = re.compile(r"( *)(- )?(?:([A-Za-z][A-Za-z0-9./_-]{0,99}):(?: +(\S.*))?|(\S.*))")
_SIGN: Final = r"(?:[A-Za-z0-9+/=._@%~,-]|:(?=[^ ]))"
_TEXT: Final = re.compile(rf"(?:[A-Za-z0-9/_]|--?[A-Za-z]){_SIGN}*(?: {_SIGN}+)*")
_QUOTED: Final = re.compile(r""""[ !#-\[\]-~]*"|'[ -&(-~]*'""")
_VALUES: Final[dict[str, Any]] = {"null": None, "true": True, "false": False}
_WORDS: Final = frozenset(("y", "yes", "on", "n", "no", "off", "null", "true", "false"))
"""Other than text in some YAML, in any case."""
_DIGITS: Final = frozenset("0123456789")


def read_plain(text: str) -> dict[str, Any] | None:
    """The mapping in a text; ``None`` if a YAML parser must read it."""
    if len(text) > _LONGEST or not (text.isascii() and text.replace("\n", "").isprintable()):
        return None
    try:
        lines = _Lines(text)
        found = lines.mapping(0, 0)
    except ValueError:
        return None
    return found if lines.at_end else None


class _Line(NamedTuple):
    """A key with its value, or an item of a sequence without its dash."""

    indent: int
    is_item: bool
    key: str
    """Empty for an item."""
    value: str
    """As typed; empty if there is none, or it follows in other lines."""


class _Lines:
    """The lines from one place on. Methods raise ``ValueError`` if a YAML parser must read them."""

    def __init__(self, text: str) -> None:
        self._lines: list[_Line] = []
        self._next = 0
        for row in text.removeprefix("---\n").split("\n"):
            line = row.rstrip(" ")
            if not line or line.lstrip(" ").startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if match is None:
                raise ValueError
            spaces, dash, key, value, item = match.groups("")
            indent = len(spaces)
            if dash:
                self._lines.append(_Line(indent, is_item=True, key="", value=item))
                indent += len(dash)
            if (item and not dash) or key.lower() in _WORDS:
                raise ValueError
            if key:
                self._lines.append(_Line(indent, is_item=False, key=key, value=value))

    @property
    def at_end(self) -> bool:
        """Whether all lines are read."""
        return self._next == len(self._lines)

    def mapping(self, indent: int, depth: int) -> dict[str, Any]:
        """The mapping whose keys have that indentation; not empty."""
        if depth > _DEEPEST:
            raise ValueError
        found: dict[str, Any] = {}
        while (line := self._at(indent)) and line.key:
            self._next += 1
            inner = None if self.at_end else self._lines[self._next]
            if line.value:
                found[line.key] = _value(line.value)
            elif inner and inner.is_item and inner.indent >= indent:
                found[line.key] = self._sequence(inner.indent, depth + 1)
            elif inner and inner.indent > indent:
                found[line.key] = self.mapping(inner.indent, depth + 1)
            else:
                found[line.key] = None
        if not found:
            raise ValueError
        return found

    def _sequence(self, indent: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while (line := self._at(indent)) and line.is_item:
            self._next += 1
            found.append(_value(line.value) if line.value else self.mapping(indent + 2, depth + 1))
        return found

    def _at(self, indent: int) -> _Line | None:
        """The next line, if it has that indentation."""
        line = None if self.at_end else self._lines[self._next]
        return line if line and line.indent == indent else None


def _value(text: str) -> Any:
    """The value of a scalar, or of an empty mapping or sequence."""
    if text in _VALUES:
        return _VALUES[text]
    if text == "{}":
        return {}
    if text == "[]":
        return []
    if _QUOTED.fullmatch(text):
        return text[1:-1]
    if not _TEXT.fullmatch(text) or text.lower() in _WORDS:
        raise ValueError
    # Text with one of these is no number in any YAML that kubectl reads.
    if text[0] in _DIGITS and not (":" in text or "/" in text or text.count(".") > 1):
        raise ValueError
    return text
