"""A pool still carries the mark of a run of ippoolctl that must have been killed.

`create` makes a pool with the mark `ippoolctl/state: pending`, looks who was first, and takes the
mark off. No run takes ten minutes for that, so this one is dead. Until the same command is run
again, or the pool is swept, other runs wait for its ranges.

Source: the protocol of `ippoolctl create`.
"""

from ippoolctl.domain.annotations.expiry import Kind
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.leftover import swept

RULE = swept(
    "EIP801",
    "a killed run left a pending pool",
    Severity.WARNING,
    __doc__,
    (Kind.PENDING,),
    "ippoolctl sweep deletes it, if nobody uses it; or run the same create command again",
)
