"""The line and column of a field, found on request.

Reading keeps no positions: that would cost more than reading itself. For a finding, the document is
walked again. A path that does not exist (a missing required field) gets the place of its nearest
ancestor.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import yaml

from ippoolctl.domain.antrea.pool import Path
from ippoolctl.reading.line_starts import LineStarts
from ippoolctl.reading.yaml_documents import events
from ippoolctl.reading.yaml_scalars import is_other_than_text, plain_key

LineColumn = tuple[int, int]
"""Line and column, both from 0."""


def locate(text: str, paths: Sequence[Path], *, is_json: bool) -> dict[Path, LineColumn]:
    """The place of each path in a text, or of its nearest ancestor."""
    found = (locate_in_json if is_json else locate_in_yaml)(text, paths)
    return {path: nearest(found, path) for path in paths}


def locate_in_yaml(text: str, paths: Iterable[Path]) -> dict[Path, LineColumn]:
    """The place of each path in the first document of a YAML text.

    The place of a field is that of its key, the place of a list item that of its first character.
    """
    wanted = _with_ancestors(paths)
    found: dict[Path, LineColumn] = {}
    walk = _Walk()
    parser = events(text)
    # What follows may be invalid; what was read before it still has its places.
    with suppress(yaml.YAMLError):
        while (event := parser.get_event()) is not None and len(found) < len(wanted):
            path = walk.step(event)
            if path is not None and path in wanted and path not in found:
                found[path] = (event.start_mark.line, event.start_mark.column)
            if event.__class__ is yaml.DocumentEndEvent:
                break
    return found


def locate_in_json(text: str, paths: Iterable[Path]) -> dict[Path, LineColumn]:
    """The same for a JSON text; all other values are skipped at the speed of the C parser."""
    found: dict[Path, int] = {}
    _JsonWalk(text, _with_ancestors(paths), found).value(_first(text), ())
    lines = LineStarts(text)
    return {path: lines.at(offset) for path, offset in found.items()}


def nearest(found: dict[Path, LineColumn], path: Path) -> LineColumn:
    """The place of a path, or of the nearest ancestor with a place; the start if there is none."""
    while path not in found and path:
        path = path[:-1]
    return found.get(path, (0, 0))


def _first(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\r\n"))


def _with_ancestors(paths: Iterable[Path]) -> set[Path]:
    return {path[:length] for path in paths for length in range(len(path) + 1)}


class _Walk:
    """Follows events and returns the path that starts at each of them."""

    def __init__(self) -> None:
        # For each open collection: the number of the next item, or the key without a value yet.
        self._open: list[int | str | None] = []
        self._is_list: list[bool] = []

    def step(self, event: Any) -> Path | None:
        """The path that starts here: at the key for a field, at the item in a list."""
        kind = event.__class__
        if kind in _ENDS:
            self._open.pop()
            self._is_list.pop()
            self._value_done()
            return None
        if kind not in _NODES:
            return None
        if self._open and not self._is_list[-1] and self._open[-1] is None:
            self._open[-1] = _key_of(event)
            return tuple(self._path())
        # The value of a key started at its key.
        starts = not self._open or self._is_list[-1]
        path = tuple(self._path()) if starts else None
        if kind in _STARTS:
            self._is_list.append(kind is yaml.SequenceStartEvent)
            self._open.append(0 if self._is_list[-1] else None)
        else:
            self._value_done()
        return path

    def _value_done(self) -> None:
        if self._open:
            step = self._open[-1]
            self._open[-1] = step + 1 if isinstance(step, int) else None

    def _path(self) -> Iterator[int | str]:
        return (step for step in self._open if step is not None)


def _key_of(event: Any) -> str:
    if event.__class__ is not yaml.ScalarEvent:
        return "*"
    text: str = event.value
    is_text = event.tag is not None or not event.implicit[0] or not is_other_than_text(text)
    return text if is_text else plain_key(text)


_STARTS: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_NODES: Final = (yaml.ScalarEvent, yaml.AliasEvent, *_STARTS)

_SPACE: Final = re.compile(r"[ \t\r\n]*")


class _JsonWalk:
    """Walks some paths of a valid JSON text."""

    def __init__(self, text: str, wanted: set[Path], found: dict[Path, int]) -> None:
        self._text = text
        self._wanted = wanted
        self._found = found
        import json  # most files are YAML

        self._skip = json.JSONDecoder().raw_decode

    def value(self, at: int, path: Path) -> int:
        """Walk the value that starts here; returns the position behind it."""
        if path in self._wanted:
            self._found.setdefault(path, at)
            if self._text[at] == "{":
                return self._members(at + 1, path)
            if self._text[at] == "[":
                return self._items(at + 1, path)
        return self._skip(self._text, at)[1]

    def _members(self, at: int, path: Path) -> int:
        at = self._space(at)
        while self._text[at] != "}":
            key, end = self._skip(self._text, at)
            if (*path, key) in self._wanted:
                self._found.setdefault((*path, key), at)
            at = self.value(self._space(self._space(end) + 1), (*path, key))
            at = self._next(at)
        return at + 1

    def _items(self, at: int, path: Path) -> int:
        at = self._space(at)
        index = 0
        while self._text[at] != "]":
            at = self._next(self.value(at, (*path, index)))
            index += 1
        return at + 1

    def _next(self, at: int) -> int:
        at = self._space(at)
        return self._space(at + 1) if self._text[at] == "," else at

    def _space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at
