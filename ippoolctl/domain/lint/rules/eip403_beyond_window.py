"""A range has more than 65,536 addresses, and Antrea uses only the first ones.

The allocator keeps a bit for each address, and at most 65,536 of a range, so that a big range does
not take too much memory. The addresses beyond are never assigned, and the webhook denies an Egress
that requests one (`IP … is not within the IP range`). They still overlap with other pools.

Example: of 16 million addresses, 10.0.0.1 to 10.0.255.255 are used:

    ipRanges:
    - cidr: 10.0.0.0/8

What to do: a range for each 65,536 addresses that you need, and no more:

    ipRanges:
    - cidr: 10.0.0.0/16
    - cidr: 10.1.0.0/16

An IPv6 network is nearly always larger than that, so for IPv6 it is only information.

Source: run on Antrea v2.7.0, `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issue 8303.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import IPV6, address_text
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Ranges that go on after the last address that Antrea assigns."""
    for pool, position, each in facts.traits.unusual_sizes:
        window = allocatable(each)
        # A longer start-end range overflows: EIP304.
        counted = each.cidr or each.last - each.first < 2**63 - 1
        if window is None or window.last >= each.last or not counted:
            continue
        yield RULE.finding(
            f"pool {pool.label}: Antrea assigns only {window.size:,} of the {each.span.size:,}"
            f" addresses of {each.text}, up to {address_text(window.last)}",
            Subject(pool, ("spec", "ipRanges", position), each.text),
            hint="use several ranges of at most 65,536 addresses",
            severity=Severity.INFO if each.first >= IPV6 else None,
        )


def _is_ipv6(finding: Finding) -> bool:
    return finding.severity is Severity.INFO


RULE = Rule(
    id="EIP403",
    name="beyond-window",
    severity=Severity.WARNING,
    title="only the first 65,536 addresses of a range are used",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
    spares_create=_is_ipv6,
)
