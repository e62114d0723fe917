"""A pool still carries the claim of a run of ippoolctl that must have been killed.

Who appends ranges to a pool claims them first, by the annotation `ippoolctl/claim`. No run takes
ten minutes for that, so this one is dead. Until the claim is gone, its ranges count as taken.

Source: the protocol of `ippoolctl`.
"""

from ippoolctl.domain.annotations.expiry import Kind
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.leftover import swept

RULE = swept(
    "EIP802",
    "a killed run left a claim",
    Severity.WARNING,
    __doc__,
    (Kind.CLAIM,),
    "ippoolctl sweep removes it; or run the same command again",
)
