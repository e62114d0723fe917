"""The history of a run: its reports, its requests, and the pools at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.proxy.front import Entry

Object = Mapping[str, Any]
Objects = Mapping[str, Object]
"""Objects of the API server by name."""


@dataclass(frozen=True)
class Command:
    """A run of the command about one pool, and its result."""

    verb: str
    """``create`` or ``delete``."""
    pool: str
    allowed: float
    """Seconds of ``--timeout``."""
    code: int
    outcome: Mapping[str, Any] = field(default_factory=dict)
    """The item of its OutcomeList; empty where it wrote an Error."""
    ranges: tuple[str, ...] = ()
    """What a create asked for, as typed."""
    uid: str = ""
    """Which object a delete was meant for."""
    seconds: float = 0.0
    """How long it took."""

    @property
    def state(self) -> str:
        return str(self.outcome.get("state", ""))


@dataclass(frozen=True)
class History:
    """One run of a scenario."""

    commands: Sequence[Command]
    before: Objects
    """Pools that existed at the beginning, or that foreign clients created meanwhile."""
    after: Objects
    """Pools that are there in the end."""
    sent: Sequence[Entry] = ()
    """What came to the proxy."""
    events: Sequence[Mapping[str, Any]] = ()
    """The lines of ``--events`` of all commands."""
