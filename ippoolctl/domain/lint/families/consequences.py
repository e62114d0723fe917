"""Rules about consequences of overlaps.

A consequence is listed in the finding that causes it. It is a finding of its own only if the rule
of its cause is not selected.
"""

from collections.abc import Callable, Iterator

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.lookups import Overlap
from ippoolctl.domain.lint.rule import Rule


def consequence_rule(
    rule: str,
    name: str,
    title: str,
    predicate: str,
    page: str,
    *,
    follows_from: tuple[str, ...],
    follows: Callable[[Finding, Release], bool],
    undetected: bool = False,
) -> Rule:
    """A rule about a consequence of overlaps; ``predicate`` ends the message about two ranges.

    Claimed ranges have no consequences: Antrea does not assign their addresses yet.
    """

    def from_overlap(finding: Finding, release: Release) -> bool:
        sides = (finding.subject, finding.other)
        claimed = any(side is not None and side.claimed for side in sides)
        return not claimed and follows(finding, release)

    def find(facts: Facts) -> Iterator[Finding]:
        for overlap in facts.overlaps.pairs:
            subject, other = sides(overlap)
            finding = Finding(
                rule,
                Severity.ERROR,
                f"{subject.text} of pool {overlap.later.label} and {other.text} of pool"
                f" {overlap.earlier.label} {predicate}",
                subject,
                other,
                overlap.intersection,
                "remove the overlap",
            )
            if from_overlap(finding, facts.release):
                yield finding

    return Rule(
        id=rule,
        name=name,
        severity=Severity.ERROR,
        title=title,
        page=page,
        find=find,
        undetected=undetected,
        follows_from=follows_from,
        follows=from_overlap,
        only_follows=True,
    )


def unenforced(release: Release) -> str:
    """What a message about an overlap ends with if the release does not deny the overlap."""
    return f" (not enforced by Antrea {release})" if release.line is Line.V1_15 else ""


def sides(overlap: Overlap) -> tuple[Subject, Subject]:
    """The two sides of an overlap: first the later range, which Antrea would deny."""
    return (
        _side(overlap.later, overlap.later_position, claimed=overlap.later_claimed),
        _side(overlap.earlier, overlap.earlier_position, claimed=overlap.earlier_claimed),
    )


def _side(pool: Pool, position: int, *, claimed: bool) -> Subject:
    return Subject(pool, ("spec", "ipRanges", position), pool.ranges[position].text, claimed)
