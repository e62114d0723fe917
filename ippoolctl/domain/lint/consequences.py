"""Findings that only follow from others.

They are named in the finding that causes them; on their own they appear only where that one is not
selected.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory, Overlap
from ippoolctl.domain.lint.rule import Rule


def overlap_consequences(overlap: Overlap, line: Line) -> tuple[str, ...]:
    """What follows if both ranges of an overlap get in.

    Inside one pool that happens on Antrea 1.15 only. Of two pools, 2.0 and later then let neither
    be changed. Of a claim nothing follows: nobody hands out what is claimed.
    """
    if overlap.earlier_claimed or overlap.later_claimed:
        return ()
    if overlap.within:
        return ("EIP306",) if line is Line.V1_15 else ()
    return ("EIP306",) if line is Line.V1_15 else ("EIP212", "EIP306")


def following(rule: str, title: str, words: str, page: str, causes: tuple[str, ...]) -> Rule:
    """A rule about what follows from overlaps."""

    def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
        for overlap in inventory.overlaps.pairs:
            if rule in overlap_consequences(overlap, release.line):
                subject, other = sides(overlap)
                message = f"{subject.text} of pool {subject.pool.label} and {other.text} of pool"
                yield Finding(
                    rule,
                    Severity.ERROR,
                    f"{message} {other.pool.label} {words}",
                    subject,
                    other,
                    overlap.intersection,
                    "remove the overlap",
                )

    return Rule(rule, title, Severity.ERROR, page, find, causes)


def unenforced(release: Release) -> str:
    """What to add to an overlap that a release does not refuse: it is as bad there, or worse."""
    return f" (not enforced by Antrea {release})" if release.line is Line.V1_15 else ""


def sides(overlap: Overlap) -> tuple[Subject, Subject]:
    """The two sides of an overlap: the later range first, which Antrea would refuse."""
    return (
        _side(overlap.later, overlap.later_position, claimed=overlap.later_claimed),
        _side(overlap.earlier, overlap.earlier_position, claimed=overlap.earlier_claimed),
    )


def _side(pool: Pool, position: int, *, claimed: bool) -> Subject:
    return Subject(pool, ("spec", "ipRanges", position), pool.ranges[position].text, claimed)
