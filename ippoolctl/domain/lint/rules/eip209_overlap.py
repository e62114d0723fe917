"""A range of one pool has addresses in common with a range of another pool.

Antrea 2.0 and later denies the second pool if its cache contains the first: two pools that are
created at the same time can both be admitted. Then neither can be updated (EIP212), and an address
can be assigned twice (EIP306). Antrea 1.15 does not compare pools.

Whole ranges are compared, network and broadcast addresses included. IPv4 and IPv6 never overlap,
and an IPv4-mapped IPv6 address is IPv6.

A range can also be claimed: a run of `ippoolctl extend` is about to append it, and Antrea does not
assign its addresses yet. Such an overlap is temporary.

What to do: change the range of one of the two pools; `ippoolctl suggest` prints free ranges.

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`; antrea-io/antrea issues 6783
(stale denial) and 8411 (both admitted).
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.consequences import sides, unenforced
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.rule import Rule

_OTHER_RANGE: Final = "change the range of one of the two pools"
_WAIT: Final = "wait until the other run ends; if it was killed, run: ippoolctl sweep"


def find(facts: Facts) -> Iterator[Finding]:
    """Overlapping ranges of two pools."""
    ending = unenforced(facts.release)
    for overlap in facts.overlaps_between:
        own, other = sides(overlap)
        yield RULE.finding(
            f"range {own.text} of pool {own.holder} overlaps with range {other.text}"
            f" of pool {other.holder}{ending}",
            own,
            other,
            overlap.intersection,
            hint=_WAIT if own.claimed or other.claimed else _OTHER_RANGE,
        )


RULE = Rule(
    id="EIP209",
    name="overlap",
    severity=Severity.ERROR,
    title="ranges of two pools overlap",
    page=__doc__,
    find=find,
    from_admission=True,
    lists_overlaps=True,
    can_be_accepted=True,
    solved_by_free_range=True,
)
