"""An annotation of ippoolctl has a value that no run of ippoolctl writes.

`ippoolctl/ttl` has to be a duration, `ippoolctl/claim` has to have the time at which it was
written. `sweep` skips invalid annotations: the pool never expires, the claim is never removed.

Source: the annotations of `ippoolctl`.
"""

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.lint.families.leftovers import leftover_rule
from ippoolctl.domain.lint.finding import Severity

RULE = leftover_rule(
    "EIP804",
    "unreadable-annotation",
    Severity.WARNING,
    "an ippoolctl annotation is invalid",
    "fix or remove it: kubectl annotate eip (ippoolctl sweep skips it)",
    __doc__,
    LeftoverKind.UNREADABLE,
)
