"""The findings of a check in the order for people: by object, worst first, overlaps together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.surroundings.reference import Reference

FEWEST_TOGETHER: Final = 4
"""From how many overlaps of one range on they are one entry."""

_ACCEPTED: Final = len(Severity)
_Side = tuple[int, Path]


class Entry(NamedTuple):
    """One finding, or several overlaps of one range."""

    subject: Subject
    """What all of them are about."""
    findings: tuple[Finding, ...]
    of: int = 1
    """How many overlaps the range has in all entries."""

    @property
    def others(self) -> tuple[Subject, ...]:
        """The other side of each overlap."""
        own = _side(self.subject)
        pairs = ((each.subject, each.other) for each in self.findings)
        return tuple(two if two and _side(one) == own else one for one, two in pairs)

    @property
    def rank(self) -> int:
        """0 for the worst; accepted findings come last."""
        first = self.findings[0]
        return _ACCEPTED if first.accepted else first.severity.rank


class Group(NamedTuple):
    """The findings about one pool or other object."""

    about: Pool | Reference
    entries: tuple[Entry, ...]
    """Worst first, then in the order of the report; never empty."""


def group_findings(findings: Sequence[Finding]) -> list[Group]:
    """The findings by what they are about, objects with the worst finding first.

    Objects and findings that are equally bad keep their order.
    """
    of_object: dict[int, list[Entry]] = defaultdict(list)
    for entry in _entries(findings):
        of_object[id(entry.subject.about)].append(entry)
    groups = [
        Group(entries[0].subject.about, tuple(sorted(entries, key=_rank)))
        for entries in of_object.values()
    ]
    return sorted(groups, key=lambda each: each.entries[0].rank)


def first_entries(groups: Iterable[Group], most: int) -> list[Group]:
    """The groups with the ``most`` worst entries."""
    groups = list(groups)
    ranks = sorted(entry.rank for group in groups for entry in group.entries)[:most]
    room = Counter(ranks)
    shown = []
    for group in groups:
        kept = []
        for entry in group.entries:
            if room[entry.rank]:
                room[entry.rank] -= 1
                kept.append(entry)
        if kept:
            shown.append(Group(group.about, tuple(kept)))
    return shown


def _rank(entry: Entry) -> int:
    return entry.rank


def _entries(findings: Sequence[Finding]) -> Iterable[Entry]:
    """Every finding in an entry; overlaps are with the range that has the most of them."""
    degrees: Counter[_Side] = Counter()
    for each in findings:
        if _is_overlap(each):
            degrees.update(_side(side) for side in (each.subject, each.other) if side)
    together: dict[object, list[Finding]] = defaultdict(list)
    for each in findings:
        if _is_overlap(each):
            together[_kind(each, degrees)].append(each)
    for each in findings:
        alike = together[_kind(each, degrees)] if _is_overlap(each) else []
        if len(alike) < FEWEST_TOGETHER:
            yield Entry(each.subject, (each,))
        elif alike[0] is each:
            range_ = _busiest(each, degrees)
            yield Entry(range_, tuple(alike), degrees[_side(range_)])


def _is_overlap(finding: Finding) -> bool:
    return (
        finding.other is not None
        and isinstance(finding.other.about, Pool)
        and bool(finding.intersection)
    )


def _kind(finding: Finding, degrees: Counter[_Side]) -> object:
    """What overlaps in one entry have in common: the range, and all that is printed once."""
    range_ = _side(_busiest(finding, degrees))
    said = (finding.rule, finding.severity, finding.accepted, finding.hint, finding.consequences)
    return (range_, said)


def _busiest(finding: Finding, degrees: Counter[_Side]) -> Subject:
    """The side with more overlaps; the earlier one if both have as many."""
    one, two = finding.subject, finding.other
    assert two is not None
    return one if degrees[_side(one)] > degrees[_side(two)] else two


def _side(subject: Subject) -> _Side:
    return id(subject.about), subject.path
