"""What Antrea would answer to several manifests sent one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain import capacity
from ippoolctl.domain.admission import Admitted, Operation, Refused, verdict
from ippoolctl.domain.finding import Finding
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.known_pools import KnownPools
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.releases import Release
from ippoolctl.domain.rule import Rule

HAZARDS: Final = "EIP3"
"""The group of rules about what Antrea admits and should not."""

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


def rehearse(
    pools: Iterable[Pool], known: KnownPools, release: Release, rules: Sequence[Rule]
) -> Iterator[Answer]:
    """The answers in order; a pool that is admitted joins ``known`` and counts for the next.

    A pool whose name is known is an update, as ``kubectl apply`` would make it.
    """
    hazards = [rule for rule in rules if rule.group == HAZARDS and not rule.needs]
    for pool in pools:
        old = known.get(pool.key)
        operation = Operation.CREATE if old is None else Operation.UPDATE
        result = verdict(operation, pool, old, known, release)
        found = tuple(_hazards(pool, hazards, release))
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


def _hazards(pool: Pool, rules: Sequence[Rule], release: Release) -> Iterator[Finding]:
    alone = Inventory((pool,))
    for rule in rules:
        yield from rule.find(alone, release)
