"""The function that escapes every foreign string before it is written to a terminal."""

from typing import Final

_NAMED: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str) -> str:
    r"""The text with escapes for all characters that could move a cursor, hide or reorder text.

    These are control and format characters, line separators, unusual spaces and lone surrogates.
    A line break becomes ``\n``: one string stays on one line.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _visible(each) for each in text)


def _visible(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
