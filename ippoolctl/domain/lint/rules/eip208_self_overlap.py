"""Two ranges of one pool have addresses in common.

Antrea 2.0 and later denies the pool. 1.15 admits it and can assign a common address twice
(EIP306).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`; antrea-io/antrea issue 2946.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.consequences import sides, unenforced
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Overlapping ranges of one pool."""
    ending = unenforced(facts.release)
    for overlap in facts.overlaps_within:
        own, other = sides(overlap)
        yield RULE.finding(
            f"pool {own.pool.label}: range {own.text} overlaps with range {other.text}"
            f" of the same pool{ending}",
            own,
            other,
            overlap.intersection,
            hint="remove one of the two, or shrink it",
        )


RULE = Rule(
    id="EIP208",
    name="self-overlap",
    severity=Severity.ERROR,
    title="ranges of one pool overlap",
    page=__doc__,
    find=find,
    from_admission=True,
    lists_overlaps=True,
)
