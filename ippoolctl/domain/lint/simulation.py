"""What Antrea would answer to several manifests sent one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea import capacity, messages
from ippoolctl.domain.antrea.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.reason import Reason, Stage
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.lint.inventory import MAX_PARTNERS, Inventory
from ippoolctl.domain.lint.rule import Rule

HAZARDS: Final = ("EIP103", "EIP107", "EIP109", "EIP3")
"""Rules, by the beginning of their ids, about what is admitted and should not be, or not so."""

UNSETTLED: Final = frozenset({"EIP301", "EIP302"})
"""Hazards with which ``status.usage.total`` never comes to rest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one manifest."""

    pool: Pool
    operation: Operation
    result: Admitted | Refused
    hazards: tuple[Finding, ...]
    """What Antrea does not notice about the pool, whether it is admitted or not."""
    total: int | None
    """The ``status.usage.total`` to come; ``None`` if refused or if it never comes to rest."""
    usable: int | None
    """How many addresses the pool can hand out; ``None`` if refused."""

    @property
    def admitted(self) -> bool:
        """Whether the request is let through."""
        return isinstance(self.result, Admitted)


def simulate_admission(
    pools: Iterable[Pool],
    known: KnownPools,
    release: Release,
    rules: Sequence[Rule],
    *,
    always_create: bool = False,
) -> Iterator[Answer]:
    """The answers in order; a pool that is admitted joins ``known`` and counts for the next.

    A pool whose name is known is an update, as ``kubectl apply`` would make it; with
    ``always_create`` it is refused in the end, as ``kubectl create`` would be.
    """
    hazards = [rule for rule in rules if rule.id.startswith(HAZARDS) and not rule.needs]
    for pool in pools:
        old = known.get(pool.key)
        create = old is None or always_create
        operation = Operation.CREATE if create else Operation.UPDATE
        result = verdict(operation, pool, old, known, release)
        if create and old is not None and isinstance(result, Admitted):
            result = Refused((_name_exists(pool),))
        found = tuple(_hazards(pool, known, hazards, release))
        admitted = isinstance(result, Admitted)
        settles = admitted and not any(finding.rule in UNSETTLED for finding in found)
        yield Answer(
            pool,
            operation,
            result,
            found,
            capacity.total(pool.spellings) if settles else None,
            capacity.usable(pool.spellings) if admitted else None,
        )
        if admitted:
            known.put(pool)


def _name_exists(pool: Pool) -> Reason:
    sentence, path = messages.already_exists(pool.name), ("metadata", "name")
    return Reason(Stage.STORAGE, "EIP112", sentence, path, 409, nameable=True)


def _hazards(
    pool: Pool, known: KnownPools, rules: Sequence[Rule], release: Release
) -> Iterator[Finding]:
    others = _unnoticed(pool, known) if release.line is Line.V1_15 else ()
    inventory = Inventory((*others, pool))
    for rule in rules:
        for finding in rule.find(inventory, release):
            if finding.subject.pool is pool:
                yield finding


def _unnoticed(pool: Pool, known: KnownPools) -> tuple[Pool, ...]:
    """Known pools that the pool overlaps: Antrea 1.15 does not look for them."""
    found = {
        id(other.pool): other.pool
        for each in pool.ranges
        if isinstance(each, IPRange)
        for other in islice(known.overlapping(each.first, each.last), MAX_PARTNERS)
        if other.pool.key != pool.key
    }
    return tuple(found.values())
