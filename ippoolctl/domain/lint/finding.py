"""What a check found: one value for each thing that is wrong, with both sides and the place."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Path, Pool, dotted


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANK[self]


_RANK: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of a finding: a field of a pool."""

    pool: Pool
    path: Path = ()
    """The field; empty for the pool as a whole."""
    text: str = ""
    """The text of the range, where the field is one."""
    claimed: bool = False
    """Whether that range is only claimed for the pool, which may yet be given up."""

    @property
    def holder(self) -> str:
        """The name of the pool for people, and how it holds the range."""
        return f"{self.pool.label} (claimed)" if self.claimed else self.pool.label

    @property
    def field(self) -> str:
        """The field in dotted notation."""
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A decision to live with the overlap of two pools, from the configuration."""

    pools: frozenset[str]
    """The names of the two pools."""
    reason: str
    expires: date | None = None
    """The last day on which it holds; ``None`` for ever."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    rule: str
    severity: Severity
    message: str
    """What is wrong, in one sentence, with every name and range that takes part."""
    subject: Subject
    other: Subject | None = None
    """The other side, where two ranges or two pools do not go together."""
    intersection: Span | None = None
    """The addresses that both sides have."""
    hint: str = ""
    """What to do about it."""
    consequences: tuple[str, ...] = ()
    """Rules that follow from this one: they are named here and not reported again."""
    answer: str = ""
    """What the API server will say to it, where it refuses the pool."""
    accepted: Acceptance | None = None
    """Why it does not count."""
