"""Characters that look like plain ones, or like nothing, in text that has to be ASCII.

They come from word processors, web pages and chat programs, and are seen in no editor.
"""

import unicodedata
from typing import Final, NamedTuple

_NAMES: Final = {"\t": "tab", "\ufeff": "byte order mark", "\u0085": "next line", "\0": "NUL"}
_INVISIBLE: Final = ("Cf", "Cc", "Cn", "Co", "Cs")
_SPACES: Final = ("Zs", "Zl", "Zp")
_QUOTES: Final = ("Pi", "Pf")
_SINGLE_QUOTES: Final = "\u2018\u2019\u201a\u201b\u2039\u203a"
_MINUS: Final = "\u2212"


class OddCharacter(NamedTuple):
    """A character that is not ASCII, in text that has to be."""

    text: str
    """The whole text."""
    offset: int
    """Characters before it."""

    @property
    def name(self) -> str:
        """Its name and its number: ``en dash (U+2013)``."""
        return character_name(self.text[self.offset])

    @property
    def remedy(self) -> str:
        """What to do, for a field of a pool."""
        position = f"the {self.name}, character {self.offset + 1} of {self.text!r}"
        plain = plain_character(self.text[self.offset])
        start, end = self.text[: self.offset].strip(), self.text[self.offset + 1 :].strip()
        if plain == "-" and start[-1:].isalnum() and end[:1].isalnum():
            return f"{position}, separates nothing: use start: {start} and end: {end}"
        return f"remove {position}" if plain == "" else f"replace {position}, with {named(plain)}"


def character_name(character: str) -> str:
    """The name in words and the number of a character: ``no-break space (U+00A0)``."""
    known = _NAMES.get(character) or unicodedata.name(character, "control character").lower()
    return f"{known} (U+{ord(character):04X})"


def plain_character(character: str) -> str | None:
    """The ASCII that is meant; empty if nothing is, ``None`` if it is unknown."""
    category = unicodedata.category(character)
    if character == "\t" or category in _SPACES:
        return " "
    if category in _INVISIBLE:
        return ""
    if category in _QUOTES or character in _SINGLE_QUOTES:
        return "'" if character in _SINGLE_QUOTES else '"'
    if category == "Pd" or character == _MINUS:
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() else None


def named(plain: str | None) -> str:
    """The result of :func:`plain_character` in a message."""
    return "an ASCII character" if plain is None else "a space" if plain == " " else plain


def is_typographic(character: str) -> bool:
    """Whether it is taken for ASCII by the eye: a space, a dash, a quotation mark, or invisible."""
    return not character.isascii() and plain_character(character) is not None


def odd_character(text: str) -> OddCharacter | None:
    """The first character that is not printable ASCII; ``None`` if there is none."""
    for offset, character in enumerate(text):
        if not (character.isascii() and character.isprintable()):
            return OddCharacter(text, offset)
    return None


def quoted(value: object) -> str:
    """A plain value as JSON, YAML and Go write it: text in double quotes."""
    import json  # only for the message about a wrong value

    return json.dumps(value, ensure_ascii=False)


def quotes_remedy(read: str) -> str:
    """What to do about a name, a label or an annotation that YAML does not read as a string but as
    ``read``, in JSON.
    """
    return f"quote the value; without quotes it is read as {read}"
