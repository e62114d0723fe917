"""A range of one pool has addresses in common with a range of another pool.

Antrea 2.0 and later refuses whichever of the two comes second, as far as its cache knows the first:
two pools that are created at the same moment both get in. Then neither can be changed any more
(EIP212), and both hand out the common addresses (EIP306). Antrea 1.15 does not look.

Whole ranges are compared, network and broadcast addresses included. IPv4 and IPv6 never overlap,
and an IPv4-mapped IPv6 address is IPv6.

A range may also be claimed only: somebody is about to append it to a pool, and nobody hands it out
before. Then the overlap passes, as the one or the other gives way.

What to do: give one of the two pools another range; `ippoolctl suggest` names free ones.

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`; antrea-io/antrea issues 6783
(stale refusal) and 8411 (both admitted).
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.consequences import overlap_consequences, sides, unenforced
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule

_OTHER_RANGE: Final = "give one of the two pools another range"
_PATIENCE: Final = (
    "wait for the run that claimed it to end; ippoolctl sweep removes what a dead one left"
)


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Overlapping ranges of two pools."""
    for overlap in inventory.overlaps.pairs:
        if not overlap.within:
            own, other = sides(overlap)
            yield Finding(
                RULE.id,
                RULE.severity,
                f"range {own.text} of pool {own.holder}"
                f" overlaps with range {other.text} of pool {other.holder}" + unenforced(release),
                own,
                other,
                overlap.intersection,
                _PATIENCE if own.claimed or other.claimed else _OTHER_RANGE,
                overlap_consequences(overlap, release.line),
            )


RULE = Rule("EIP209", "ranges of two pools overlap", Severity.ERROR, __doc__, find)
