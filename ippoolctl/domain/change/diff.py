"""What changes between two sets of pools, as addresses and as text.

Antrea compares the text of ranges, users mean addresses; so a difference has both. A change of the
text alone keeps all addresses and is denied nevertheless.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

from ippoolctl.domain.addresses.range_change import (
    Effect,
    RangeChange,
    RangeClass,
    range_change,
)
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.applied import KUBECTL_APPLIED, keys_applied
from ippoolctl.domain.annotations.marks import without_ours
from ippoolctl.domain.annotations.unfinished import is_record
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import Path, Pool, dotted
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.range_plan import Pieces, pieces


class Change(StrEnum):
    """What happens to a pool."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    """Only ranges :attr:`~PoolDiff.in_pieces`, which is no difference."""


class FieldClass(StrEnum):
    """What a change of a field means; Antrea admits all of them in place."""

    SELECTOR = "selector"
    """The Nodes that can have an address of the pool."""
    SUBNET = "subnet"
    LABELS = "labels"
    ANNOTATIONS = "annotations"
    OTHER = "other"
    """A field of ``spec`` that no release up to 2.7 has: an API server without it drops it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with another value, ranges aside."""

    kind: FieldClass
    path: Path
    old: object
    new: object

    @property
    def field(self) -> str:
        """The path in dotted notation, such as ``spec.nodeSelector``."""
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class PoolDiff:
    """The difference of one pool."""

    change: Change
    name: str
    old: Pool | None
    new: Pool | None
    ranges: RangeChange
    usable: tuple[int, int]
    """How many addresses Antrea can assign, before and after."""
    fields: tuple[FieldChange, ...] = ()
    refusals: tuple[str, ...] = ()
    """Why the create or update will be refused, in the server's words; empty if it will not."""
    stage: Stage | None = None
    """Which component will refuse it."""
    in_pieces: tuple[Pieces, ...] = ()
    """Ranges that the live pool has in several ones, which is no difference."""

    @property
    def result(self) -> Pool | None:
        """The new pool, with the ranges :attr:`in_pieces` as they stay."""
        if self.new is None or not self.in_pieces:
            return self.new
        unknown = tuple(each for each in self.new.pruned if each[:2] != ("spec", "ipRanges"))
        return self.new._replace(ranges=_as_they_stay(self.new, self.in_pieces), pruned=unknown)

    @property
    def classes(self) -> tuple[RangeClass | FieldClass, ...]:
        """What the change of an existing pool does, each class once; ranges come first."""
        ranges = (each.kind for each in self.ranges.edits)
        return tuple(dict.fromkeys((*ranges, *(each.kind for each in self.fields))))

    @property
    def in_place(self) -> bool:
        """Whether an update can do it, refusals for other reasons aside."""
        return all(each.kind.in_place for each in self.ranges.edits)

    @property
    def can_lose(self) -> bool:
        """Whether consumers can lose an address: never by an update that Antrea admits."""
        return self.new is None or not self.in_place

    @property
    def label(self) -> str:
        """The name of the pool in messages."""
        shown = self.new or self.old
        assert shown is not None
        return shown.label


class _Unknown(NamedTuple):
    """A field that no known release has."""

    path: Path
    value: object


def comparable(live: Iterable[Pool], ids: Mapping[str, str]) -> list[Pool]:
    """The live pools to compare the wanted ones with.

    A terminating pool is about to be gone. A pending pool of the request of that name in ``ids``
    was left by a killed run, and the step that creates it has to be done again. The record of an
    unfinished run is left out.
    """
    return [
        each
        for each in live
        if (each.live is None or each.live.deleted is None)
        and not is_record(each)
        and not (
            marks.is_pending(each) and each.annotations.get(marks.REQUEST_ID) == ids.get(each.name)
        )
    ]


def diff(
    before: Iterable[Pool],
    after: Iterable[Pool],
    release: Release,
    beside: Iterable[Pool] = (),
) -> tuple[PoolDiff, ...]:
    """The difference of each pool that differs or has ranges in pieces, by name; the last pool of a
    name in a set counts.

    Admission is predicted with the other pools of ``after``, and with those that do not change
    (``beside``). The version of the API and the annotations of kubectl and ippoolctl are not
    compared, since users do not write them, nor labels and annotations that others added to a pool
    of a cluster. Fields of ``spec`` that no known release has are compared as they are.
    """
    old = {pool.key: pool for pool in before}
    new = {pool.key: pool for pool in after}
    keys = (key for key in {*old, *new} if not _is_same(old.get(key), new.get(key)))
    changed = sorted(keys, key=str)
    known = _known([*beside, *new.values()] if changed else ())
    found = (_compare(old.get(key), new.get(key), known, release) for key in changed)
    return tuple(each for each in found if each is not None)


def _known(pools: Sequence[Pool]) -> KnownPools:
    """What the webhook compares a request with: nothing if no two ranges overlap and all can be
    read, which is found out sooner than all of them are made ready for look-ups.
    """
    ranges = [each for pool in pools for each in pool.ranges]
    if any(isinstance(each, BadRange) for each in ranges):
        return KnownPools(pools)
    spans = sorted((each.first, each.last) for each in ranges if isinstance(each, IPRange))
    disjoint = all(last < first for (_, last), (first, _) in pairwise(spans))
    return KnownPools(() if disjoint else pools)


def _is_same(old: Pool | None, new: Pool | None) -> bool:
    """Whether nothing differs at first sight, as in most pools."""
    return (
        old is not None
        and new is not None
        and old.ranges == new.ranges
        and old.node_selector == new.node_selector
        and old.subnet == new.subnet
        and old.labels == new.labels
        and old.annotations == new.annotations
        and not (old.pruned or new.pruned)
        and new.violations in ((), old.violations)
    )


def _without_bookkeeping(pool: Pool) -> Pool:
    if not (pool.annotations or pool.pruned) and pool.version == "v1beta1":
        return pool
    annotations = without_ours(pool.annotations)
    kept = {key: value for key, value in annotations.items() if key != KUBECTL_APPLIED}
    # v1alpha2 does not have subnetInfo.
    unknown = tuple(
        each for each in pool.pruned if each[0] == "spec" and each != ("spec", "subnetInfo")
    )
    return pool._replace(annotations=kept, version="v1beta1", pruned=unknown)


def _as_applied(new: Pool, old: Pool) -> Pool:
    """The new pool with the labels and annotations that others added to the old, live one.

    As with kubectl, only keys that the manifest has or had when it was last applied, by kubectl or
    by ippoolctl, count.
    """
    if old.labels == new.labels and old.annotations == new.annotations:
        return new
    labels, annotations = keys_applied(old.annotations)
    return new._replace(
        labels=_merged(new.labels, old.labels, labels),
        annotations=_merged(new.annotations, old.annotations, annotations),
    )


def _merged(new: Mapping[str, Any], old: Mapping[str, Any], had: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in old.items() if key not in had} | dict(new)


def _compare(
    old: Pool | None, new: Pool | None, known: KnownPools, release: Release
) -> PoolDiff | None:
    if old is not None and new is not None and old.is_stored:
        new = _as_applied(new, old)
    old, new = old and _without_bookkeeping(old), new and _without_bookkeeping(new)
    fields: tuple[FieldChange, ...] = ()
    in_pieces: tuple[Pieces, ...] = ()
    # What the API server rejects is a difference, although what can be read of it is the same.
    invalid = bool(old and new and new.violations and old.violations != new.violations)
    if old is not None and new is not None:
        fields = tuple(_fields(old, new))
        if not (fields or invalid) and old.texts == new.texts:
            return None
        in_pieces = pieces(old.ranges, new.ranges) if old.is_stored else ()
    answer: Admitted | Refused = Admitted()
    if new is not None:
        operation = Operation.UPDATE if old else Operation.CREATE
        answer = verdict(operation, new, old, known, release)
    shown = new or old
    assert shown is not None
    change = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
    before = old.ranges if old else ()
    after = _as_they_stay(new, in_pieces) if new else ()
    ranges = range_change(before, after)
    if change is not Change.CHANGED:
        ranges = ranges._replace(effect=Effect.NONE, edits=())
    elif not (fields or ranges.edits or invalid):
        change = Change.UNCHANGED
    return PoolDiff(
        change,
        shown.name,
        old,
        new,
        ranges,
        (counts(before).usable, counts(after).usable),
        fields,
        tuple(sorted(answer.sentences)) if isinstance(answer, Refused) else (),
        answer.stage if isinstance(answer, Refused) else None,
        in_pieces,
    )


def _as_they_stay(new: Pool, in_pieces: Sequence[Pieces]) -> tuple[IPRange | BadRange, ...]:
    """The wanted ranges, those in pieces as the live pool has them."""
    if not in_pieces:
        return new.ranges
    stay = {each.wanted.text: each.ranges for each in in_pieces}
    return tuple(one for each in new.ranges for one in stay.get(each.text, (each,)))


def _fields(old: Pool, new: Pool) -> Iterator[FieldChange]:
    pairs = (
        (FieldClass.LABELS, ("metadata", "labels"), old.labels, new.labels),
        (FieldClass.ANNOTATIONS, ("metadata", "annotations"), old.annotations, new.annotations),
        (FieldClass.SELECTOR, ("spec", "nodeSelector"), old.node_selector, new.node_selector),
    )
    for kind, path, before, after in pairs:
        if before != after:
            yield FieldChange(kind, path, dict(before), dict(after))
    if old.subnet != new.subnet:
        yield FieldChange(FieldClass.SUBNET, ("spec", "subnetInfo"), _subnet(old), _subnet(new))
    if old.pruned or new.pruned:
        yield from _other_fields(old, new)


def _other_fields(old: Pool, new: Pool) -> Iterator[FieldChange]:
    """Fields of ``spec`` that no known release has; of a range only if it stays."""
    kept = {*old.texts} & {*new.texts}
    had, has = _unknown(old, kept), _unknown(new, kept)
    for key in sorted({*had, *has}, key=str):
        before, after = had.get(key), has.get(key)
        either = after or before
        if either is not None and (before and before.value) != (after and after.value):
            values = (before and before.value, after and after.value)
            yield FieldChange(FieldClass.OTHER, either.path, *values)


def _unknown(pool: Pool, kept: Collection[str]) -> dict[Path, _Unknown]:
    """The unknown fields of ``spec`` with their values, those of a range by its text, and by its
    number among the ranges of that text.
    """
    found: dict[Path, _Unknown] = {}
    texts = pool.texts
    for path in pool.pruned:
        key = path
        if path[:2] == ("spec", "ipRanges") and isinstance(path[2], int):
            text = texts[path[2]]
            key = (*path[:2], text, texts[: path[2]].count(text), *path[3:])
            if text not in kept:
                continue
        found[key] = _Unknown(path, pool.written[path])
    return found


def _subnet(pool: Pool) -> dict[str, object] | None:
    subnet = pool.subnet
    if subnet is None:
        return None
    return {"gateway": subnet.gateway, "prefixLength": subnet.prefix_length, "vlan": subnet.vlan}
