"""Which findings are accepted, and which acceptances accept none."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from ippoolctl.domain.antrea.pool import NOWHERE, Path, Places, Pool
from ippoolctl.domain.lint.finding import Acceptance, Finding, IdleAcceptance, Subject
from ippoolctl.domain.lint.rules import Group, in_group
from ippoolctl.domain.surroundings.reference import Reference

EVERY: Final = "*"
"""In place of the name of a pool: all pools of the group."""
OF_POOL: Final[tuple[Path, ...]] = (("metadata", "name"), ())
"""The field whose line stands for the whole pool, and the pool, whose first line does, too."""


def accept(
    findings: Sequence[Finding],
    acceptances: Iterable[Acceptance],
    today: date,
    places: Places = NOWHERE,
) -> tuple[tuple[Finding, ...], tuple[IdleAcceptance, ...]]:
    """The findings, each with the acceptance that accepts it, and the acceptances that accept none.

    An acceptance is valid through its last day, up to ``today``.

    ``places`` are those of all sides, and of both lines that stand for a pool.
    """
    idle: dict[int, IdleAcceptance] = {}
    by_key: dict[Hashable, list[Acceptance]] = defaultdict(list)
    for each in acceptances:
        expired = _has_expired(each, today)
        reference = Reference("acceptance", each.rule or "overlaps")
        idle[id(each)] = IdleAcceptance(each, expired, reference)
        for rule in () if expired else rules_of(each):
            by_key[rule, each.line or (each.pools, each.one_pool)].append(each)
    if not by_key:
        return tuple(findings), tuple(idle.values())
    judged = []
    for finding in findings:
        matching = [each for key in _keys(finding, places) for each in by_key.get(key, ())]
        for each in matching:
            idle.pop(id(each), None)
        judged.append(finding._replace(accepted=matching[0]) if matching else finding)
    return tuple(judged), tuple(idle.values())


def accepted_pools(acceptances: Iterable[Acceptance], rule: str, today: date) -> frozenset[str]:
    """The names of the pools whose findings of this rule are accepted ``today``."""
    return frozenset(
        name
        for each in acceptances
        if each.rule == rule and each.one_pool and not _has_expired(each, today)
        for name in each.pools
    )


def _has_expired(acceptance: Acceptance, today: date) -> bool:
    return acceptance.expires is not None and acceptance.expires < today


def rules_of(acceptance: Acceptance) -> tuple[str, ...]:
    """The ids of the rules whose findings it accepts."""
    if acceptance.rule:
        return (acceptance.rule,)
    return tuple(
        each.id
        for each in in_group(Group.ACCEPTABLE)
        if (Group.BETWEEN_GROUPS in each.groups) == acceptance.between_groups
    )


def _keys(finding: Finding, places: Places) -> Iterator[Hashable]:
    """What an acceptance of this finding can name: a line, one pool, or both."""
    sides = [each for each in (finding.subject, finding.other) if each is not None]
    lines = {place[:2] for side in sides for place in _places(side, places)}
    yield from ((finding.rule, line) for line in sorted(lines))
    if len(sides) > 1:
        for names in product(*map(_names, sides)):
            yield finding.rule, (frozenset(names), False)
    pools = (side for side in sides if isinstance(side.about, Pool))
    for name in dict.fromkeys(name for side in pools for name in _names(side)):
        yield finding.rule, (frozenset({name}), True)


def _names(side: Subject) -> tuple[str, ...]:
    """The names by which an acceptance can mean the object."""
    name, group = side.about.name, side.group
    return (name,) if group is None else (name, group.qualify(name), group.qualify(EVERY))


def _places(side: Subject, places: Places) -> Iterator[tuple[str, int, int]]:
    for path in (side.path, *OF_POOL):
        place = places.get((id(side.about), path))
        if place is not None:
            yield place
