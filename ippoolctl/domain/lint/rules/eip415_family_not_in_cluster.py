"""A pool has addresses of a family that the cluster does not have.

Antrea does not compare the family of a pool with that of the cluster. An Egress with such an
address has no effect on Pods, which have no address of that family, and no Node can answer for it.
The families of the cluster are those of the addresses and Pod CIDRs of its Nodes.

Example: all Nodes and Pod CIDRs are IPv4, and a pool has

    - cidr: 2001:db8::/120

What to do: use a range of a family that the cluster has. After:

    - cidr: 10.0.0.0/28

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`; antrea-io/antrea issue 7773.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import is_ipv4
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.lint.fact import NODES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """The first range of each pool that is of a family that no Node has."""
    present = {
        is_ipv4(each.span.first)
        for node in facts.known(NODES)
        for each in (*node.addresses, *node.pod_cidrs)
    }
    if len(present) != 1:
        return
    missing = "IPv6" if True in present else "IPv4"
    for pool in facts.pools:
        for position, each in enumerate(pool.ranges):
            if isinstance(each, IPRange) and is_ipv4(each.first) not in present:
                yield RULE.finding(
                    f"pool {pool.label}: range {each.text} is {missing}, and no Node has an"
                    f" {missing} address or Pod CIDR",
                    facts.subject(pool, position),
                    hint="use a range of a family that the cluster has",
                )
                break


RULE = Rule(
    id="EIP415",
    name="family-not-in-cluster",
    severity=Severity.ERROR,
    title="a pool has addresses of a family that the cluster does not have",
    page=__doc__,
    find=find,
    needs=(NODES,),
)
