"""Antrea can assign the gateway of `subnetInfo` to an Egress.

The gateway is not reserved: an Egress that gets its address takes the address of the router, and
the whole subnet loses its way out. It is an error if an Egress or a Service has the gateway, or if
the gateway is the lowest free address of the pool, since then the next Egress gets it; elsewhere in
a range it is a warning. Free are all addresses that no known Egress or Service of the pool has.

Example: the first Egress gets 10.0.0.1, the gateway:

    ipRanges:
    - cidr: 10.0.0.0/24
    subnetInfo:
      gateway: 10.0.0.1
      prefixLength: 24

What to do: write the range without the gateway, and without the ends of the subnet:

    ipRanges:
    - start: 10.0.0.2
      end: 10.0.0.254

A live pool cannot be rewritten (EIP210): move its Egresses to another pool, then delete and
recreate it.

Source: run on Antrea v2.7.0 (pool 10.60.0.0/29, gateway 10.60.0.1: the first Egress gets
10.60.0.1); antrea-io/antrea issue 7868.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.edit import range_edit, start_end
from ippoolctl.domain.lint.facts import EGRESSES, SERVICES, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.subnets import advised
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.waiting import pool_requests


def find(facts: Facts) -> Iterator[Finding]:
    """Gateways among the addresses that Antrea assigns."""
    holders = _holders(facts) if facts.valid_subnets else {}
    for subnet in facts.valid_subnets:
        pool, gateway, _ = subnet
        for position, each in enumerate(pool.ranges):
            if not isinstance(each, IPRange) or not each.first <= gateway <= each.last:
                continue
            window = capacity(each.spelling).allocatable
            if window is None or not window.first <= gateway <= window.last:
                continue
            held = holders.get(pool.name, {})
            is_next = gateway == _next_assigned(pool, held)
            holder = held.get(gateway)
            first = "next" if held else "first"
            whom = f"the {first} Egress gets it" if is_next else "an Egress can get it"
            if holder:
                whom = f"{holder.label} has it"
            rest = subnet.hosts(window)
            path = ("spec", "ipRanges", position)
            yield RULE.finding(
                f"pool {pool.label}: range {each.text} contains the gateway"
                f" {span_text(gateway, gateway)}; {whom}",
                Subject(pool, path, each.text),
                hint=advised(rest) if rest else "use other addresses than the gateway",
                edits=range_edit(path, each.spelling, map(start_end, rest)),
                severity=None if is_next or holder else Severity.WARNING,
            )


def _holders(facts: Facts) -> dict[str, dict[int, Reference]]:
    """The known consumers by their pool and address."""
    found: dict[str, dict[int, Reference]] = defaultdict(dict)
    for each in pool_requests(facts.get(EGRESSES) or (), facts.get(SERVICES) or ()):
        if each.held and each.by.stored:
            found[each.pool][each.held.span.first] = each.by
    return found


def _next_assigned(pool: Pool, held: Mapping[int, Reference]) -> int | None:
    """The lowest free address of the first range with one."""
    for each in pool.ranges:
        window = capacity(each.spelling).allocatable
        if window:
            # At most one more than are held.
            addresses = range(window.first, window.last + 1)
            free = next((address for address in addresses if address not in held), None)
            if free is not None:
                return free
    return None


RULE = Rule(
    id="EIP405",
    name="gateway-allocatable",
    severity=Severity.ERROR,
    title="the gateway of subnetInfo can be assigned",
    page=__doc__,
    find=find,
    uses=(EGRESSES, SERVICES),
    undetected=True,
    warns_create=True,
)
