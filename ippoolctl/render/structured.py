"""Documents as JSON and YAML."""

import json
import re
from typing import Any, Final

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
    import yaml

    return yaml.dump_all(
        map(_encodable, documents),
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=False,
        width=100,
        explicit_start=len(documents) > 1,
    )


def _dumper() -> Any:
    import yaml

    from ippoolctl.reading.yaml_scalars import resolve

    class Dumper(yaml.CSafeDumper):
        """Quotes all text that kubectl would read as another type."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = '"' if value and not isinstance(resolve(value), str) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
