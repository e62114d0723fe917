"""The text of a body as a value of JSON, and the fields that stand in it twice.

Source: Kubernetes v1.36 ``apimachinery/pkg/runtime/serializer/json``, which makes JSON of YAML.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from ippoolctl.crd.decoding import unlike
from ippoolctl.domain.antrea.pool import Path, dotted
from ippoolctl.sandbox.apiserver.kinds import JsonObject
from ippoolctl.sandbox.apiserver.negotiation import JSON, YAML


class YamlError(ValueError):
    """The text is no YAML that the server reads; the message is all that it says."""


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
    """The first document. Raises :class:`YamlError`."""
    from ippoolctl.sandbox.apiserver.yaml_bodies import first_document

    return first_document(text)


READERS: Final[dict[str, Callable[[str], Read]]] = {JSON: read_json, YAML: read_yaml}
"""By the type of the body."""


def read_object(media_type: str, text: str) -> tuple[JsonObject, list[str]]:
    """The object in a body of a type of :data:`READERS`, and what is said of doubled fields.

    Raises :class:`ValueError` with all that the server says of a body that it cannot read.
    """
    try:
        found, doubled = READERS[media_type](text)
        return checked_header(found), doubled
    except YamlError:
        raise
    except ValueError as error:
        raise ValueError(f"couldn't get version/kind; json parse error: {error}") from None


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
