"""What a plan consists of: the steps that Antrea admits one after the other, and the refusals."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span
from ippoolctl.domain.annotations.marks import APPLIED
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.range_plan import Pieces
from ippoolctl.domain.change.relocation import Relocation


class Action(StrEnum):
    """What a step writes."""

    CREATE = "create"
    CHANGE = "change"
    """Labels, annotations, nodeSelector or subnetInfo, in one update."""
    APPEND = "append"
    """Ranges, which are claimed first."""
    REORDER = "reorder"
    """The list of ranges in another order; no text disappears."""
    DELETE = "delete"


RECORD: Final = ("metadata", "annotations", APPLIED)
"""The path of the record of the labels and annotations that were last applied."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value in a pool, ranges aside."""

    path: tuple[str, ...]
    """Such as ``("metadata", "labels", "a")``."""
    old: Any
    """``None`` if it is missing before."""
    new: Any
    """``None`` if it is missing afterwards."""


@dataclass(frozen=True, slots=True)
class Step:
    """One write, and the pool before and after it."""

    action: Action
    before: Pool | None
    """Live; after earlier steps of the same pool, with their result. ``None`` for a create."""
    after: Pool | None
    """``None`` for a delete."""
    values: tuple[ValueChange, ...] = ()
    """What a change writes."""
    ranges: tuple[IPRange | BadRange, ...] = ()
    """What an append adds."""
    takes_from: tuple[str, ...] = ()
    """Pools that earlier steps delete and whose addresses this step takes."""

    @property
    def pool(self) -> str:
        """The name of the pool."""
        shown = self.after or self.before
        assert shown is not None
        return shown.name

    @property
    def uid(self) -> str:
        """The object that is written to; empty for a create."""
        return self.before.live.uid if self.before and self.before.live else ""

    @property
    def identity(self) -> tuple[object, ...]:
        """What the step writes, and what it presupposes: equal as long as an approval holds."""
        before, after = self.before, self.after
        texts = (before.texts if before else (), after.texts if after else ())
        match self.action:
            case Action.CREATE if after is not None:
                maps = (after.labels, after.annotations, after.node_selector)
                content: object = (*map(dict, maps), after.subnet)
            case Action.CHANGE:
                texts, content = ((), ()), self.values
            case _:
                content = tuple(each.text for each in self.ranges)
        return (self.action, self.pool, self.uid, texts, content)


class RefusalKind(StrEnum):
    """Why a pool cannot become what it should; in brackets the fields of the refusal."""

    DENIED = "denied"
    """Antrea or the API server denies the write (sentences, stage, others)."""
    IN_PLACE = "in-place"
    """Ranges disappear, shrink or get another text: delete and recreate the pool (sentences,
    removed, lost, losing, keeping)."""
    FROZEN = "frozen"
    """The live pool overlaps others, so that every update of it is denied (others, delete_first,
    sentences)."""
    FREED = "freed"
    """It takes addresses that a pool to be deleted still has: only in this order (others)."""
    MOVED = "moved"
    """It takes addresses that another pool gives up, which cannot be done in place (others)."""
    IN_USE = "in-use"
    """The pool to delete is in use (losing; used: addresses by its status)."""
    PENDING = "pending"
    """Another run is creating the pool."""
    RANGE_FIELDS = "range-fields"
    """Fields of ranges differ that no release up to 2.7 has (fields)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pool that stays as it is, and why."""

    kind: RefusalKind
    old: Pool | None
    new: Pool | None
    sentences: tuple[str, ...] = ()
    """What the server would answer to the update, the create or the failing step."""
    stage: Stage | None = None
    others: tuple[str, ...] = ()
    """The other pools."""
    delete_first: str = ""
    """The pool whose deletion unfreezes this one with the least loss."""
    removed: tuple[str, ...] = ()
    """Texts of ranges that would disappear."""
    lost: tuple[Span, ...] = ()
    """Addresses that the pool would no longer have."""
    losing: tuple[Consumer, ...] = ()
    """Egresses and Services that would lose their address for good."""
    keeping: tuple[Consumer, ...] = ()
    """Those whose address the new pool has, too."""
    used: int = 0
    unseen: tuple[str, ...] = ()
    """Kinds without permission to list: others may use the pool."""
    appended: tuple[IPRange | BadRange, ...] = ()
    """What a live pool that takes addresses lacks (moved)."""
    fields: tuple[str, ...] = ()
    """In dotted notation."""
    replaceable: bool = False
    """Whether the pool becomes what it should by deleting and creating pools."""

    @property
    def pool(self) -> str:
        """The name of the pool."""
        return self._shown.name

    @property
    def label(self) -> str:
        """The same in messages."""
        return self._shown.label

    @property
    def _shown(self) -> Pool:
        shown = self.new or self.old
        assert shown is not None
        return shown


class Move(NamedTuple):
    """A consumer of a pool that is deleted."""

    consumer: Consumer
    target: str
    """The pool that has its address afterwards; empty if none has, or if it has no address."""

    @property
    def loses(self) -> bool:
        """Whether it loses its address."""
        return bool(self.consumer.address and not self.target)


@dataclass(frozen=True, slots=True)
class Replacement:
    """Pools to delete, to create and to extend together, and their consumers."""

    relocation: Relocation
    """Without a request; the new pools are as their manifests say."""
    moves: tuple[Move, ...]
    """Sorted."""
    in_use: bool
    """Whether a pool that is deleted has consumers, as far as known."""
    unseen: tuple[str, ...] = ()
    """Kinds without permission to list: others may use the pools."""


@dataclass(frozen=True, slots=True)
class InPieces:
    """A pool in which ranges of its manifest are, or will be, in pieces."""

    pool: str
    parts: tuple[Pieces, ...]
    texts: tuple[str, ...]
    """All texts of the pool at the end."""
    sentences: tuple[str, ...]
    """What the server would answer to the manifest as it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one set of pools becomes another one."""

    steps: tuple[Step, ...]
    """In order; each is admitted after the ones before it."""
    refusals: tuple[Refusal, ...] = ()
    in_pieces: tuple[InPieces, ...] = ()
    replacement: Replacement | None = None
    """What comes before the steps or, with refusals, what would make the replaceable ones legal."""

    @property
    def is_legal(self) -> bool:
        """Whether nothing is refused."""
        return not self.refusals

    @property
    def has_valid_pools(self) -> bool:
        """Whether the API server can read every pool that is to be written."""
        return not any(each.new is not None and each.new.unquoted for each in self.refusals)
