"""JSON documents to plain values: strict, and as fast as the parser."""

import re
from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.reading.limits import MAX_DEPTH, MAX_NODES, MAX_SCALAR

_TOO_DEEP: Final = b"\n" + b"  " * (MAX_DEPTH + 1)
_SHOWN: Final = 80
"""Characters of a key that a message shows."""
_SPACED_COLON: Final = rb'"[ \t\r\n]+:'
_ORJSON_AT: Final = r": line (\d+) column (\d+) \(char (\d+)\)"


class JsonError(Exception):
    """A text that cannot be read: what is wrong, and at which character."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset

    @property
    def has_more(self) -> bool:
        """Whether a whole document was read, and something follows it."""
        return self.message.startswith("unexpected content after document")


def read_json(text: str) -> Any:
    """The one JSON document in a text. Raises :class:`JsonError`.

    Duplicate keys are refused, and so are depths beyond the limit.
    """
    import orjson

    data = text.encode()
    _refuse_floods(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise JsonError(re.sub(_ORJSON_AT, "", str(error)), error.pos) from None
    try:
        indented = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # its own limit of depth is above ours
        indented = _TOO_DEEP
    if _TOO_DEEP in indented:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels", 0)
    # The parser drops a duplicate key, so that fewer keys are left. Texts that it may write in
    # another way (an escape, a space before a colon) get a closer look.
    odd = b"\\u" in data or re.search(_SPACED_COLON, data)
    if odd or data.count(b'":') != indented.count(b'":'):
        _refuse_duplicates(text)
    return value


def read_json_stream(text: str, position: int = 0) -> Iterator[tuple[int, int, Any]]:
    """Consecutive JSON documents from a position on: start, end and value of each."""
    import json

    decoder = json.JSONDecoder()
    position = _skip_space(text, position)
    while position < len(text):
        try:
            _, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise JsonError(error.msg, error.pos) from None
        except RecursionError:
            raise JsonError(f"nested deeper than {MAX_DEPTH} levels", position) from None
        except ValueError:
            raise JsonError("a number that is too long", position) from None
        try:
            yield position, end, read_json(text[position:end])
        except JsonError as error:
            raise JsonError(error.message, position + error.offset) from None
        position = _skip_space(text, end)


def _refuse_floods(data: bytes) -> None:
    """Refuse floods of values, and a text longer than any object that the API server accepts.

    Every object has quotes all along. Looking for them costs next to nothing, and happens before
    anything is built.
    """
    if data.count(b",") > MAX_NODES:
        raise JsonError(f"more than {MAX_NODES} values in one document", 0)
    begin = 0
    while len(data) - begin > MAX_SCALAR:
        quote = data.rfind(b'"', begin + 1, begin + MAX_SCALAR)
        if quote < 0:
            raise JsonError(f"{MAX_SCALAR} bytes without a quote", len(data[:begin].decode()))
        begin = quote


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


class _DuplicateKeyError(Exception):
    pass


def _refuse_duplicates(text: str) -> None:
    import json

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    raise _DuplicateKeyError(key)
                seen.add(key)
        return found

    try:
        json.loads(text, object_pairs_hook=once, parse_int=str)
    except _DuplicateKeyError as error:
        key = str(error)
        message = f"duplicate key {key[:_SHOWN]!r}"
        raise JsonError(message, max(text.rfind(json.dumps(key)), 0)) from None
    except RecursionError:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels", 0) from None
