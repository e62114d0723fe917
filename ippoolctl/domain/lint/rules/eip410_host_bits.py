"""A CIDR is written with an address inside its network instead of the first one.

It works: Antrea masks the address. But the text cannot be changed later, because Antrea compares
ranges as text on an update (EIP210): a manifest that is tidied up, or generated from the network,
is denied.

Example: 256 addresses from 10.0.0.0 on, although it seems to begin at 10.0.0.77:

    ipRanges:
    - cidr: 10.0.0.77/24

What to do, before the pool is created:

    ipRanges:
    - cidr: 10.0.0.0/24

In the manifest of a live pool, keep the text as it is.

Source: run on Antrea v2.7.0; `pkg/controller/externalippool/validate.go` compares texts; Antrea
issue 2942 (before v1.4.0, the window began at the address as typed).
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.lint.edit import range_edit
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """CIDRs whose address is not the first one of the network."""
    for pool, position, each in facts.traits.host_bits:
        address, _, length = each.text.rpartition("/")
        if parse_addr(address) != each.first:
            network = f"{address_text(each.first)}/{length}"
            path = ("spec", "ipRanges", position)
            yield RULE.finding(
                f"pool {pool.label}: {each.text} is the network {network}",
                Subject(pool, path, each.text),
                hint=f"keep {each.text} in manifests: an update cannot change the text (EIP210)"
                if pool.live
                else f"use {network}",
                edits=range_edit(path, each.spelling, [each.spelling._replace(cidr=network)]),
            )


RULE = Rule(
    id="EIP410",
    name="host-bits",
    severity=Severity.INFO,
    title="a CIDR has host bits",
    page=__doc__,
    find=find,
)
