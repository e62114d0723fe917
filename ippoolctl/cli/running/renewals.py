"""Renewing the lifetimes of pools while a command runs."""

import threading
import time
from random import SystemRandom
from typing import Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.files.event_log import EventLog
from ippoolctl.domain.annotations.renewal import Kept
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.engine.leases.renew import NotRenewed, renew
from ippoolctl.engine.session import Session
from ippoolctl.render.text.lease import gone_note, not_renewed_note, renewed_note

_SHORTEST: Final = 0.3
"""Seconds between two rounds, however short the lifetime is."""


class Renewals:
    """A thread that renews the lifetimes of pools when a third of their time has passed.

    Usable as a context, at whose end the thread ends.
    """

    def __init__(self, app: AppContext, seconds: float) -> None:
        """``seconds`` is the lifetime after each renewal; the first one is set by the creation."""
        self._app = app
        self._seconds = seconds
        self._events = EventLog(app.options.events, app.presenter) if app.options.events else None
        self._pools: list[Pool] = []
        self._lost: set[str] = set()
        self._failed: set[str] = set()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._began = time.monotonic()

    def __enter__(self) -> "Renewals":
        """Begin with the first pool."""
        return self

    def __exit__(self, *_: object) -> None:
        """End, after the current request."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        if self._events is not None:
            self._events.close()

    @property
    def lost(self) -> frozenset[str]:
        """The names of pools that were deleted by something else."""
        return frozenset(self._lost)

    def add(self, pool: Pool) -> None:
        """Renew the lifetime of this pool, too."""
        self._pools.append(pool)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        third = min(max(self._seconds / 3, _SHORTEST), threading.TIMEOUT_MAX)
        wait = self._began + third - time.monotonic()
        while not self._ended.wait(max(wait, 0.0)):
            began = time.monotonic()
            for each in [each for each in self._pools if each.name not in self._lost]:
                try:
                    self._renew(each, third)
                except _EndedError:
                    return
            again = max(third / 4, _SHORTEST) if self._failed else third
            wait = began + again - time.monotonic()

    def _renew(self, pool: Pool, seconds: float) -> None:
        session = Session(
            self._app.gateway,
            _Clock(self._ended),
            _Silent(),
            SystemRandom().random,
            seconds,
            patient=True,
            events=self._events,
        )
        name, note = pool.name, self._app.presenter.note
        match renew(session, pool, self._seconds):
            case Kept.GONE:
                self._lost.add(name)
                note(gone_note(name))
            case NotRenewed(cause):
                if name not in self._failed:
                    note(not_renewed_note(name, cause))
                self._failed.add(name)
            case _:
                if name in self._failed:
                    note(renewed_note(name))
                self._failed.discard(name)


class _EndedError(Exception):
    """The command has ended during a pause."""


class _Clock:
    """A clock whose pauses end with the command."""

    now = staticmethod(time.monotonic)

    def __init__(self, ended: threading.Event) -> None:
        self._ended = ended

    def sleep(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise _EndedError


class _Silent:
    """Renewals are not shown: only failures are reported."""

    def waiting(self, event: WaitEvent) -> None:
        pass
