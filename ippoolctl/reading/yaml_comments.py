"""The comments of a YAML text that begin with ``ippoolctl:``, found by a scan of its lines.

The parser drops comments. It is only asked, and only if a line looks like one, whether the ``#`` is
inside a text in quotes or a block.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from ippoolctl.domain.antrea.pool import Place
from ippoolctl.reading.documents import document_spans
from ippoolctl.reading.line_starts import LineStarts
from ippoolctl.reading.sources import Source

# Compiled when they are needed: few files have such comments.
_COMMENT: Final = r"(?<![^ \t\n])#[ \t]*ippoolctl:[ \t]*([^\n]*)"
_WITHOUT_CONTENT: Final = r"(?:[ \t\r]*(?:#[^\n]*)?\n|---[ \t\r]*(?:#[^\n]*)?\n)*"


class Comment(NamedTuple):
    """One comment."""

    place: Place
    """That of its ``#``."""
    line: int
    """The line that it is about: its own; if it stands alone, the next one with content."""
    text: str
    """What follows ``ippoolctl:``."""


def find_comments(source: Source) -> Iterator[Comment]:
    """The comments of a file, in their order."""
    text, lines = source.text, LineStarts(source.text)
    for start, end in document_spans(text):
        found = list(re.compile(_COMMENT).finditer(text, start, end))
        quoted = _inside_scalars(text[start:end], [each.start() - start for each in found])
        for each in found:
            if each.start() - start in quoted:
                continue
            line, column = lines.at(each.start())
            about = line
            if not text[each.start() - column : each.start()].strip(" \t\ufeff"):
                content = re.compile(_WITHOUT_CONTENT)
                following = content.match(text, each.start() - column)
                about = lines.at(following.end())[0] if following else line
            place = Place(source.name, line + 1, column + 1)
            yield Comment(place, about + 1, each[1].strip())


def _inside_scalars(text: str, offsets: list[int]) -> set[int]:
    """Those of the offsets, in ascending order, that are inside a scalar of the document."""
    inside: set[int] = set()
    if not offsets:
        return inside
    # Few files have such comments, and JSON is read without the parser of YAML.
    import yaml

    from ippoolctl.reading.yaml_documents import events

    parser = events(text)
    # What is invalid has another error; what was read before it still has its comments.
    with suppress(yaml.YAMLError):
        while (event := parser.get_event()) is not None:
            start, end = event.start_mark.index, event.end_mark.index
            if event.__class__ is yaml.ScalarEvent:
                inside |= {*offsets[bisect_left(offsets, start) : bisect_left(offsets, end)]}
    return inside
