"""Placeholders of templates, and characters that are not ASCII, in the fields of a pool.

They explain a finding better than the rule: neither is fixed by another value.
"""

from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.characters import odd_character
from ippoolctl.domain.unprocessed import Unprocessed, placeholder_in

_ADDRESSES: Final = ("cidr", "start", "end", "gateway")
_SCALARS: Final = (*_ADDRESSES, "name", "prefixLength", "vlan")


def oddity_remedy(pool: Pool, path: Path) -> str:
    """The fix for the first of them in a faulty field; empty if there is none."""
    if pool.template is not None:
        return _first_process(pool.template)
    name = str(path[-1]) if path else ""
    written = pool.written.get(path)
    if path[:2] == ("metadata", "annotations") and not isinstance(written, list):
        written = ""  # an annotation can have any text
    if name in _SCALARS and isinstance(written, dict) and list(written.values()) == [None]:
        written = f"{{{next(iter(written))}}}"  # YAML reads { x } as an object
    for text in (*_texts(name), *_texts(written)):
        found = placeholder_in(text, address=name in _ADDRESSES)
        if found is not None:
            return _first_process(found)
        odd = odd_character(text)
        # A text of several lines is meant to be a list or an object.
        if odd is not None and not (text[odd.offset] == "\n" and path[-1:] == ("ipRanges",)):
            return odd.remedy
    return ""


def _first_process(found: Unprocessed) -> str:
    return f"{found.what}; {found.remedy}"


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case [[str(inner)]]:  # YAML reads [[ x ]] as a list in a list
            yield f"[[{inner}]]"
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for key, item in value.items():
                yield key
                yield from _texts(item)
        case _:
            return
