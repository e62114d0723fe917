"""A pool still has the claim of a run that was killed.

`extend` claims ranges by the annotation `ippoolctl/claim` before it appends them. No run takes ten
minutes for that, so an older claim is that of a killed run. Until the claim is removed, its ranges
count as taken.

Source: the protocol of `ippoolctl extend`.
"""

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.lint.families.leftovers import leftover_rule
from ippoolctl.domain.lint.finding import Severity

RULE = leftover_rule(
    "EIP802",
    "abandoned-claim",
    Severity.WARNING,
    "a killed run left a claim",
    "remove it: ippoolctl sweep; or run the same command again",
    __doc__,
    LeftoverKind.CLAIM,
)
