"""The text of a body as a value of JSON, and the fields that stand in it twice.

Source: Kubernetes v1.36 ``apimachinery/pkg/runtime/serializer/json``, which makes JSON of YAML.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from ippoolctl.apiserver.kinds import JsonObject
from ippoolctl.apiserver.negotiation import JSON, YAML
from ippoolctl.crd.decoding import unlike
from ippoolctl.crd.yaml_scalars import resolve
from ippoolctl.domain.pool import Path, dotted

Read = tuple[Any, list[str]]
"""The value, and a sentence for each field that stands in it twice; the last one counts."""

_HEADER: Final = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


def read_json(text: str) -> Read:
    """Raise :class:`ValueError` for what is no JSON."""
    found = orjson.loads(text)
    doubled: list[str] = []

    def pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
        kept = dict(given)
        if len(kept) == len(given):
            return kept
        doubled.append("")
        return _Doubled(kept, list(Counter(key for key, _ in given) - Counter(kept.keys())))

    # Numbers mean nothing here, and Python would rather not read all of them.
    shape = json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str)
    twice = _twice(shape, ()) if doubled else ()
    return found, [f'duplicate field "{dotted(each)}"' for each in twice]


class _Doubled(dict[str, Any]):
    def __init__(self, kept: dict[str, Any], twice: list[str]) -> None:
        super().__init__(kept)
        self.twice = twice


def _twice(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, _Doubled):
        yield from ((*path, each) for each in value.twice)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from _twice(item, (*path, key))


def read_yaml(text: str) -> Read:
    """The first document. Raises :class:`ValueError` for what is no YAML."""
    import yaml

    doubled: list[str] = []
    try:
        node = next(yaml.compose_all(text, Loader=yaml.CSafeLoader), None)
    except yaml.YAMLError as error:
        raise ValueError(f"yaml: {error}") from None
    return (None if node is None else _built(node, doubled)), doubled


def _built(node: Any, doubled: list[str]) -> Any:
    if isinstance(node.value, str):
        is_plain = not node.style and node.tag != "!"
        return resolve(node.value) if is_plain else node.value
    if node.id == "sequence":
        return [_built(each, doubled) for each in node.value]
    found: dict[str, Any] = {}
    for key, item in node.value:
        name = str(key.value)
        if name in found:
            line = item.start_mark.line + 1
            doubled.append(f'line {line}: key "{name}" already set in map')
        found[name] = _built(item, doubled)
    return found


READERS: Final[dict[str, Callable[[str], Read]]] = {JSON: read_json, YAML: read_yaml}
"""By the type of the body."""


def checked_header(found: Any) -> JsonObject:
    """The object of which at least the kind and the version can be read.

    Raises :class:`ValueError`; nothing at all counts as an object without fields.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ValueError(unlike(found, "value", _HEADER))  # noqa: TRY004 - as of what is no JSON
    for field in ("apiVersion", "kind"):
        if not isinstance(found.get(field), str | None):
            raise ValueError(unlike(found[field], f"struct field .{field}", "string"))  # noqa: TRY004 - as of what is no JSON
    return found
