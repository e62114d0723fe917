"""The text of a kubeconfig to plain values, bounded, with the scalars of kubectl.

Depth, number of values and what aliases expand to are checked on the parser's events first, since
the composer recurses and knows no bounds.
"""

from collections.abc import Iterable
from typing import Any, Final

import yaml

from ippoolctl.reading.yaml_scalars import resolve

MAX_DEPTH: Final = 64
MAX_VALUES: Final = 200_000
"""Values in one file, those that aliases repeat counted each time."""

_PLAIN: Final = "!plain"
_TAG: Final = "tag:yaml.org,2002:"
_KNOWN_TAGS: Final = (None, "!", f"{_TAG}str", f"{_TAG}map", f"{_TAG}seq")


class TextError(Exception):
    """Why a text is no kubeconfig, in a few words. It never leaves this package."""


def read_text(data: bytes) -> Any:
    """The value of the first document, ``None`` for an empty one. Raises :class:`TextError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextError("not UTF-8 text") from None
    try:
        _check(yaml.parse(text, Loader=yaml.CSafeLoader))
        return _first_value(text)
    except yaml.MarkedYAMLError as error:
        raise TextError(_explained(error)) from None
    except yaml.YAMLError:
        raise TextError("a character that YAML does not allow") from None


def _explained(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}: " if mark else ""
    # The parser's own words are fixed, but the context may quote the text, and so a secret.
    return f"{where}not valid YAML"


class _Loader(yaml.CSafeLoader):
    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is yaml.ScalarNode and implicit[0]:
            return f"{_TAG}merge" if value == "<<" else _PLAIN
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


_Loader.add_constructor(_PLAIN, lambda _loader, node: resolve(node.value))


def _first_value(text: str) -> Any:
    loader = _Loader(text)
    try:
        return next(_documents(loader), None)
    finally:
        loader.dispose()


def _documents(loader: _Loader) -> Any:
    while loader.check_data():  # type: ignore[no-untyped-call]
        yield loader.get_data()


def _check(events: Iterable[Any]) -> None:
    bounds = _Bounds()
    for event in events:
        bounds.see(event)


class _Bounds:
    """Counts the values of a stream of events, and knows how much each anchor stands for."""

    def __init__(self) -> None:
        self.values = 0
        self._open: list[tuple[str | None, int]] = []
        self._sizes: dict[str, int] = {}

    def see(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "")
        elif isinstance(event, yaml.ScalarEvent):
            self._start(event)
            self._end()
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        if self.values > MAX_VALUES:
            raise TextError(f"more than {MAX_VALUES} values")

    def _alias(self, anchor: str) -> None:
        if any(anchor == each for each, _ in self._open):
            raise TextError("an alias within what it stands for")
        # An unknown anchor is the composer's to refuse.
        self.values += self._sizes.get(anchor, 1)

    def _start(self, event: Any) -> None:
        if event.tag not in _KNOWN_TAGS:
            raise TextError("a YAML tag other than !!str, !!map and !!seq")
        if len(self._open) >= MAX_DEPTH:
            raise TextError(f"nested deeper than {MAX_DEPTH} levels")
        self._open.append((event.anchor, self.values))
        self.values += 1

    def _end(self) -> None:
        anchor, before = self._open.pop()
        if anchor is not None:
            self._sizes[anchor] = self.values - before
