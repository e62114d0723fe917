"""Antrea can assign the gateway of `subnetInfo` to an Egress.

The gateway is not reserved: an Egress that gets its address takes the address of the router, and
the whole subnet loses its way out. It is an error if an Egress or a Service has the gateway, or if
the gateway is the lowest free address of the pool, since then the next Egress gets it; elsewhere in
a range it is a warning. An address is free if no known Egress or Service of the pool has it. The
gateway of another pool, in a range of a pool without that gateway, counts as well.

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
from ippoolctl.domain.addresses.ranges import IPRange, Span
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.edit import range_edit, start_end
from ippoolctl.domain.lint.fact import EGRESSES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.lookups import Located
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.subnets import advised
from ippoolctl.domain.space.subnets import PoolSubnet
from ippoolctl.domain.surroundings.reference import AddressField, Held, Reference


def find(facts: Facts) -> Iterator[Finding]:
    """Gateways among the addresses that Antrea assigns."""
    if not facts.valid_subnets:
        return
    holders = _holders(facts)
    for subnet, (pool, position, each) in (*_in_own_ranges(facts), *_in_other_ranges(facts)):
        gateway = subnet.gateway
        window = allocatable(each)
        if window is None or not window.first <= gateway <= window.last:
            continue
        held = holders.get(pool.name, {})
        is_next = gateway == _next_assigned(pool, held)
        holder = held.get(gateway)
        first = "next" if held else "first"
        whom = f"the {first} Egress gets it" if is_next else "an Egress can get it"
        if holder:
            whom = f"{holder.label} has it"
        whose = "" if subnet.pool is pool else f" of pool {subnet.pool.label}"
        rest = subnet.hosts(window)
        path = ("spec", "ipRanges", position)
        yield RULE.finding(
            f"pool {pool.label}: range {each.text} contains the gateway"
            f" {span_text(gateway, gateway)}{whose}; {whom}",
            Subject(pool, path, each.text),
            hint=advised(rest) if rest else "use addresses other than the gateway",
            edits=range_edit(path, each.spelling, map(start_end, rest)),
            severity=None if is_next or holder else Severity.WARNING,
        )


def _in_own_ranges(facts: Facts) -> Iterator[tuple[PoolSubnet, Located[IPRange]]]:
    """The ranges of each pool with a gateway."""
    for subnet in facts.valid_subnets:
        for position, each in enumerate(subnet.pool.ranges):
            if isinstance(each, IPRange):
                yield subnet, (subnet.pool, position, each)


def _in_other_ranges(facts: Facts) -> Iterator[tuple[PoolSubnet, Located[IPRange]]]:
    """Ranges with the gateway of another pool; a gateway that several pools have counts once."""
    own = {id(each.pool): each.gateway for each in facts.valid_subnets}
    subnet_of = {each.gateway: each for each in reversed(facts.valid_subnets)}
    held = [
        Held(Reference("ExternalIPPool", each.pool.name), AddressField(Span(at, at), "", ()))
        for at, each in subnet_of.items()
    ]
    for located, meeting in facts.meeting(held):
        for each in meeting:
            subnet = subnet_of[each.field.span.first]
            if own.get(id(located[0])) != subnet.gateway:
                yield subnet, located


def _holders(facts: Facts) -> dict[str, dict[int, Reference]]:
    """The known consumers by their pool and address."""
    found: dict[str, dict[int, Reference]] = defaultdict(dict)
    for each in facts.outcomes.holding:
        if each.held:
            found[each.pool][each.held.span.first] = each.by
    return found


def _next_assigned(pool: Pool, held: Mapping[int, Reference]) -> int | None:
    """The lowest free address of the first range with one."""
    for each in pool.ranges:
        window = allocatable(each)
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
