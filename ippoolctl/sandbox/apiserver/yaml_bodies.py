"""A body in YAML as a value of JSON, with the bounds that a kube-apiserver has.

It is built from the parser's events: a composer would recurse in C, where depth ends the process.
Source: ``sigs.k8s.io/yaml`` v1.6, ``goyaml.v2/decode.go`` and ``scannerc.go``.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final, NamedTuple

import yaml

from ippoolctl.reading.yaml_scalars import resolve
from ippoolctl.sandbox.apiserver.bodies import YamlError

_MAX_DEPTH: Final = 10_000
_FREE_ALIASES: Final = 100
_FREE_NODES: Final = 1_000
_SMALL: Final = 400_000
"""Nodes of a document of which nearly all may come from aliases."""
_LARGE: Final = 4_000_000
"""Nodes of a document of which only few may."""
_MOST, _LEAST = 0.99, 0.10
_CHARACTERS: Final = 100
"""Characters of a text that count as one node more: an alias to it may stand in many places."""
_NO_KEY: Final = object()


class _Anchored(NamedTuple):
    value: Any
    key: str
    """What a scalar is called where it is a key."""
    nodes: int


class _Frame:
    """A mapping or a sequence that is being filled."""

    def __init__(self, event: Any, value: Any, before: int) -> None:
        self.anchor, self.line = event.anchor, _line(event)
        self.value, self.before = value, before
        self.key: Any = _NO_KEY


def first_document(text: str) -> tuple[Any, list[str]]:
    """The first document, and a sentence for each key that stands twice in a mapping.

    Raises :class:`YamlError`.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            builder.take(event)
    except yaml.YAMLError as error:
        raise YamlError(f"yaml: {error}") from None
    return builder.document, builder.doubled


class _Builder:
    def __init__(self) -> None:
        self.document: Any = None
        self.doubled: list[str] = []
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._nodes = 1
        self._aliased = 0
        self._steps: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._begin(event, {}),
            yaml.SequenceStartEvent: lambda event: self._begin(event, []),
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
        }

    def take(self, event: Any) -> None:
        """The next event of the document."""
        step = self._steps.get(type(event))
        if step is not None:
            step(event)

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        is_plain = not event.style and event.tag != "!"
        found = _Anchored(resolve(text) if is_plain else text, text, 1 + len(text) // _CHARACTERS)
        self._nodes += found.nodes
        if event.anchor:
            self._anchors[event.anchor] = found
        self._put(found.value, found.key, _line(event))

    def _alias(self, event: Any) -> None:
        if any(each.anchor == event.anchor for each in self._frames):
            raise YamlError(f"yaml: anchor '{event.anchor}' value contains itself")
        found = self._anchors.get(event.anchor)
        if found is None:
            raise YamlError(f"yaml: unknown anchor '{event.anchor}' referenced")
        self._nodes += 1 + found.nodes
        self._aliased += found.nodes
        self._check_aliases()
        # Nobody who changes the one place shall change the other.
        self._put(deepcopy(found.value), found.key, _line(event))

    def _check_aliases(self) -> None:
        nodes, aliased = self._nodes, self._aliased
        share = min(max((nodes - _SMALL) / (_LARGE - _SMALL), 0), 1)
        allowed = _MOST - (_MOST - _LEAST) * share
        if aliased > _FREE_ALIASES and nodes > _FREE_NODES and aliased / nodes > allowed:
            raise YamlError("yaml: document contains excessive aliasing")

    def _begin(self, event: Any, value: Any) -> None:
        if len(self._frames) == _MAX_DEPTH:
            raise YamlError(f"yaml: exceeded max depth of {_MAX_DEPTH}")
        self._frames.append(_Frame(event, value, self._nodes))
        self._nodes += 1

    def _end(self, event: Any) -> None:
        frame = self._frames.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = _Anchored(frame.value, "", self._nodes - frame.before)
        self._put(frame.value, "", frame.line)

    def _put(self, value: Any, name: str, line: int) -> None:
        """The value, which is called ``name`` if it is a key, in its place."""
        if not self._frames:
            self.document = value
            return
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is _NO_KEY:
            frame.key = _key(value, name)
        else:
            if frame.key in frame.value:
                self.doubled.append(f'line {line}: key "{frame.key}" already set in map')
            frame.value[frame.key] = value
            frame.key = _NO_KEY


def _key(value: Any, name: str) -> str:
    if isinstance(value, list | dict):
        raise YamlError("yaml: invalid map key")
    return name


def _line(event: Any) -> int:
    number: int = event.start_mark.line
    return number + 1
