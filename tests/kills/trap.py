"""A proxy that triggers an action at a request."""

import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from ippoolctl.crd.surroundings.kinds import KINDS
from ippoolctl.domain.surroundings.kind import Kind
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Dice, Fault, Latency, Request, ResetBefore


class When(Enum):
    """When the client dies of it."""

    BEFORE = "before the server gets the request"
    MEANWHILE = "while the server gets it all the same"
    AFTER = "after the server has answered, before the client is"


class _Deadly(Latency):
    """A fault that lets something happen between the server's answer and the client's."""

    def __init__(self, happen: Callable[[], None]) -> None:
        object.__setattr__(self, "_happen", happen)

    @property
    def after(self) -> float:
        happen: Callable[[], None] = self._happen  # type: ignore[attr-defined]
        happen()
        return 0.0

    def __repr__(self) -> str:
        return "Deadly()"


_BESIDE = tuple(f"/{row.plural}" for kind, row in KINDS.items() if kind is not Kind.WEBHOOKS)
"""Lists that run beside the requests of the engine, in any order."""


class _Traps(Dice):
    """Counts the requests of the engine, and lets things happen at some of them."""

    def __init__(self) -> None:
        super().__init__(0)
        self.count = 0
        self.at: dict[int, Callable[[], Fault | None]] = {}
        self.on: list[tuple[Callable[[Request], bool], Callable[[], None]]] = []

    def throw(self, request: Request) -> Fault | None:
        if request.path.endswith(_BESIDE):
            return None
        self.count += 1
        for each in [each for each in self.on if each[0](request)]:
            self.on.remove(each)
            each[1]()
        happen = self.at.pop(self.count, None)
        return happen() if happen else None


class Trap(FaultProxy):
    """A proxy without faults but those that are set here."""

    def __init__(self, url: str, *, authority: Path | None = None, tls: bool = False) -> None:
        super().__init__(url, seed=0, authority=authority, tls=tls)
        self._dice = self._traps = _Traps()

    @property
    def requests(self) -> int:
        """How many came since the last :meth:`reset`."""
        return self._traps.count

    def reset(self) -> None:
        """Count from the start, with no traps."""
        self._traps.count = 0
        self._traps.at.clear()
        self._traps.on.clear()

    def before(self, fits: Callable[[Request], bool], happen: Callable[[], None]) -> None:
        """Let something happen before the next such request reaches the server."""
        self._traps.on.append((fits, happen))

    def spring(self, number: int, when: When, kill: Callable[[], None]) -> None:
        """Kill at the request of that number, counted from 1."""
        once = _once(kill)

        def happen() -> Fault | None:
            if when is When.AFTER:
                return _Deadly(once)
            once()
            return ResetBefore() if when is When.BEFORE else None

        self._traps.at[number] = happen

    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more."""
        return all(each.ended is not None for each in self.log)


def _once(happen: Callable[[], None]) -> Callable[[], None]:
    lock, done = threading.Lock(), threading.Event()

    def first() -> None:
        with lock:
            if not done.is_set():
                done.set()
                happen()

    return first
