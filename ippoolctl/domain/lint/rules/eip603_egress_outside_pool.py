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

What to do: request an address of the pool, or leave `egressIP` out. Before, as above; after:

    spec:
      externalIPPool: edge
      egressIP: 2001:db8::6

Source: run on Antrea v2.7.0 (`getOffset` in `pkg/ipam/ipallocator/allocator.go`); antrea-io/antrea
pull request 6685.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import EGRESSES, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Egresses with an address that their pool does not have."""
    for request, cause, _ in facts.waiting:
        if request.by.kind == "Egress" and cause in (Cause.OUTSIDE, Cause.INVALID):
            problem = "is not an address" if cause is Cause.INVALID else "is not in the pool"
            yield RULE.finding(
                f"{request.by.label} requests {request.requested_text} of pool {request.pool},"
                f" which {problem}",
                Subject(request.by, request.requested_path, request.requested_text),
                Subject(facts.pool_of[request.pool], ("spec", "ipRanges")),
                hint="request an address of the pool, or remove egressIP",
            )


RULE = Rule(
    id="EIP603",
    name="egress-outside-pool",
    severity=Severity.ERROR,
    title="the address of an Egress is not in its pool",
    page=__doc__,
    find=find,
    needs=(EGRESSES,),
)
