"""What a check found: one value for each problem, with both sides and the place."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Path, Place, Pool, dotted
from ippoolctl.domain.surroundings.reference import Reference

if TYPE_CHECKING:
    from ippoolctl.domain.lint.edit import Edit, NotFixed


class Severity(StrEnum):
    """How bad a finding is."""

    rank: int
    """0 for the worst."""

    ERROR = "error", 0
    WARNING = "warning", 1
    INFO = "info", 2

    def __new__(cls, value: str, rank: int = 0) -> "Severity":
        """A severity with its rank."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.rank = rank
        return made


class GroupKind(StrEnum):
    """What several sets of pools are, each of which is checked by itself."""

    CLUSTER = "cluster"
    DIRECTORY = "directory"


class PoolGroup(NamedTuple):
    """One of several sets of pools: those of one cluster, or of one directory of manifests."""

    kind: GroupKind
    name: str
    """The name of the context, or the path of the directory as given."""

    @property
    def label(self) -> str:
        """Kind and name in messages."""
        return f"{self.kind} {self.name}"

    def qualify(self, name: str) -> str:
        """``GROUP/NAME``: a pool of this group, as acceptances name it."""
        return f"{self.name}/{name}"


class Subject(NamedTuple):
    """One side of a finding: a field of a pool, or of another object."""

    about: Pool | Reference
    path: Path = ()
    """The field; empty for the object as a whole."""
    text: str = ""
    """The text of the range, if the field is one."""
    claimed: bool = False
    """Whether the range is only claimed for the pool."""
    group: PoolGroup | None = None
    """The group of the pool or other object; ``None`` if there is only one."""

    @property
    def pool(self) -> Pool:
        """The pool, of a side that is about one."""
        assert isinstance(self.about, Pool)
        return self.about

    @property
    def holder(self) -> str:
        """The name of the pool in messages, and whether the range is only claimed."""
        return f"{self.pool.label} (claimed)" if self.claimed else self.pool.label

    @property
    def label(self) -> str:
        """The name of the object among those of all groups."""
        label = self.about.label
        return self.group.qualify(label) if self.group else label

    @property
    def field(self) -> str:
        """The field in dotted notation."""
        return dotted(self.path)


class Acceptance(NamedTuple):
    """What is accepted: findings between two pools, of one pool, or at one line of a file."""

    pools: frozenset[str]
    """The names of the pools, also as ``GROUP/NAME`` or, for all of a group, ``GROUP/*``; empty for
    a line."""
    reason: str
    expires: date | None = None
    """Its last day; ``None`` for no end."""
    rule: str = ""
    """The id of the rule; empty for the overlaps of the two pools."""
    one_pool: bool = False
    """Whether one side of the finding has to be the pool; otherwise both sides are the pools."""
    line: tuple[str, int] | None = None
    """The file and the line, from 1, that a comment is about."""
    place: Place | None = None
    """Where it is written."""

    @property
    def between_groups(self) -> bool:
        """Whether it names two pools with their groups, and these differ."""
        return len({name.rpartition("/")[0] for name in self.pools}) > 1


class IdleAcceptance(NamedTuple):
    """One that accepts no finding: it has expired, or there is none."""

    acceptance: Acceptance
    expired: bool
    reference: Reference
    """What a finding about it names."""


class Finding(NamedTuple):
    """One problem."""

    rule: str
    severity: Severity
    message: str
    """The problem in one sentence, with the names of pools and the ranges."""
    subject: Subject
    other: Subject | None = None
    """The other side, for two ranges or two documents."""
    intersection: Span | None = None
    """The common addresses of both sides."""
    hint: str = ""
    """How to fix it."""
    consequences: tuple[str, ...] = ()
    """Rules about consequences: listed here and not reported again."""
    answer: str = ""
    """The predicted response of the API server, if it refuses the pool."""
    edits: "tuple[Edit, ...]" = ()
    """How to change the pool so that the problem is gone, where that is known and safe."""
    accepted: Acceptance | None = None
    """The acceptance because of which it does not count."""

    @property
    def group(self) -> PoolGroup | None:
        """The group of both sides; ``None`` for a finding between groups, or without any."""
        own = self.subject.group
        return own if self.other is None or self.other.group == own else None

    def within(self, group: PoolGroup) -> "Finding":
        """The same with the group of both sides."""
        other = self.other and self.other._replace(group=group)
        return self._replace(subject=self.subject._replace(group=group), other=other)


class Fix(NamedTuple):
    """One edit of a finding, made or not."""

    finding: Finding
    edit: "Edit"
    why_not: "NotFixed | None" = None
    place: Place | None = None
    """The place of the finding before the edit."""
