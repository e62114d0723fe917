"""What changes between two sets of pools, as addresses and as text.

Antrea compares the text of ranges, users mean addresses; so a difference has both. A change of the
text alone keeps all addresses and is denied nevertheless.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from ippoolctl.domain.addresses.range_change import Effect, RangeChange, range_change
from ippoolctl.domain.annotations.marks import without_ours
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.reason import Stage
from ippoolctl.domain.antrea.releases import Release

_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


class Change(StrEnum):
    """What happens to a pool."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


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
    ranges: RangeChange
    usable: tuple[int, int]
    """How many addresses Antrea can assign, before and after."""
    fields: tuple[FieldChange, ...] = ()
    refusals: tuple[str, ...] = ()
    """Why the create or update will be refused, in the server's words; empty if it will not."""
    stage: Stage | None = None
    """Which component will refuse it."""

    @property
    def label(self) -> str:
        """The name of the pool in messages."""
        pool = self.new or self.old
        return pool.label if pool else self.name


def diff(
    before: Iterable[Pool],
    after: Iterable[Pool],
    release: Release,
    beside: Iterable[Pool] = (),
) -> tuple[PoolDiff, ...]:
    """The difference of each pool that differs, by name; the last pool of a name in a set counts.

    Admission is predicted with the other pools of ``after``, and with those that do not change
    (``beside``). The version of the API and the annotations of kubectl and ippoolctl are not
    compared, since users do not write them, nor labels and annotations that others added to a pool
    of a cluster.
    """
    old = {pool.key: pool for pool in before}
    new = {pool.key: pool for pool in after}
    known = KnownPools([*beside, *new.values()])
    found = (
        _compare(old.get(key), new.get(key), known, release)
        for key in sorted({*old, *new}, key=str)
    )
    return tuple(each for each in found if each is not None)


def _without_bookkeeping(pool: Pool) -> Pool:
    annotations = without_ours(pool.annotations)
    kept = {key: value for key, value in annotations.items() if key != _APPLIED}
    return pool._replace(annotations=kept, version="v1beta1")


def _applied(pool: Pool) -> Mapping[str, Any]:
    """The metadata that kubectl last applied; empty if that is unknown."""
    import json

    try:
        metadata = json.loads(pool.annotations.get(_APPLIED, "{}"))["metadata"]
    except (ValueError, TypeError, KeyError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _as_applied(new: Pool, old: Pool) -> Pool:
    """The new pool with the labels and annotations that others added to the old, live one.

    As with kubectl, only keys that the manifest has or had when it was last applied count.
    """
    last = _applied(old)
    return new._replace(
        labels=_merged(new.labels, old.labels, last.get("labels")),
        annotations=_merged(new.annotations, old.annotations, last.get("annotations")),
    )


def _merged(new: Mapping[str, Any], old: Mapping[str, Any], last: object) -> dict[str, Any]:
    had = last if isinstance(last, dict) else {}
    return {key: value for key, value in old.items() if key not in had} | dict(new)


def _compare(
    old: Pool | None, new: Pool | None, known: KnownPools, release: Release
) -> PoolDiff | None:
    if old is not None and new is not None and old.is_stored:
        new = _as_applied(new, old)
    fields: tuple[FieldChange, ...] = ()
    if old is not None and new is not None:
        plain, stored = _without_bookkeeping(new), _without_bookkeeping(old)
        fields = tuple(_fields(stored, plain))
        if stored.texts == plain.texts and not fields:
            return None
    old, new = old and _without_bookkeeping(old), new and _without_bookkeeping(new)
    answer: Admitted | Refused = Admitted()
    if new is not None:
        operation = Operation.UPDATE if old else Operation.CREATE
        answer = verdict(operation, new, old, known, release)
    shown = new or old
    assert shown is not None
    change = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
    before, after = (each.ranges if each else () for each in (old, new))
    ranges = range_change(before, after)
    if change is not Change.CHANGED:
        ranges = replace(ranges, effect=Effect.NONE)
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
    )


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
