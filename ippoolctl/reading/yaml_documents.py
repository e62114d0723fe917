"""YAML documents to plain values, from the parser's events, in one pass and with limits.

Aliases and merge keys work within a budget, duplicate keys are refused, scalars are read as in
kubectl. Nothing recurses, so depth costs nothing until it is refused.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not export it

from ippoolctl.reading.limits import MAX_DEPTH, MAX_EXPANSION, MAX_NODES, MAX_SCALAR
from ippoolctl.reading.line_starts import line_and_column
from ippoolctl.reading.yaml_scalars import (
    FIRST_CHARACTERS,
    Scalar,
    is_other_than_text,
    key_text,
    resolve,
)

_CHARACTERS: Final = 100
"""Characters of an aliased text that count as one node."""
_SHOWN: Final = 80
"""Characters of a key that a message shows."""
_TAG: Final = "tag:yaml.org,2002:"
_PLAIN_TAGS: Final = (None, "!", f"{_TAG}str", f"{_TAG}map", f"{_TAG}seq")
_FINAL_COLON: Final = re.compile(r"::(?=[,\]}])")
_STAND_IN: Final = "\ue000"
"""A character for private use, for the second colon."""
_MERGE: Final = object()
_NO_KEY: Final = object()


class YamlRules(NamedTuple):
    """What a text may contain; the default is that of manifests."""

    max_nodes: int = MAX_NODES
    max_expansion: int = MAX_EXPANSION
    any_tag: bool = True
    """Whether there may be tags other than ``!!str``, ``!!map`` and ``!!seq``."""
    repeated_keys: bool = False
    """Whether a mapping may have a key twice; the last value counts."""
    may_quote: bool = True
    """Whether an error may quote the text; not if it may contain secrets."""


MANIFEST_RULES: Final = YamlRules()


class YamlError(Exception):
    """A text that cannot be read: what is wrong, and where, from 0."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.before: list[Any] = []
        """The documents of the same text that were read before it."""


def events(text: str) -> Any:
    """The C parser of a text; its ``get_event`` returns one event after the other.

    An address such as ``fd00::`` before a comma or a bracket is text, as in go-yaml, where libyaml
    finds an unexpected colon.
    """
    parsed = _parsed(text)
    return CParser(text) if parsed is text else _Restoring(parsed)


def _parsed(text: str) -> str:
    """The text as it is parsed, of the same length."""
    if not _FINAL_COLON.search(text) or _STAND_IN in text:
        return text
    return _FINAL_COLON.sub(f":{_STAND_IN}", text)


class _Restoring:
    """A parser of a text in which a character stands for another one, which its events have."""

    def __init__(self, text: str) -> None:
        self._parser = CParser(text)

    def get_event(self) -> Any:
        event = self._parser.get_event()
        if event.__class__ is yaml.ScalarEvent:
            event.value = event.value.replace(_STAND_IN, ":")
        return event


def read_yaml(text: str, rules: YamlRules = MANIFEST_RULES) -> list[Any]:
    """The documents in a text as plain values; mostly one. Raises :class:`YamlError`."""
    composer = _Composer(rules)
    try:
        composer.run(events(text))
    except yaml.MarkedYAMLError as error:
        failure = _syntax_error(error, text, rules)
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes here.
        before = _parsed(text).encode()[: error.position].decode(errors="ignore")
        failure = YamlError("invalid YAML character", *line_and_column(before, len(before)))
    except YamlError as error:
        failure = error
    else:
        return composer.documents
    failure.before = composer.documents
    raise failure


def _syntax_error(error: yaml.MarkedYAMLError, text: str, rules: YamlRules) -> YamlError:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and mark and mark.index >= len(text.rstrip()):
        # At the end of the text only the place where it started helps.
        mark = error.context_mark
    # The parser's own words are fixed, but its context may quote the text.
    known = (error.context, error.problem) if rules.may_quote else ()
    words = ": ".join(filter(None, known)) or "not valid YAML"
    return YamlError(words, mark.line if mark else 0, mark.column if mark else 0)


class _Frame:
    """A mapping or a sequence that is being filled."""

    __slots__ = ("anchor", "key", "merged", "started", "value")

    def __init__(self, value: Any, anchor: str | None, started: int) -> None:
        self.value = value
        self.anchor = anchor
        self.started = started
        self.key: Any = _NO_KEY
        self.merged: set[str] | None = None
        """The keys that only merge keys have set."""


class _Composer:
    def __init__(self, rules: YamlRules) -> None:
        self._rules = rules
        self.documents: list[Any] = []
        self._stack: list[_Frame] = []
        self._top: _Frame | None = None
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._expanded = 0
        self._handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_mapping,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceStartEvent: self._start_sequence,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start_document,
        }

    def run(self, parser: Any) -> None:
        any_tag = self._rules.any_tag
        get_event = parser.get_event if any_tag else partial(_plain_event, parser)
        handlers = self._handlers
        while (event := get_event()) is not None:
            handler = handlers.get(event.__class__)
            if handler is not None:
                handler(event)

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._anchors.clear()
        self._expanded = 0

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text: str = event.value
        if len(text) > MAX_SCALAR:
            excess = f"string of {len(text)} characters exceeds the limit of {MAX_SCALAR}"
            raise _at(event, excess)
        self._count(event)
        if event.tag is not None:
            value: Any = self._finite(event, self._tagged(event, text))
        elif text[:1] in FIRST_CHARACTERS and event.implicit[0] and is_other_than_text(text):
            value = self._finite(event, resolve(text))
        else:
            value = text
        if event.anchor:
            # A long text counts as many nodes: it may have a thousand aliases.
            self._anchors[event.anchor] = (value, 1 + len(text) // _CHARACTERS)
        frame = self._top
        if frame is not None and frame.key is _NO_KEY and frame.value.__class__ is dict:
            self._key(frame, event, value)
        else:
            self._add(value, event)

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > self._rules.max_nodes:
            raise _at(event, f"more than {self._rules.max_nodes} values in one document")

    def _key(self, frame: _Frame, event: yaml.ScalarEvent, value: Any) -> None:
        if value is None or value.__class__ in (list, dict):
            raise _at(event, "a key must be text")
        key: Any = value if value.__class__ is str else key_text(value)
        if key == "<<" and event.implicit[0]:
            frame.key = _MERGE
            return
        if key in frame.value and not self._rules.repeated_keys:
            if not frame.merged or key not in frame.merged:
                raise _at(event, f"duplicate key {self._shown(key[:_SHOWN])}")
            frame.merged.remove(key)
        # The entry is made now, so that the order of keys is that of the file.
        frame.value[key] = None
        frame.key = key

    def _add(self, value: Any, event: Any) -> None:
        frame = self._top
        if frame is None:
            self.documents.append(value)
        elif frame.value.__class__ is list:
            frame.value.append(value)
        elif frame.key is _MERGE:
            self._merge(frame, value, event)
            frame.key = _NO_KEY
        else:
            frame.value[frame.key] = value
            frame.key = _NO_KEY

    def _merge(self, frame: _Frame, value: Any, event: Any) -> None:
        """Set the keys of the sources, also those set before; a later key of the file wins.

        Source: ``merge`` of go-yaml v2, decode.go; YAML itself says that keys of the file win.
        """
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise _at(event, "a merge key takes a mapping, or a list of mappings")
        self._spend(sum(map(len, sources)), event)
        keys = {key for source in sources for key in source}
        frame.merged = (frame.merged or set()) | (keys - frame.value.keys())
        for source in reversed(sources):
            frame.value.update(source)

    def _start_mapping(self, event: yaml.MappingStartEvent) -> None:
        self._push({}, event)

    def _start_sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._push([], event)

    def _push(self, value: Any, event: Any) -> None:
        top = self._top
        if top is not None and top.key is _NO_KEY and top.value.__class__ is dict:
            raise _at(event, "a key must be text, not a mapping or a sequence")
        if len(self._stack) >= MAX_DEPTH:
            raise _at(event, f"nested deeper than {MAX_DEPTH} levels")
        self._count(event)
        self._top = _Frame(value, event.anchor, self._nodes)
        self._stack.append(self._top)

    def _end(self, event: Any) -> None:
        frame = self._stack.pop()
        self._top = self._stack[-1] if self._stack else None
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, self._nodes - frame.started + 1)
        self._add(frame.value, event)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            known = any(frame.anchor == event.anchor for frame in self._stack)
            name = f"alias *{event.anchor}" if self._rules.may_quote else "an alias"
            wrong = "is inside its own anchor" if known else "has no anchor before it"
            raise _at(event, f"{name} {wrong}")
        value, nodes = self._anchors[event.anchor]
        self._spend(nodes, event)
        # What the alias stands for counts again for an anchor around it.
        self._nodes += nodes
        frame = self._top
        if frame is not None and frame.key is _NO_KEY and frame.value.__class__ is dict:
            self._key(frame, _as_key(event), value)
        else:
            self._add(value, event)

    def _spend(self, nodes: int, event: Any) -> None:
        self._expanded += nodes
        if self._expanded > self._rules.max_expansion:
            limit = self._rules.max_expansion
            raise _at(event, f"aliases expand to more than {limit} nodes")

    def _finite(self, event: yaml.ScalarEvent, value: Scalar) -> Scalar:
        if isinstance(value, float) and not abs(value) < float("inf"):
            raise _at(event, f"{self._shown(event.value)} is not a number that JSON has")
        return value

    def _tagged(self, event: yaml.ScalarEvent, text: str) -> Scalar:
        full = event.tag or ""
        tag = full.removeprefix(_TAG) if full.startswith(_TAG) else ""
        value = resolve(text)
        match tag:
            case "int" if value.__class__ is int:
                return value
            case "float" if value.__class__ in (int, float):
                return value
            case "bool" if value.__class__ is bool:
                return value
            case "null" if value is None:
                return value
            case "int" | "float" | "bool" | "null" | "binary":
                raise _at(event, f"{self._shown(text)} cannot be read with the tag !!{tag}")
            case _:
                return text

    def _shown(self, text: str) -> str:
        return repr(text) if self._rules.may_quote else "a value"


def _plain_event(parser: Any) -> Any:
    event = parser.get_event()
    if getattr(event, "tag", None) not in _PLAIN_TAGS:
        raise _at(event, "a YAML tag other than !!str, !!map and !!seq")
    return event


def _as_key(event: yaml.AliasEvent) -> yaml.ScalarEvent:
    return yaml.ScalarEvent(None, None, (False, False), "", event.start_mark, event.end_mark)


def _at(event: Any, message: str) -> YamlError:
    return YamlError(message, event.start_mark.line, event.start_mark.column)
