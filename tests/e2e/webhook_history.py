"""The requests to the webhook, and the content of its cache at each time."""

import math
from typing import NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, read_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.sandbox.antrea.lagging_cache import Change
from tests.builders import spelling


class Asked(NamedTuple):
    """A request of the API server."""

    at: float
    """When it came, by ``time.monotonic()``."""
    operation: str
    name: str
    dry_run: bool
    fault: str | None
    """What was wrong with the webhook at that moment."""
    sentence: str | None
    """Why it was denied; ``None`` if it was allowed or an injected failure answered."""

    @property
    def allowed(self) -> bool:
        return self.fault in (None, "slow", "allow") and self.sentence is None


class Beliefs:
    """Every change of the webhook's cache, with its time."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def note(self, change: Change) -> None:
        self._changes.append(change)

    def clear(self) -> None:
        self._changes.clear()

    def first_free(self, texts: tuple[str, ...], by: str, since: float | None) -> float | None:
        """The first moment, from ``since`` on, at which no pool but ``by`` had any of the
        addresses; ``None`` if there is none yet.

        Without ``since`` it is the first one after such a pool was known.
        """
        blocking: set[object] = set()
        began = -math.inf
        for change in (*self._changes, Change(math.inf, None, None)):
            # From `began` until this change everything stayed as it was.
            if since is not None and not blocking and change.moment > max(began, since):
                return max(began, since)
            began = change.moment
            blocking.discard(change.key)
            if change.pool is not None and change.key != by and _meets(change.pool, texts):
                blocking.add(change.key)
                since = began if since is None else since
        return None


def _meets(pool: Pool, texts: tuple[str, ...]) -> bool:
    wanted = [read_range(spelling(each)) for each in texts]
    return any(
        own.first <= other.last and other.first <= own.last
        for own in wanted
        for other in pool.ranges
        if not isinstance(own, BadRange) and not isinstance(other, BadRange)
    )
