"""An annotation of ippoolctl's own says something that no run of ippoolctl writes.

`ippoolctl/ttl` has to be a duration, `ippoolctl/claim` has to say since when it holds. What cannot
be read is left alone by `sweep`: the pool never expires, the claim is never removed.

Source: the annotations of `ippoolctl`.
"""

from ippoolctl.domain.annotations.expiry import Kind
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.leftover import swept

RULE = swept(
    "EIP804",
    "an annotation of ippoolctl cannot be read",
    Severity.WARNING,
    __doc__,
    (Kind.UNREADABLE,),
    "ippoolctl sweep leaves it alone; mend or remove it: kubectl annotate eip",
)
