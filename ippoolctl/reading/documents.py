"""Texts to documents, split at the separators of YAML; each is read without the others.

An invalid document costs only itself; the ones before and after it are still read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Path, Place
from ippoolctl.reading.json_documents import JsonError, read_json, read_json_stream
from ippoolctl.reading.limits import MAX_DOCUMENTS
from ippoolctl.reading.line_starts import LineStarts, line_and_column
from ippoolctl.reading.sources import Problem, Source

_SEPARATOR: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"(?:---[ \t\r]*+\n)?+(?:[ \t\r]*+(?:#[^\n]*+)?+\n)*+%")
_NEXT_JSON: Final = re.compile(r"^\{", re.MULTILINE)
_BLANK: Final = re.compile(r"(?:---)?+(?:\s++|#[^\n]*+)*+\Z")


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one document of a file."""

    file: str
    text: str
    line: int
    """Lines of the file before the text."""
    column: int = 0
    """Characters of its first line before the text."""
    is_json: bool = False

    def place(self, line: int, column: int) -> Place:
        """A place in the file, from line and column in this text, both from 0."""
        before = self.column if line == 0 else 0
        return Place(self.file, self.line + line + 1, column + before + 1)

    def locate(self, paths: Iterable[Path]) -> dict[Path, Place]:
        """The place of each path, or of its nearest ancestor."""
        from ippoolctl.reading.places import locate_in_json, locate_in_yaml, nearest

        paths = list(paths)
        found = (locate_in_json if self.is_json else locate_in_yaml)(self.text, paths)
        return {path: self.place(*nearest(found, path)) for path in paths}


Parsed = tuple[Document, Any]


def read_documents(source: Source) -> Iterator[Parsed | Problem]:
    """Every document of a file with its value, or the problem with it."""
    if source.text.lstrip()[:1] in ("{", "["):
        found = _read_as_json(source)
        if found is not None:
            yield from found
            return
    for document in _split(source):
        if isinstance(document, Problem):
            yield document
        else:
            yield from _read_as_yaml(document)


def _read_as_json(source: Source) -> list[Parsed | Problem] | None:
    """The JSON documents of a file; ``None`` if it has to be read as YAML."""
    whole = Document(source.name, source.text, 0, is_json=True)
    try:
        return [(whole, read_json(source.text))]
    except JsonError as error:
        failure = error
    read: list[Parsed | Problem] = []
    if failure.has_more:
        read = list(_read_stream(source))
    if any(not isinstance(each, Problem) for each in read):
        return read
    if not source.name.endswith(".json"):
        return None
    place = whole.place(*line_and_column(source.text, failure.offset))
    return [Problem(place, failure.message, _HINT_JSON)]


def _read_stream(source: Source) -> Iterator[Parsed | Problem]:
    """Consecutive JSON documents; after an invalid one, the next at the start of a line."""
    lines = LineStarts(source.text)
    position = 0
    while position < len(source.text):
        try:
            for start, end, value in read_json_stream(source.text, position):
                position = end
                yield _json(source, start, end, lines), value
            position = len(source.text)
        except JsonError as error:
            line, column = lines.at(error.offset)
            place = Place(source.name, line + 1, column + 1)
            yield Problem(place, error.message, _HINT_JSON)
            following = _NEXT_JSON.search(source.text, max(error.offset, position) + 1)
            position = following.start() if following else len(source.text)


def _json(source: Source, start: int, end: int, lines: LineStarts) -> Document:
    line, column = lines.at(start)
    return Document(source.name, source.text[start:end], line, column, is_json=True)


_HINT_JSON: Final = "fix the JSON there"
_HINT_YAML: Final = "fix the YAML there"


def _split(source: Source) -> Iterator[Document | Problem]:
    text = source.text
    line = begin = start = 0
    for number, end in enumerate(_ends(text)):
        if number > MAX_DOCUMENTS:
            place = Place(source.name, line + 1, 1)
            yield Problem(place, f"more than {MAX_DOCUMENTS} documents", "split the file")
            return
        # Directives belong to the document that the next separator opens.
        if end < len(text) and _DIRECTIVE.match(text, start):
            start = end
            continue
        part = text[begin:end]
        if not _BLANK.match(part):
            yield Document(source.name, part, line)
        line += part.count("\n")
        begin = start = end


def _ends(text: str) -> Iterator[int]:
    """Where each document ends: at the next separator, or at the end."""
    yield from (match.start() for match in _SEPARATOR.finditer(text) if match.start())
    yield len(text)


def _read_as_yaml(document: Document) -> Iterator[Parsed | Problem]:
    from ippoolctl.reading.yaml_documents import YamlError, read_yaml

    try:
        values = read_yaml(document.text)
    except YamlError as error:
        yield from ((document, value) for value in error.before)
        yield Problem(document.place(error.line, error.column), error.message, _HINT_YAML)
        return
    for value in values:
        yield document, value
