"""A fix as a value: what to change in a pool, without the text that it is written in."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.pool import Path

_FIELDS = ("cidr", "start", "end")


class ItemEdit(NamedTuple):
    """Another spelling of one range, or several ranges instead of it."""

    path: Path
    """The item of ``spec.ipRanges``."""
    old: Spelling
    new: tuple[Spelling, ...]

    @property
    def old_text(self) -> str:
        """What is replaced, for people."""
        return self.old.text

    @property
    def new_text(self) -> str:
        """What replaces it, for people."""
        return ", ".join(each.text for each in self.new)


class FieldEdit(NamedTuple):
    """Another name for a field in the same place."""

    path: Path
    new: str

    @property
    def old_text(self) -> str:
        """What is replaced, for people."""
        return str(self.path[-1])

    @property
    def new_text(self) -> str:
        """What replaces it, for people."""
        return self.new


Edit = ItemEdit | FieldEdit


class NotFixed(StrEnum):
    """Why an edit is not made."""

    LIVE = "live"
    """The live pool has the range, and an update cannot change its text."""
    TEXT = "text"
    """The text cannot be changed in one place."""
    OTHER = "other"
    """Another edit, or a field of the new name, excludes it."""


def range_edit(path: Path, old: Spelling, new: Iterable[Spelling]) -> tuple[Edit, ...]:
    """The edit of one range, if the new ranges are known; none if there are none."""
    new = tuple(new)
    return (ItemEdit(path, old, new),) if new and new != (old,) else ()


def start_end(span: Span) -> Spelling:
    """The range from start to end, in canonical form."""
    return Spelling(None, address_text(span.first), address_text(span.last))


def fields(spelling: Spelling) -> dict[str, str]:
    """The fields of a range that are written."""
    pairs = zip(_FIELDS, spelling, strict=True)
    return {name: text for name, text in pairs if text is not None}


def edited(value: Any, edits: dict[Path, Edit], path: Path = ()) -> Any:
    """The value of a document with these edits, by their paths; the given value is not changed."""
    if isinstance(value, dict):
        names = {key: edits.get((*path, key)) for key in value}
        return {
            each.new if isinstance(each := names[key], FieldEdit) else key: edited(
                inner, edits, (*path, key)
            )
            for key, inner in value.items()
        }
    if not isinstance(value, list):
        return value
    items: list[Any] = []
    for index, item in enumerate(value):
        edit = edits.get((*path, index))
        new = edited(item, edits, (*path, index))
        if isinstance(edit, ItemEdit) and isinstance(new, dict):
            kept = {key: each for key, each in new.items() if key not in _FIELDS}
            items += [*map(fields, edit.new[:-1]), {**kept, **fields(edit.new[-1])}]
        else:
            items.append(new)
    return items
