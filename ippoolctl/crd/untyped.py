"""Parts of objects that no schema has checked: a value of another type counts as absent."""

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def text(value: Any) -> str:
    """A text, else the empty one."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Object:
    """A mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list, else an empty one."""
    return value if isinstance(value, list) else []


def full_name(each: Object) -> str:
    """``NAMESPACE/NAME`` of an object, or its name if it has no namespace."""
    meta = mapping(each.get("metadata"))
    namespace, name = meta.get("namespace"), meta.get("name")
    return f"{namespace}/{name}" if namespace else str(name)


def texts(value: Any) -> dict[str, str]:
    """The entries of a mapping of texts, such as labels, without those that are not."""
    return {key: entry for key, entry in mapping(value).items() if isinstance(entry, str)}
