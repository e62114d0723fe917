"""A pool uses a VLAN, and agents before 2.7.0 can remove addresses of the Node's own VLANs.

When it starts, an agent removes addresses of the subnets of pools that it finds on VLAN interfaces
of the transport interface, because it takes them for its own leftovers. A VLAN interface that the
administrator made, with an address in such a subnet, loses it. The fix is in 2.7.0 only, and not in
2.4.5, 2.5.3 and 2.6.3.

Example, on a Node with an interface eth0.10 of its own:

    subnetInfo: {gateway: 10.0.0.1, prefixLength: 24, vlan: 10}

What to do: upgrade to 2.7.0, or give the pool a VLAN that the Nodes do not use themselves:

    subnetInfo: {gateway: 10.0.30.1, prefixLength: 24, vlan: 30}

Source: antrea-io/antrea issue 7834 and pull request 7898 (v2.7.0).
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.unlisted import and_more

_CORRECTED: Final = Release(2, 7, 0)


def find(facts: Facts) -> Iterator[Finding]:
    """One finding, at the last pool with a VLAN: one of the input, if it has any."""
    if facts.release >= _CORRECTED:
        return
    tagged = [each for each in facts.subnets if each.subnet and each.subnet.vlan]
    if tagged:
        last = tagged[-1]
        pools = and_more(f"pool {last.label}", len(tagged) - 1)
        yield RULE.finding(
            f"{pools}: at its start, an agent of Antrea {facts.release} can remove"
            " addresses of the Node's own VLAN interfaces",
            Subject(last, ("spec", "subnetInfo", "vlan")),
            hint="upgrade Antrea to 2.7.0, or use a VLAN that the Nodes do not use themselves",
        )


RULE = Rule(
    id="EIP515",
    name="vlan-cleanup",
    severity=Severity.INFO,
    title="agents before 2.7.0 can remove addresses of the Node's VLAN interfaces",
    page=__doc__,
    find=find,
)
