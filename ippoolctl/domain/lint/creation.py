"""Hazards of new pools and of ranges to append: what blocks a creation, or is worth a warning."""

from collections.abc import Iterable, Iterator, Sequence

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.lint.rules import Entry, Group, in_group
from ippoolctl.domain.lint.runner import merged, with_anything_to_judge
from ippoolctl.domain.lint.surroundings import Objects, surrounding_facts
from ippoolctl.domain.surroundings.networks import GivenNetworks


def creation_hazards(pools: Sequence[Pool], release: Release) -> Iterator[Finding]:
    """The findings that block or warn a creation of these pools, in the order of the rules."""
    yield from _found(Facts(pools, release), in_group(Group.CREATION))


def hazards_beside_others(
    pools: Sequence[Pool], live: Iterable[Pool], objects: Objects, release: Release
) -> Iterator[Finding]:
    """The findings that warn a creation of ``pools`` because of ``live`` pools and of objects, in
    the order of the rules.

    Rules about unknown objects do not run.
    """
    # Of other pools, only a gateway can be in the new ranges: the engine looks at overlaps.
    every = (*(each for each in live if each.subnet), *pools)
    facts = Facts(every, release, surrounding_facts(objects, GivenNetworks()))
    rules = in_group(Group.CREATION_BESIDE_OTHERS)
    new = {id(each) for each in pools}
    known = [each for each in rules if facts.unknown.keys().isdisjoint(each.needs)]
    for each in _found(facts, known):
        if id(each.subject.about) in new:
            yield each


def _found(facts: Facts, rules: Sequence[Entry]) -> Iterator[Finding]:
    """What these rules find; one that has nothing to look at is not imported."""
    judging = (each.rule for each in with_anything_to_judge(rules, facts))
    found = (each for rule in judging for each in rule.find(facts) if not rule.spares_create(each))
    yield from merged(found, facts.release)
