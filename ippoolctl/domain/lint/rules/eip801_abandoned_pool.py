"""A pool is still pending although the run that created it was killed.

`create` creates a pool with the annotation `ippoolctl/state: pending`, verifies that no other pool
overlaps it, and removes the annotation. No run takes ten minutes for that, so an older annotation
is that of a killed run. Until the same command is run again, or the pool is swept, other runs wait
for its ranges.

Source: the protocol of `ippoolctl create`.
"""

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.lint.families.leftovers import leftover_rule
from ippoolctl.domain.lint.finding import Severity

RULE = leftover_rule(
    "EIP801",
    "abandoned-pool",
    Severity.WARNING,
    "a killed run left a pending pool",
    "delete it if it is not in use: ippoolctl sweep; or run the same create command again",
    __doc__,
    LeftoverKind.PENDING,
)
