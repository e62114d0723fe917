"""A pool has outlived the `--ttl` that it was created with.

It keeps its ranges until somebody deletes it. The time is that of the API server.

Source: the annotation `ippoolctl/ttl`.
"""

from ippoolctl.domain.annotations.expiry import Kind
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.leftover import swept

RULE = swept(
    "EIP803",
    "an expired pool is still there",
    Severity.INFO,
    __doc__,
    (Kind.EXPIRED,),
    "ippoolctl sweep deletes it, if nobody uses it",
)
