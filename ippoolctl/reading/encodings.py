"""Bytes to text as kubectl reads them: UTF-8, or UTF-16 with a byte order mark.

Source: ``FileVisitor`` of k8s.io/cli-runtime v0.36, pkg/resource/visitor.go, with ``BOMOverride``.
What Go replaces by U+FFFD is refused here.
"""

import codecs
from typing import Final

_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PREFIX: Final = 64
"""Bytes by which an encoding without a mark is recognized."""


class EncodingError(Exception):
    """Bytes that are not text: why not, and the text before them."""

    def __init__(self, message: str, before: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.before = before


def decode(data: bytes) -> str:
    """The text, without its byte order mark. Raises :class:`EncodingError`."""
    if data.startswith(_UTF_32):
        raise EncodingError("UTF-32 text")
    for mark, name in _UTF_16.items():
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, "not UTF-16 text")
    encoding = _without_mark(data[:_PREFIX])
    if encoding:
        raise EncodingError(f"{encoding} text without a byte order mark")
    text = _decoded(data.removeprefix(codecs.BOM_UTF8), "utf-8", "not UTF-8 text")
    before, nul, _ = text.partition("\0")
    if nul:
        raise EncodingError("a NUL character", before)
    return text


def encode_like(data: bytes, text: str) -> bytes:
    """The text in the encoding of bytes that :func:`decode` reads, with their byte order mark."""
    for mark, name in _UTF_16.items():
        if data.startswith(mark):
            return mark + text.encode(name)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()


def _decoded(data: bytes, encoding: str, complaint: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(complaint, data[: error.start].decode(encoding)) from None


def _without_mark(start: bytes) -> str:
    """UTF-16 or UTF-32 if ASCII in that encoding fits; empty otherwise."""
    for width, name in ((4, "UTF-32"), (2, "UTF-16")):
        units = [start[at : at + width] for at in range(0, len(start) - width + 1, width)]
        zeros = bytes(width - 1)
        little, big = (
            all(each[1:] == zeros for each in units),
            all(each[:-1] == zeros for each in units),
        )
        if units and (little or big) and any(start):
            return name
    return ""
