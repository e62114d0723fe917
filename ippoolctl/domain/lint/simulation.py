"""Predict what Antrea answers to several manifests, sent one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.admission import (
    Admitted,
    Operation,
    Refused,
    name_exists,
    verdict,
)
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.lint.lookups import MAX_PARTNERS
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import Group, load_rules
from ippoolctl.domain.lint.runner import merged


@dataclass(frozen=True, slots=True)
class Prediction:
    """The predicted answer to one manifest."""

    pool: Pool
    operation: Operation
    result: Admitted | Refused
    hazards: tuple[Finding, ...]
    """Hazards that Antrea does not detect, whether it admits the pool or not."""
    total: int | None
    """The ``status.usage.total`` to expect; ``None`` if refused or if it never stays the same."""
    usable: int | None
    """How many addresses of the pool Antrea can assign; ``None`` if refused."""
    old: Pool | None = None
    """The existing pool, for an update."""

    @property
    def admitted(self) -> bool:
        """Whether the request is admitted."""
        return isinstance(self.result, Admitted)


def simulate_admission(
    pools: Iterable[Pool],
    known: KnownPools,
    release: Release,
    *,
    always_create: bool = False,
) -> Iterator[Prediction]:
    """The predictions in order; an admitted pool is added to ``known`` for the next one.

    A pool whose name is known is an update, as with ``kubectl apply``; with ``always_create`` it
    is refused at the end, as with ``kubectl create``.
    """
    undetected = load_rules(Group.UNDETECTED)
    unstable = {rule.id for rule in undetected if rule.unstable_total}
    for pool in pools:
        old = known.get(pool.key)
        create = old is None or always_create
        operation = Operation.CREATE if create else Operation.UPDATE
        result = verdict(operation, pool, old, known, release)
        if create and old is not None and isinstance(result, Admitted):
            result = Refused((name_exists(pool.name),))
        found = tuple(_hazards(pool, known, undetected, release))
        admitted = isinstance(result, Admitted)
        numbers = counts(pool.ranges)
        settles = admitted and not any(finding.rule in unstable for finding in found)
        yield Prediction(
            pool,
            operation,
            result,
            found,
            numbers.total if settles else None,
            numbers.usable if admitted else None,
            None if create else old,
        )
        if admitted:
            known.put(pool)


def _hazards(
    pool: Pool, known: KnownPools, rules: Sequence[Rule], release: Release
) -> Iterator[Finding]:
    others = _overlapping(pool, known) if release.line is Line.V1_15 else ()
    facts = Facts((*others, pool), release)
    found = (each for rule in rules for each in rule.find(facts) if each.subject.about is pool)
    yield from merged(found, release)


def _overlapping(pool: Pool, known: KnownPools) -> tuple[Pool, ...]:
    """Known pools that overlap the pool: Antrea 1.15 does not compare pools."""
    found = {
        id(other.pool): other.pool
        for each in pool.ranges
        if isinstance(each, IPRange)
        for other in islice(known.overlapping(each.first, each.last), MAX_PARTNERS)
        if other.pool.key != pool.key
    }
    return tuple(found.values())
