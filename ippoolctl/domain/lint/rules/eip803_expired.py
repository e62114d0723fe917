"""A pool is older than the lifetime that it was created with.

It keeps its ranges until it is deleted. Expiry uses the clock of the API server.

Source: the annotation `ippoolctl/ttl`.
"""

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.lint.families.leftovers import leftover_rule
from ippoolctl.domain.lint.finding import Severity

RULE = leftover_rule(
    "EIP803",
    "expired",
    Severity.INFO,
    "an expired pool still exists",
    "delete it if it is not in use: ippoolctl sweep",
    __doc__,
    LeftoverKind.EXPIRED,
)
