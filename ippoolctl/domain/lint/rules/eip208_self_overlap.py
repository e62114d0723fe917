"""Two ranges of one pool have addresses in common.

Antrea 2.0 and later refuses the pool. 1.15 lets it in, and hands the common addresses out twice
(EIP306).

Source: Antrea v2.7.0 `pkg/controller/validation/ippool.go`; antrea-io/antrea issue 2946.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.consequences import overlap_consequences, sides, unenforced
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Overlapping ranges inside one pool."""
    for overlap in inventory.overlaps.pairs:
        if overlap.within:
            own, other = sides(overlap)
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {own.pool.label}: range {own.text} overlaps with its range {other.text}"
                + unenforced(release),
                own,
                other,
                overlap.intersection,
                "remove one of the two, or shrink it",
                overlap_consequences(overlap, release.line),
            )


RULE = Rule("EIP208", "ranges of one pool overlap", Severity.ERROR, __doc__, find)
