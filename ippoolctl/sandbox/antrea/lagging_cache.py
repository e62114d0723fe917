"""The cache of Antrea's webhook: it sees each change to a pool, in order, some time later.

Antrea's webhook reads the cache of an informer and not the API server. Until the informer sees a
change, both defects are there: a pool that is gone still refuses others, and a new pool does not
refuse any yet.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from threading import RLock
from typing import NamedTuple

from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool

Lag = float | tuple[float, float]
"""Seconds until the cache sees a change; of a pair, any number between the two."""


class Change(NamedTuple):
    """One pool that appears in the cache, changes, or goes."""

    moment: float
    """When the cache sees it, in seconds of its clock."""
    key: object
    """The :attr:`~ippoolctl.domain.antrea.pool.Pool.key` of the pool."""
    pool: Pool | None
    """The pool from then on; ``None`` if it is gone."""


def _ignore(change: Change) -> None:
    """Do nothing."""


class LaggingCache:
    """Pools as they were some time ago; safe for threads.

    ``random`` draws a lag that is a pair. ``clock`` returns seconds that never go back. ``notice``
    is called with each change when the cache is read at or after its moment, under the cache's
    lock: it must be quick.
    """

    def __init__(
        self,
        random: Random,
        lag: Lag = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        notice: Callable[[Change], None] = _ignore,
    ) -> None:
        self.lag = lag
        """May be set at any time; earlier changes keep their moments."""
        self._random = random
        self._clock = clock
        self._notice = notice
        self._lock = RLock()
        self._present: dict[object, Pool] = {}
        self._coming: deque[Change] = deque()
        self._last = -math.inf
        self._visible = KnownPools()

    def put(self, pool: Pool) -> None:
        """A pool is created or changed; it replaces the one of the same key."""
        with self._lock:
            self._present[pool.key] = pool
            self._coming.append(Change(self._next_moment(), pool.key, pool))

    def discard(self, key: object) -> None:
        """A pool is gone."""
        with self._lock:
            self._present.pop(key, None)
            self._coming.append(Change(self._next_moment(), key, None))

    @contextmanager
    def known(self) -> Iterator[KnownPools]:
        """The pools that the webhook knows now; other threads wait until the caller is done."""
        with self._lock:
            self._see_until(self._clock())
            yield self._visible

    @property
    def at_rest(self) -> bool:
        """Whether the cache has seen all changes."""
        with self._lock:
            self._see_until(self._clock())
            return not self._coming

    def catch_up(self) -> None:
        """See all changes at once, whatever their lag."""
        with self._lock:
            now = self._last = self._clock()
            self._see_until(now)
            while self._coming:
                self._see(self._coming.popleft()._replace(moment=now))

    def restart(self, after: float = 0.0) -> None:
        """Forget all pools, and see those that exist one lag after that many seconds, all at once.

        An antrea-controller that starts while its watch lags does the same: its webhook answers
        before its informer has synced. Source: Antrea v2.7.0, ``cmd/antrea-controller/
        controller.go``; seen live.
        """
        with self._lock:
            now = self._clock()
            self._see_until(now)
            for pool in tuple(self._visible):
                self._see(Change(now, pool.key, None))
            self._last = -math.inf
            moment = self._last = self._next_moment() + after
            present = self._present.items()
            self._coming = deque(Change(moment, key, pool) for key, pool in present)

    def _next_moment(self) -> float:
        lag = self.lag
        seconds = self._random.uniform(*lag) if isinstance(lag, tuple) else lag
        # A watch keeps the order: a change with a short lag waits for the changes before it.
        self._last = max(self._last, self._clock() + seconds)
        return self._last

    def _see_until(self, now: float) -> None:
        while self._coming and self._coming[0].moment <= now:
            self._see(self._coming.popleft())

    def _see(self, change: Change) -> None:
        if change.pool is None:
            self._visible.discard(change.key)
        else:
            self._visible.put(change.pool)
        self._notice(change)
