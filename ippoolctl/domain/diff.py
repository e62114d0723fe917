"""What changes between two sets of pools, in addresses and in text.

Antrea compares the text of ranges, people mean addresses; so both are told. A change of text alone
leaves every address where it is and is refused all the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import IPRange, Span, merge, size, subtract


class Change(StrEnum):
    """What happens to a pool."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Effect(StrEnum):
    """What a change of ranges means to Antrea."""

    NONE = "none"
    """No range changes."""
    EXTENDED = "extended"
    """Ranges are only added: the one change that is possible on a live pool."""
    REORDERED = "reordered"
    """The same texts in another order: no difference to admission, one to the allocation order."""
    RESPELLED = "respelled"
    """The same addresses in other words: refused, although nothing would change."""
    REPLACED = "replaced"
    """A range goes or becomes another one: refused; the pool has to be deleted and created."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field besides the ranges that has another value."""

    field: str
    """In dotted notation, such as ``spec.nodeSelector``."""
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class PoolDiff:
    """How one pool differs."""

    change: Change
    name: str
    old: Pool | None
    new: Pool | None
    effect: Effect = Effect.NONE
    texts_added: tuple[str, ...] = ()
    texts_removed: tuple[str, ...] = ()
    gained: tuple[Span, ...] = ()
    """Addresses that the pool has only afterwards, as disjoint spans."""
    lost: tuple[Span, ...] = ()
    fields: tuple[FieldChange, ...] = ()

    @property
    def gained_size(self) -> int:
        """How many addresses are gained."""
        return size(self.gained)

    @property
    def lost_size(self) -> int:
        """How many addresses are lost."""
        return size(self.lost)


def diff(before: Iterable[Pool], after: Iterable[Pool]) -> tuple[PoolDiff, ...]:
    """Every pool that differs, by name; of pools of one name in one set the last one counts."""
    old = {pool.name: pool for pool in before}
    new = {pool.name: pool for pool in after}
    found = (_compare(name, old.get(name), new.get(name)) for name in sorted({*old, *new}))
    return tuple(each for each in found if each is not None)


def _compare(name: str, old: Pool | None, new: Pool | None) -> PoolDiff | None:
    change = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    old_spans, new_spans = _spans(old), _spans(new)
    old_texts, new_texts = (old.texts if old else ()), (new.texts if new else ())
    gained = tuple(subtract(new_spans, old_spans))
    lost = tuple(subtract(old_spans, new_spans))
    fields = tuple(_fields(old, new)) if old and new else ()
    if change is Change.CHANGED and old_texts == new_texts and not fields:
        return None
    return PoolDiff(
        change,
        name,
        old,
        new,
        _effect(old_texts, new_texts, same_addresses=not gained and not lost)
        if change is Change.CHANGED
        else Effect.NONE,
        _without(new_texts, old_texts),
        _without(old_texts, new_texts),
        gained,
        lost,
        fields,
    )


def _without(texts: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    known = set(others)
    return tuple(text for text in texts if text not in known)


def _spans(pool: Pool | None) -> list[Span]:
    ranges = pool.ranges if pool else ()
    return merge(each.span for each in ranges if isinstance(each, IPRange))


def _effect(old: tuple[str, ...], new: tuple[str, ...], *, same_addresses: bool) -> Effect:
    if old == new:
        return Effect.NONE
    if set(old) - set(new):
        return Effect.RESPELLED if same_addresses else Effect.REPLACED
    return Effect.EXTENDED if set(new) - set(old) else Effect.REORDERED


def _fields(old: Pool, new: Pool) -> Iterator[FieldChange]:
    pairs = (
        ("apiVersion", old.version, new.version),
        ("metadata.labels", dict(old.labels), dict(new.labels)),
        ("metadata.annotations", dict(old.annotations), dict(new.annotations)),
        ("spec.nodeSelector", dict(old.node_selector), dict(new.node_selector)),
        ("spec.subnetInfo", _subnet(old), _subnet(new)),
    )
    for field, before, after in pairs:
        if before != after:
            yield FieldChange(field, before, after)


def _subnet(pool: Pool) -> dict[str, object] | None:
    subnet = pool.subnet
    if subnet is None:
        return None
    return {"gateway": subnet.gateway, "prefixLength": subnet.prefix_length, "vlan": subnet.vlan}
