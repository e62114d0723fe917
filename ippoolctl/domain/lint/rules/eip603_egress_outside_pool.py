"""The address of an Egress is not in its pool.

The webhook denies such an Egress, with two exceptions: it computes with 64 of the 128 bits of an
address, so an address of another IPv6 network can pass; and it does not check an Egress again if
its pool is deleted and created with other ranges, which before Antrea 2.2 the controller can miss
too. Such an Egress gets no address. The first address of a CIDR and those beyond the first 65,536
of a range are not in the pool, although its text has them; the webhook denies them too.

Example: pool edge has `cidr: 2001:db8::/112`, and an Egress has

    spec:
      externalIPPool: edge
      egressIP: fd00::6

What to do: request an address of the pool, or leave `egressIP` out. After:

    spec:
      externalIPPool: edge
      egressIP: 2001:db8::6

Source: run on Antrea v2.7.0 (`getOffset` in `pkg/ipam/ipallocator/allocator.go`); antrea-io/antrea
pull request 6685.
"""

from ippoolctl.domain.lint.fact import EGRESSES
from ippoolctl.domain.lint.families.requests import outside_pool
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rule import Rule

RULE = Rule(
    id="EIP603",
    name="egress-outside-pool",
    severity=Severity.ERROR,
    title="the address of an Egress is not in its pool",
    page=__doc__,
    find=outside_pool("EIP603", "Egress", "request an address of the pool, or remove egressIP"),
    needs=(EGRESSES,),
)
