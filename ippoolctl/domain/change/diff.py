"""What changes between two sets of pools, as addresses and as text.

Antrea compares the text of ranges, users mean addresses; so a difference has both. A change of the
text alone keeps all addresses and is denied nevertheless.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ippoolctl.domain.addresses.parsers import parse_cidr
from ippoolctl.domain.addresses.ranges import Span, Spelling, merge, size, span_of, subtract
from ippoolctl.domain.annotations.marks import without_ours
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release

_BOOKKEEPING: Final = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})


class Change(StrEnum):
    """What happens to a pool."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Effect(StrEnum):
    """What a change does to the ranges of a pool."""

    NONE = "none"
    """No range changes."""
    EXTENDED = "extended"
    """Ranges are only added."""
    REORDERED = "reordered"
    """The same texts in another order: only the allocation order changes."""
    RESPELLED = "respelled"
    """The same addresses in another text: denied, although no address changes."""
    REPLACED = "replaced"
    """A range is removed or changed: the pool has to be deleted and recreated."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with another value, ranges aside."""

    field: str
    """In dotted notation, such as ``spec.nodeSelector``."""
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class PoolDiff:
    """The difference of one pool."""

    change: Change
    name: str
    old: Pool | None
    new: Pool | None
    effect: Effect = Effect.NONE
    texts_added: tuple[str, ...] = ()
    texts_removed: tuple[str, ...] = ()
    gained: tuple[Span, ...] = ()
    """Addresses that only the new pool has, as disjoint spans."""
    lost: tuple[Span, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    refusals: tuple[str, ...] = ()
    """Why Antrea will deny the create or update, in its own words; empty if it will not."""

    @property
    def gained_size(self) -> int:
        """The number of gained addresses."""
        return size(self.gained)

    @property
    def lost_size(self) -> int:
        """The number of lost addresses."""
        return size(self.lost)


def diff(
    before: Iterable[Pool],
    after: Iterable[Pool],
    release: Release,
    beside: Iterable[Pool] = (),
) -> tuple[PoolDiff, ...]:
    """The difference of each pool that differs, by name; the last pool of a name in a set counts.

    Admission is predicted with the other pools of ``after``, and with those that do not change
    (``beside``). The version of the API and the annotations of kubectl and ippoolctl are not
    compared, since users do not write them.
    """
    old = {pool.key: _without_bookkeeping(pool) for pool in before}
    new = {pool.key: _without_bookkeeping(pool) for pool in after}
    known = KnownPools([*beside, *new.values()])
    found = (
        _compare(old.get(key), new.get(key), known, release)
        for key in sorted({*old, *new}, key=str)
    )
    return tuple(each for each in found if each is not None)


def _without_bookkeeping(pool: Pool) -> Pool:
    annotations = without_ours(pool.annotations)
    kept = {key: value for key, value in annotations.items() if key not in _BOOKKEEPING}
    return pool._replace(annotations=kept, version="v1beta1")


def _compare(
    old: Pool | None, new: Pool | None, known: KnownPools, release: Release
) -> PoolDiff | None:
    if old is not None and new is not None:
        return _changed(old, new, known, release)
    spans = tuple(merge(_spans(old or new)))
    if new is not None:
        refusals = _refusals(verdict(Operation.CREATE, new, None, known, release))
        return PoolDiff(
            Change.ADDED, new.name, old, new, texts_added=new.texts, gained=spans, refusals=refusals
        )
    if old is not None:
        return PoolDiff(Change.REMOVED, old.name, old, new, texts_removed=old.texts, lost=spans)
    return None


def _changed(old: Pool, new: Pool, known: KnownPools, release: Release) -> PoolDiff | None:
    fields = tuple(_fields(old, new))
    if old.texts == new.texts and not fields:
        return None
    gained = tuple(subtract(_spans(new), _spans(old)))
    lost = tuple(subtract(_spans(old), _spans(new)))
    result = verdict(Operation.UPDATE, new, old, known, release)
    return PoolDiff(
        Change.CHANGED,
        new.name,
        old,
        new,
        _effect(old, new, same_addresses=not gained and not lost),
        _without(new.texts, old.texts),
        _without(old.texts, new.texts),
        gained,
        lost,
        fields,
        _refusals(result),
    )


def _refusals(result: Admitted | Refused) -> tuple[str, ...]:
    return tuple(sorted(result.sentences)) if isinstance(result, Refused) else ()


def _without(texts: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple((Counter(texts) - Counter(others)).elements())


def _spans(pool: Pool | None) -> list[Span]:
    """The addresses of the pool in the reading of the webhook, else of the allocator."""
    found = (span_of(each) or _network(each.spelling) for each in (pool.ranges if pool else ()))
    return [span for span in found if span is not None]


def _network(spelling: Spelling) -> Span | None:
    # The allocator reads 10.0.0.0/024, which the webhook of 2.0 and later denies.
    network = parse_cidr(spelling.cidr or "")
    return None if network is None else Span(network.first, network.last)


def _effect(old: Pool, new: Pool, *, same_addresses: bool) -> Effect:
    if old.texts == new.texts:
        return Effect.NONE
    if set(old.texts) - set(new.texts):
        readable = len(_spans(old)) == len(old.ranges) and len(_spans(new)) == len(new.ranges)
        return Effect.RESPELLED if same_addresses and readable else Effect.REPLACED
    return Effect.REORDERED if Counter(old.texts) == Counter(new.texts) else Effect.EXTENDED


def _fields(old: Pool, new: Pool) -> Iterator[FieldChange]:
    pairs = (
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
