"""Texts to documents, split at the separators of YAML; each is read without the others.

An invalid document costs only itself; the ones before and after it are still read.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ippoolctl.domain.antrea.pool import Path, Place
from ippoolctl.domain.unprocessed import unprocessed_text
from ippoolctl.reading.limits import MAX_DOCUMENTS
from ippoolctl.reading.line_starts import LineStarts, line_and_column
from ippoolctl.reading.sources import Problem, Source, unprocessed_problem

_SEPARATOR: Final = re.compile(r"^---", re.MULTILINE)
_INVALID_SEPARATOR: Final = re.compile(r"---[ \t]*[^\s#][^\n]*")
"""kubectl accepts a comment after a separator, and nothing else."""
_LINE_OF_YAML: Final = re.compile(r"[ \t\r]*\n\s*[^\s{\[]")
_DIRECTIVE: Final = re.compile(r"(?:---[ \t\r]*+\n)?+(?:[ \t\r]*+(?:#[^\n]*+)?+\n)*+%")
_NEXT_JSON: Final = re.compile(r"^\{", re.MULTILINE)
_MARK: Final = re.compile(r"\A((?:---[^\n]*+\n)?+)\ufeff(?!---)")
_OPEN_ADDRESS: Final = (
    r"(?<![\w:.\"'/-])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}+)?::(?=[ \t\r]|$)"
)
"""An address whose last colon is that of a mapping for YAML."""
_BARE_ADDRESS: Final = r"(?<=[:,\[] )::[0-9A-Fa-f:]*+(?:/[0-9]{1,3})?+(?=[ \t]*[,\]}])"
"""An address whose first colon is that of a mapping for YAML, in brackets or braces."""
_NO_SPACE: Final = r"[ -]*([A-Za-z]\w*):([^\s/]\S*)[ \t\r]*$"
_LINES_BEFORE: Final = 2
"""The line of such an error, and the one before it."""
_LONGEST_LINE: Final = 1_000
_SHOWN: Final = 80
"""Characters of a line that a message shows."""
_BLANK: Final = re.compile(r"(?:---)?+(?:\s++|#[^\n]*+)*+\Z")


class Document(NamedTuple):
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
        from ippoolctl.reading.places import locate

        found = locate(self.text, list(paths), is_json=self.is_json)
        return {path: self.place(*position) for path, position in found.items()}


Parsed = tuple[Document, Any]


def read_documents(source: Source) -> Iterator[Parsed | Problem]:
    """Every document of a file with its value, or the problem with it.

    That the file has to be processed by another tool first is one problem, however many documents
    it has.
    """
    told: set[tuple[str, str]] = set()
    for each in _read(source):
        if isinstance(each, Problem) and each.hint not in (_HINT_JSON, _HINT_YAML):
            # kubectl stops at an invalid separator, so that one is enough.
            about = "" if each.hint == _HINT_SEPARATOR else each.message
            if (about, each.hint) in told:
                continue
            told.add((about, each.hint))
        yield each


def _read(source: Source) -> Iterator[Parsed | Problem]:
    if source.text.lstrip()[:1] in ("{", "["):
        found = _read_as_json(source)
        if found is not None:
            yield from found
            return
    for document in _split(source):
        yield from _read_part(document, source)


def _read_as_json(source: Source) -> list[Parsed | Problem] | None:
    """The JSON documents of a file; ``None`` if it has to be read as YAML."""
    from ippoolctl.reading.json_documents import JsonError, read_json  # most files are YAML

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
    at = line_and_column(source.text, failure.offset)
    return [_problem(whole, *at, failure.message, _HINT_JSON, is_ours=source.is_ours)]


def _read_stream(source: Source) -> Iterator[Parsed | Problem]:
    """Consecutive JSON documents; after an invalid one, the next at the start of a line.

    From a line on that cannot begin JSON, the rest is YAML, as for kubectl (apimachinery,
    ``YAMLOrJSONDecoder``).
    """
    from ippoolctl.reading.json_documents import JsonError, read_json_stream

    lines = LineStarts(source.text)
    position = 0
    while position < len(source.text):
        try:
            for start, end, value in read_json_stream(source.text, position):
                position = end
                yield _json(source, start, end, lines), value
            position = len(source.text)
        except JsonError as error:
            if position and _LINE_OF_YAML.fullmatch(source.text, position, error.offset + 1):
                begin = source.text.rindex("\n", 0, error.offset) + 1
                for document in _split(source, begin):
                    yield from _read_part(document, source)
                return
            at = lines.at(error.offset)
            whole = Document(source.name, source.text, 0, is_json=True)
            yield _problem(whole, *at, error.message, _HINT_JSON, is_ours=source.is_ours)
            following = _NEXT_JSON.search(source.text, max(error.offset, position) + 1)
            position = following.start() if following else len(source.text)


def _json(source: Source, start: int, end: int, lines: LineStarts) -> Document:
    line, column = lines.at(start)
    return Document(source.name, source.text[start:end], line, column, is_json=True)


_HINT_JSON: Final = "fix the JSON there"
_HINT_YAML: Final = "fix the YAML there"
_HINT_SEPARATOR: Final = "use --- on a line of its own"


def _split(source: Source, position: int = 0) -> Iterator[Document | Problem]:
    """The YAML documents of a file from a position on, which begins a line."""
    text = source.text[position:]
    line = source.text.count("\n", 0, position)
    has_mark = "\ufeff" in text
    for number, (begin, end) in enumerate(document_spans(text)):
        if number > MAX_DOCUMENTS:
            place = Place(source.name, line + 1, 1)
            yield Problem(place, f"more than {MAX_DOCUMENTS} documents", "split the file")
            return
        # A file that was appended to another one keeps its byte order mark.
        part = _MARK.sub(r"\1", text[begin:end], count=1) if has_mark else text[begin:end]
        if not _BLANK.match(part):
            yield Document(source.name, part, line)
        line += part.count("\n")


def document_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each YAML document begins and ends; some have nothing but comments."""
    begin = start = 0
    for end in _ends(text):
        # Directives belong to the document that the next separator opens.
        if end < len(text) and _DIRECTIVE.match(text, start):
            start = end
            continue
        yield begin, end
        begin = start = end


def _ends(text: str) -> Iterator[int]:
    """Where each document ends: at the next separator, or at the end."""
    yield from (match.start() for match in _SEPARATOR.finditer(text) if match.start())
    yield len(text)


def _read_part(document: Document | Problem, source: Source) -> Iterator[Parsed | Problem]:
    if isinstance(document, Problem):
        yield document
        return
    odd = _what_kubectl_cannot_read(document, source)
    if odd is not None:
        yield odd
        return
    from ippoolctl.reading.yaml_documents import YamlError, read_yaml

    try:
        values = read_yaml(document.text)
    except YamlError as error:
        yield from ((document, value) for value in error.before)
        at = error.line, error.column
        yield _problem(document, *at, error.message, _HINT_YAML, is_ours=source.is_ours)
        return
    for value in values:
        yield document, value


def _what_kubectl_cannot_read(document: Document, source: Source) -> Problem | None:
    """The problem with a text that is YAML, if at all, for other tools only.

    Source: ``YAMLReader`` of k8s.io/apimachinery v0.36, pkg/util/yaml/decoder.go: a separator is a
    whole line, and a directive is a document by itself.
    """
    separator = _INVALID_SEPARATOR.match(document.text)
    if separator is not None:
        kind = unprocessed_text(source.text, separator[0])
        if kind is not None:
            return unprocessed_problem(document.place(0, 0), kind, is_ours=source.is_ours)
        message = f"invalid document separator: {separator[0][:_SHOWN].rstrip()}"
        return Problem(document.place(0, 0), message, _HINT_SEPARATOR, source.is_ours)
    directive = _DIRECTIVE.match(document.text)
    if directive is not None:
        line = document.text.count("\n", 0, directive.end())
        message = "a YAML directive, which kubectl cannot read"
        hint = "remove the line that begins with %"
        return Problem(document.place(line, 0), message, hint, source.is_ours)
    return None


def _problem(
    document: Document, line: int, column: int, message: str, hint: str, *, is_ours: bool
) -> Problem:
    """Why a text cannot be parsed: the cause, if it shows, rather than the parser's words."""
    from ippoolctl.reading.odd_characters import find_odd_character

    lines = document.text.split("\n")[: line + 1]
    place = document.place(line, column)
    kind = unprocessed_text(document.text, lines[-1])
    if kind is not None:
        return unprocessed_problem(place, kind, is_ours=is_ours)
    last = len(lines) - 1  # an error at the end can be a line later
    shown = lines[last][:_LONGEST_LINE]
    address = re.search(_OPEN_ADDRESS, shown) or re.search(_BARE_ADDRESS, shown)
    if address is not None and not document.is_json:
        end = "ends" if address[0].endswith("::") else "begins"
        message = f"an address {end} with a colon without quotes: {address[0]}"
        place = document.place(last, address.start())
        return Problem(place, message, f'quote it: "{address[0]}"', is_ours)
    for at in range(last, max(last - _LINES_BEFORE, -1), -1):
        field = re.match(_NO_SPACE, lines[at][:_LONGEST_LINE])
        if field is not None and "expected ':'" in message:
            message = f"no space after a colon: {field[1]}:{field[2]}"
            place = document.place(at, field.start(1))
            return Problem(place, message, f"use {field[1]}: {field[2]}", is_ours)
    odd = find_odd_character(lines, column)
    if odd is not None:
        return Problem(document.place(odd.line, odd.column), odd.message, odd.hint, is_ours)
    return Problem(place, message, hint, is_ours)
