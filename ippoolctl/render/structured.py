"""Documents as JSON and YAML."""

import json
import re
from functools import cache, lru_cache
from typing import Any, Final

from ippoolctl.reading.yaml_scalars import resolve

_MANY: Final = 1000
"""From how many items on a document is large."""
_DELETE: Final = "\x7f"
_MAY_BE_LONE: Final = re.compile(r"\\ud[89a-f]")


def as_json(document: Any) -> str:
    """The document as JSON with only ASCII characters, which cannot control a terminal."""
    items = document.get("items", ()) if isinstance(document, dict) else document
    if len(items) >= _MANY:
        text = _as_json_quickly(document)
        if text:
            return text
    text = json.dumps(document, indent=2)
    if _MAY_BE_LONE.search(text):
        text = json.dumps(_encodable(document), indent=2)
    return text + "\n"


def _as_json_quickly(document: Any) -> str:
    """The same JSON; empty for a document with other characters, which are escaped."""
    import orjson  # pays only for large documents

    try:
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # a lone surrogate, or an integer of more than 64 bits
        return ""
    return f"{text}\n" if text.isascii() and _DELETE not in text else ""


def _encodable(value: Any) -> Any:
    """The value without lone surrogates, which stand for bytes of names that are not UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def as_yaml(*documents: Any) -> str:
    """The documents as YAML that kubectl reads as the same values; only ASCII characters."""
    marker = "---\n" if len(documents) > 1 else ""
    try:
        return "".join(f"{marker}{_as_plain_yaml(each)}" for each in documents)
    except NotPlainError:
        import yaml

    return yaml.dump_all(
        map(_encodable, documents),
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=False,
        width=100,
        explicit_start=len(documents) > 1,
    )


class NotPlainError(Exception):
    """A value that only the library writes."""


def _as_plain_yaml(document: Any) -> str:
    """What the library writes for a mapping of plain values, in a tenth of its time.

    Raises :class:`NotPlainError`.
    """
    if document.__class__ is not dict or not document:
        raise NotPlainError
    return "".join(f"{row}\n" for row in _rows(document))


def _rows(value: Any, indent: str = "") -> list[str]:
    """The lines of a mapping or a list that is not empty."""
    rows: list[str] = []
    inner = f"{indent}  "
    if value.__class__ is dict:
        for key, item in value.items():
            name = f"{indent}{plain_scalar(key)}:"
            if item and item.__class__ in (dict, list):
                rows.append(name)
                rows += _rows(item, inner if item.__class__ is dict else indent)
            else:
                rows.append(f"{name} {plain_scalar(item)}")
    else:
        for item in value:
            nested = _rows(item, inner) if item and item.__class__ in (dict, list) else ()
            first, *others = nested or (f"{inner}{plain_scalar(item)}",)
            rows.append(f"{indent}- {first.removeprefix(inner)}")
            rows += others
    return rows


_PLAIN: Final = re.compile(
    r"[A-Za-z](?:[-A-Za-z0-9._/]{0,98}[A-Za-z0-9])?"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,3})?"
    r"|(?=[0-9:]*(?:::|[a-f]))[0-9a-f]{1,4}:[0-9a-f:]{0,40}(?:[0-9a-f]|:/[0-9]{1,3})"
)
"""Names, labels and addresses, which no version of YAML takes for something else than text."""


def plain_scalar(value: Any) -> str:
    """The value as :func:`as_yaml` writes it. Raises :class:`NotPlainError`."""
    if value.__class__ is str:
        return _plain_text(value)
    if value.__class__ in (dict, list) and not value:
        return str(value)
    if value is None or value.__class__ in (bool, int):
        return json.dumps(value)
    raise NotPlainError


@lru_cache(maxsize=1024)  # most of them are names of fields
def _plain_text(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise NotPlainError
    return value if isinstance(resolve(value), str) else f'"{value}"'


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Quotes all text that kubectl would read as another type."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = '"' if value and not isinstance(resolve(value), str) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
