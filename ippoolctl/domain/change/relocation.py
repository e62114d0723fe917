"""Replacing pools while every consumer keeps its address, as values: which pools go and come, and
which consumers go where.

Antrea admits no edit that takes a range from a pool, and no pool that overlaps another one: ranges
move only by deleting a pool. Its consumers are detached before that and attached afterwards.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, lacking
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.detached import ConsumerState, Detached, read_detached
from ippoolctl.domain.antrea.admission import Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.messages import Reason
from ippoolctl.domain.antrea.pool import Live, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.moved_ranges import have_common

Ranges = tuple[IPRange | BadRange, ...]


class Deleted(NamedTuple):
    """A pool to delete."""

    name: str
    uid: str
    """Only this object: a later one of the same name is another pool."""
    ranges: Ranges
    """Those that become free."""


class Appended(NamedTuple):
    """Ranges to append to an existing pool."""

    name: str
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Relocation:
    """Pools to delete, then pools to create and ranges to append."""

    request: str
    """The request in words, such as ``rename a b``; the same command has the same one."""
    deleted: tuple[Deleted, ...]
    created: tuple[Pool, ...]
    """Without annotations of ours."""
    appended: tuple[Appended, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all pools concerned, each once."""
        deleted = [each.name for each in self.deleted]
        return tuple(dict.fromkeys([*deleted, *(name for name, _ in self.targets)]))

    @property
    def targets(self) -> tuple[tuple[str, Ranges], ...]:
        """Pools and the ranges that they get, by name."""
        created = ((each.name, each.ranges) for each in self.created)
        return (*created, *self.appended)

    def request_id(self, name: str) -> str:
        """The ID under which this request creates or extends the pool: another one for other pools
        to delete, even of the same names.
        """
        uids = [each.uid for each in self.deleted]
        return marks.request_id(name, {"relocation": self.request, "uids": uids})

    def is_current(self, pools: Iterable[Pool]) -> bool:
        """Whether no pool to delete has been replaced since by another request."""
        uids = {each.name: each.uid for each in self.deleted}
        return not any(
            pool.live is not None
            and pool.live.uid != uids.get(pool.name, pool.live.uid)
            and pool.annotations.get(marks.REQUEST_ID) != self.request_id(pool.name)
            for pool in pools
        )

    def is_untouched(self, pools: Iterable[Pool]) -> bool:
        """Whether none of the pools to delete is deleted yet."""
        return len(self.still_there(pools)) == len(self.deleted)

    def taken_names(self, pools: Iterable[Pool]) -> tuple[Pool, ...]:
        """The pools to create of whose name another client has a pool."""
        others = {
            each.name
            for each in pools
            if not any(self.is_old(old, each) for old in self.deleted)
            and each.annotations.get(marks.REQUEST_ID) != self.request_id(each.name)
        }
        return tuple(each for each in self.created if each.name in others)

    def has_begun_to_reserve(self, pools: Iterable[Pool]) -> bool:
        """Whether a run has created a pool, or claimed or appended ranges: then the webhook had
        forgotten the deleted pools.
        """
        live = {each.name: each for each in pools}
        for name, ranges in self.targets:
            pool = live.get(name)
            if pool is None:
                continue
            claim = claim_of(pool)
            ids = (pool.annotations.get(marks.REQUEST_ID), claim.request_id if claim else "")
            is_appended = any(each == (name, ranges) for each in self.appended)
            has_all = not lacking(pool.ranges, ranges)
            if self.request_id(name) in ids or (is_appended and has_all):
                return True
        return False

    def still_there(self, pools: Iterable[Pool]) -> tuple[Pool, ...]:
        """The pools to delete that exist, perhaps terminating."""
        return tuple(
            pool for pool in pools if any(self.is_old(each, pool) for each in self.deleted)
        )

    def applied_to(self, pools: Iterable[Pool]) -> tuple[Pool, ...]:
        """The pools as this leaves them, given those before it or at any time of a run."""
        live = {
            each.name: each
            for each in pools
            if not any(self.is_old(old, each) for old in self.deleted)
        }
        for each in self.created:
            if each.name not in live or marks.is_pending(live[each.name]):
                live[each.name] = each._replace(live=Live("", ""))
        for name, ranges in self.appended:
            if name in live:
                pool = live[name]
                live[name] = pool._replace(ranges=(*pool.ranges, *lacking(pool.ranges, ranges)))
        return tuple(live.values())

    @staticmethod
    def is_old(deleted: Deleted, pool: Pool) -> bool:
        """Whether this live pool is the one to delete."""
        uid = pool.live.uid if pool.live is not None else ""
        return (deleted.name, deleted.uid) == (pool.name, uid)

    def owns(self, detached: Detached | None) -> bool:
        """Whether this request wrote the annotation."""
        return detached is not None and detached.request == self.request


class Reassignment(NamedTuple):
    """A consumer to detach, and the pool and address with which it is attached again."""

    consumer: ConsumerState
    source: str
    target: str
    address: str
    """The address that it keeps or, if it waits, requests; empty if Antrea is to choose one."""
    waits: bool
    """Whether it has no address, or loses it."""
    lost: str = ""
    """The address that it loses, since no new range has it or another consumer had it first."""


def reassignments(
    relocation: Relocation, consumers: Iterable[ConsumerState], clear: Collection[str]
) -> tuple[Reassignment, ...]:
    """The reassignments of consumers that are still attached to a pool of ``clear``.

    Of a pool that is not deleted only those without an address, and these come first: otherwise
    Antrea would give them the address of a consumer that was detached before.
    """
    consumers = tuple(consumers)
    lookup = _Lookup(relocation, consumers)
    found = [
        lookup.reassignment(each)
        for each in consumers
        if each.detached is None
        and each.pool in clear
        and (not each.held or any(each.pool == gone.name for gone in relocation.deleted))
    ]
    # A Service that is pinned changes nothing for others; the address of an Egress becomes free.
    return tuple(sorted(found, key=lambda each: (not each.waits, each.consumer.is_egress)))


def to_clear(relocation: Relocation, pools: Iterable[Pool]) -> frozenset[str]:
    """The names of pools that will be deleted, created or extended, and are not yet.

    As soon as such a pool exists with its new ranges, Antrea gives its addresses to consumers that
    wait: then it is too late to detach them.
    """
    live = {each.name: each for each in pools}
    extended = {name: {each.text for each in ranges} for name, ranges in relocation.appended}

    def is_due(name: str) -> bool:
        pool = live.get(name)
        if pool is None:
            return name not in extended
        is_old = any(relocation.is_old(each, pool) for each in relocation.deleted)
        return is_old or not extended.get(name, set()) <= {*pool.texts}

    return frozenset(filter(is_due, relocation.names))


def pinned_addresses(relocation: Relocation, consumers: Iterable[ConsumerState], pool: str) -> int:
    """How many addresses of a pool to delete its detached Services still have."""
    return len(
        {
            parse_ip(each.held)
            for each in consumers
            if each.pool == pool and each.held and relocation.owns(read_detached(each.detached))
        }
    )


def refusals(
    relocation: Relocation, pools: Iterable[Pool], release: Release
) -> tuple[tuple[str, Reason], ...]:
    """Why a release would deny a new pool or an append after the deletions, each reason with the
    name of the pool; empty if it admits all.
    """
    gone = {each.name for each in relocation.deleted}
    known = KnownPools(each for each in pools if each.name not in gone)
    found: list[tuple[str, Reason]] = []
    for pool in relocation.created:
        answer = verdict(Operation.CREATE, pool, None, known, release)
        if isinstance(answer, Refused):
            found += ((pool.name, each) for each in answer.reasons)
        known.put(pool)
    for name, ranges in relocation.appended:
        old = known.get(name)
        if old is None:
            continue
        new = old._replace(ranges=(*old.ranges, *lacking(old.ranges, ranges)))
        answer = verdict(Operation.UPDATE, new, old, known, release)
        if isinstance(answer, Refused):
            found += ((name, each) for each in answer.reasons)
        known.put(new)
    return tuple(found)


class Targets:
    """The ranges that each pool has after a relocation."""

    def __init__(self, targets: Iterable[tuple[str, Ranges]]) -> None:
        self._addresses = [
            (name, PoolAddresses(each.spelling for each in ranges)) for name, ranges in targets
        ]

    def holding(self, address: int, source: str) -> str | None:
        """The pool that can assign the address: ``source``, where it was, if that one can."""
        found = [
            name
            for name, addresses in self._addresses
            if addresses.membership(address) is Membership.MEMBER
        ]
        return source if source in found else next(iter(found), None)


class _Lookup:
    """Looks up which new pool has an address."""

    def __init__(self, relocation: Relocation, consumers: Iterable[ConsumerState]) -> None:
        self._targets = Targets(relocation.targets)
        self._deleted = {each.name: each.ranges for each in relocation.deleted}
        self._ranges = relocation.targets
        # The address of a detached Egress is free for others, but it is not theirs.
        self._kept = {
            parse_ip(found.address)
            for each in consumers
            if each.is_egress
            and (found := read_detached(each.detached)) is not None
            and relocation.owns(found)
            and not found.waits
        }

    def reassignment(self, consumer: ConsumerState) -> Reassignment:
        """The reassignment of a consumer that is still attached."""
        source = consumer.pool or ""
        if consumer.held:
            target = self._holding(source, consumer.held)
            if target is not None and parse_ip(consumer.held) not in self._kept:
                return Reassignment(consumer, source, target, consumer.held, waits=False)
            target = self._default(source)
            return Reassignment(consumer, source, target, "", waits=True, lost=consumer.held)
        if consumer.is_egress and consumer.requested:
            target = self._holding(source, consumer.requested)
            if target is not None:
                return Reassignment(consumer, source, target, consumer.requested, waits=True)
        return Reassignment(consumer, source, self._default(source), "", waits=True)

    def _holding(self, source: str, text: str) -> str | None:
        """The pool that can assign the address."""
        address = parse_ip(text)
        if address is None:
            return None
        if source not in self._deleted:  # it only waits for its own pool
            return source
        return self._targets.holding(address, source)

    def _default(self, source: str) -> str:
        """Where a consumer without an address goes."""
        names = [name for name, _ in self._ranges]
        if source in names:
            return source
        old = self._deleted[source]
        taking = (name for name, ranges in self._ranges if have_common(old, ranges))
        return next(taking, names[0])
