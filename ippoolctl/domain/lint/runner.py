"""Run the rules over an inventory, and decide what counts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ippoolctl.domain.antrea.pool import Places
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Acceptance, Finding, Severity
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule

_OF_OVERLAPS: Final = ("EIP208", "EIP209")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not run, and why."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the rules came to."""

    findings: tuple[Finding, ...]
    """Accepted ones included, in the order of the pools."""
    skipped: tuple[Skipped, ...] = ()
    unlisted: int = 0
    """Overlapping pairs beyond those that are listed."""

    def about(self, pools: Collection[int], always: Collection[str] = ()) -> "Report":
        """The part of it that concerns any of these pools, by their identity.

        Findings of the rules ``always`` concern every pool.
        """
        kept = tuple(
            each
            for each in self.findings
            if each.rule in always
            or id(each.subject.pool) in pools
            or (each.other is not None and id(each.other.pool) in pools)
        )
        return replace(self, findings=kept, unlisted=0)

    def in_order_of(self, places: Places) -> "Report":
        """The same with its findings in the order of documents and lines."""

        def order(finding: Finding) -> tuple[int, int, int]:
            subject = finding.subject
            place = places.get((id(subject.pool), subject.path))
            document = subject.pool.origin.document if subject.pool.origin else -1
            return (document, place.line, place.column) if place else (document, 0, 0)

        return replace(self, findings=tuple(sorted(self.findings, key=order)))

    def count(self, severity: Severity) -> int:
        """How many findings of that severity count."""
        return sum(each.severity is severity for each in self.findings if not each.accepted)

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether anything that counts is as bad as the threshold; ``None`` is never reached.

        Overlaps that are not listed count as errors.
        """
        if threshold is None:
            return False
        return bool(self.unlisted) or any(
            each.severity.rank <= threshold.rank for each in self.findings if not each.accepted
        )


def lint(
    inventory: Inventory,
    rules: Sequence[Rule],
    release: Release,
    acceptances: Iterable[Acceptance] = (),
    today: date = date.min,
) -> Report:
    """What these rules find in the inventory for that release of Antrea.

    An acceptance holds until the end of the day on which it expires; ``today`` decides.
    """
    accepted = {
        each.pools: each for each in acceptances if each.expires is None or each.expires >= today
    }
    order = {id(pool): number for number, pool in enumerate(inventory.pools)}
    found = [
        _accept(finding, accepted)
        for rule in rules
        if not rule.missing(inventory)
        for finding in rule.find(inventory, release)
    ]
    found = _without_consequences(found)
    found.sort(key=lambda each: (order.get(id(each.subject.pool), -1), _step(each), each.rule))
    skipped = tuple(Skipped(rule, reason) for rule in rules if (reason := rule.missing(inventory)))
    unlisted = inventory.overlaps.unlisted if any(rule.id in _OF_OVERLAPS for rule in rules) else 0
    return Report(tuple(found), skipped, unlisted)


def select(
    rules: Sequence[Rule], chosen: Iterable[str], ignored: Iterable[str]
) -> tuple[Rule, ...]:
    """The rules whose ids start with one of ``chosen`` (all if empty) and none of ``ignored``."""
    chosen, ignored = tuple(chosen), tuple(ignored)
    return tuple(
        rule
        for rule in rules
        if (not chosen or rule.id.startswith(chosen))
        and not (ignored and any(each.startswith(ignored) for each in (rule.id, *rule.causes)))
    )


def _without_consequences(findings: list[Finding]) -> list[Finding]:
    """The findings less those that another one names as its consequence."""
    named = {(rule, *_sides(finding)) for finding in findings for rule in finding.consequences}
    return [each for each in findings if not named or (each.rule, *_sides(each)) not in named]


def _sides(finding: Finding) -> tuple[object, ...]:
    subject, other = finding.subject, finding.other
    return (id(subject.pool), subject.path, other and id(other.pool), other and other.path)


def _accept(finding: Finding, accepted: dict[frozenset[str], Acceptance]) -> Finding:
    if not accepted or finding.rule != "EIP209" or finding.other is None:
        return finding
    pair = frozenset({finding.subject.pool.name, finding.other.pool.name})
    return replace(finding, accepted=accepted.get(pair))


def _step(finding: Finding) -> tuple[str, ...]:
    return tuple(f"{step:09}" if isinstance(step, int) else step for step in finding.subject.path)
