"""A range contains special addresses: loopback, multicast, link-local, or Antrea's own.

No other host can reach an unspecified, loopback, multicast or reserved address as an Egress IP or
as the address of a Service. A link-local address is valid in one network segment only, and an agent
that restarts does not find it on its interface any more, so it is never removed. Antrea uses
169.254.0.251 to 169.254.0.253 and fc01::aabb:ccdd:eefd to fc01::aabb:ccdd:eeff on every Node: a
range with one of these is an error.

Only addresses that Antrea can assign count. Antrea's own end-to-end tests use 169.254.100.0/30; a
test cluster can skip the rule (`--ignore EIP307`). `create` and `extend` therefore warn of all
special addresses but link-local ones.

Example, with a warning:

    ipRanges:
    - cidr: 127.0.0.0/24

What to do: use addresses that the routers in front of the Nodes know:

    ipRanges:
    - cidr: 10.20.0.0/24

Source: Antrea v2.7.0 `pkg/agent/ipassigner/ip_assigner_linux.go` (`loadIPAddresses` keeps global
unicast addresses only) and `pkg/agent/config/node_config.go`; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, intersect
from ippoolctl.domain.addresses.special import LINK_LOCAL, SPECIAL, SpecialBlock
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Ranges with a usable address in special space; of several kinds the worst."""
    for pool, position, each in facts.traits.special:
        block = _block(each)
        if block:
            yield RULE.finding(
                f"pool {pool.label}: range {each.text} contains {block.kind} addresses"
                f" ({block.text})",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint="use routable addresses",
                severity=Severity.ERROR if block.internal else None,
            )


def _block(found: IPRange | BadRange) -> SpecialBlock | None:
    """The worst kind of special addresses among those that Antrea can assign."""
    window = allocatable(found)
    return next((one for one in SPECIAL if window and intersect(window, one.span)), None)


def _is_link_local(finding: Finding) -> bool:
    block = _block(finding.subject.pool.ranges[int(finding.subject.path[-1])])
    return block is not None and block.kind == LINK_LOCAL


RULE = Rule(
    id="EIP307",
    name="special-space",
    severity=Severity.WARNING,
    title="a range contains loopback, link-local, multicast or other special addresses",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
    spares_create=_is_link_local,
)
