"""Follow the pools of a cluster: list, then watch, or only list, if watching is not permitted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Final, NamedTuple

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.engine.watching.steps import (
    WATCH_SECONDS,
    Next,
    after_end,
    after_event,
    after_fault,
    after_list,
)
from ippoolctl.ports.clock import Clock
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import EventKind, PoolEvent, PoolList, Watcher

_TICK: Final = 1.0
"""Seconds."""

Pools = Mapping[str, Pool]


class Update(NamedTuple):
    """The pools after a change."""

    listed: PoolList
    changed: frozenset[str]
    """Names of the pools that are new or different."""
    deleted: tuple[Pool, ...]
    """Pools that are gone, as they were."""


class Interrupted(NamedTuple):
    """What follows may be late, until the next update."""

    fault: Fault
    polls: bool
    """Whether the pools are only listed from now on, since watching is not permitted."""


class Resumed(NamedTuple):
    """The server responds again."""


def follow(
    gateway: Watcher, clock: Clock, random: Callable[[], float]
) -> Iterator[Update | Interrupted | Resumed | None]:
    """All pools, then each change; ``None`` about once a second while nothing happens.

    Reports the first of consecutive faults, and when they end; a revision that is gone once is no
    fault. Raises a fault of the first list, and a later one for which a retry cannot help.
    """
    step, pools, date, first, late = Next(), dict[str, Pool](), "", True, False
    while True:
        yield from _pause(clock, step.pause)
        began = clock.now()
        try:
            if not step.since:
                listed = gateway.list_pools()
                step, date = after_list(step, listed.resource_version), listed.date
                update = _difference(pools, listed)
                pools = {each.name: each for each in listed.pools}
                if late:
                    late = False
                    yield Resumed()
                if first or update.changed or update.deleted:
                    first = False
                    yield update
                continue
            with closing(gateway.watch_pools(step.since, seconds=WATCH_SECONDS)) as events:
                for event in events:
                    if event is None:
                        yield None
                        continue
                    step = after_event(step, event.resource_version)
                    if late:
                        late = False
                        yield Resumed()
                    if changed := _applied(pools, event, date):
                        yield changed
            step = after_end(step, clock.now() - began, random())
            if late and not step.failures:
                late = False
                yield Resumed()
        except Fault as fault:
            following = None if first else after_fault(step, fault, random())
            if following is None:
                raise
            polls = following.polls and not step.polls
            listed_anew = step.since and not following.since and not step.failures
            if polls or not (late or listed_anew):
                late = not polls
                yield Interrupted(fault, polls)
            step = following


def _pause(clock: Clock, seconds: float) -> Iterator[None]:
    while seconds > 0:
        clock.sleep(min(seconds, _TICK))
        seconds -= _TICK
        yield None


def _difference(before: Pools, listed: PoolList) -> Update:
    """What a list changes."""
    now = {each.name: each for each in listed.pools}
    changed = frozenset(name for name, each in now.items() if before.get(name) != each)
    return Update(listed, changed, tuple(each for each in before.values() if each.name not in now))


def _applied(pools: dict[str, Pool], event: PoolEvent, date: str) -> Update | None:
    """Apply an event; ``None`` if it tells nothing new: a bookmark, or one that came before."""
    pool = event.pool
    if pool is None or _is_old(pools.get(pool.name), pool, event.resource_version):
        return None
    if event.kind is EventKind.DELETED:
        gone = pools.pop(pool.name, None)
        if gone is None:
            return None
        return Update(_list_of(pools, event, date), frozenset(), (gone,))
    pools[pool.name] = pool
    return Update(_list_of(pools, event, date), frozenset({pool.name}), ())


def _is_old(known: Pool | None, pool: Pool, revision: str) -> bool:
    """Whether an event is not newer than what is known, by the revisions of the server.

    Source: revisions of one resource are comparable integers, by KEP-5504.
    """
    if known is None:
        return False
    assert known.live is not None
    versions = (revision, known.live.resource_version)
    if not all(each.isascii() and each.isdigit() for each in versions):
        return known == pool
    new, old = map(int, versions)
    return new <= old


def _list_of(pools: Pools, event: PoolEvent, date: str) -> PoolList:
    return PoolList(tuple(pools[name] for name in sorted(pools)), event.resource_version, date)
