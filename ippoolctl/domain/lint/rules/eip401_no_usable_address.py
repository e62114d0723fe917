"""Antrea cannot assign any address of the pool.

The pool is admitted and looks normal, but every Egress and LoadBalancer Service that refers to it
waits without an address. Antrea never assigns the first address of a CIDR and the last one of an
IPv4 CIDR, so a /31, a /32 and an IPv6 /128 contain nothing (EIP402); it drops CIDRs that are too
large to count (EIP404); and a pool can have no ranges at all.

Example: an Egress with this pool has the condition `cannot allocate IP in any range`:

    ipRanges:
    - cidr: 10.0.0.5/32

What to do: write single addresses as start and end:

    ipRanges:
    - start: 10.0.0.5
      end: 10.0.0.5

Leave out an address that Antrea must not assign: the gateway, the first or last address of the
subnet, or one that a Node or another object has. If no other is left, use another address.

A live pool cannot be rewritten (EIP210): append another range, or delete and recreate the pool.

Source: run on Antrea v2.7.0, `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issue 6582.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations.unfinished import read_unfinished
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line
from ippoolctl.domain.lint.edit import range_edit, start_end
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import listed
from ippoolctl.domain.lint.families.occupied import HOLDERS, Occupied, other_addresses
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pools without a usable address that are not refused because of their ranges."""
    occupied = Occupied(facts)
    reads_ranges = facts.release.line is not Line.V1_15
    for pool in facts.traits.without_plain:
        refused = pool.violations or (
            reads_ranges and any(isinstance(each, BadRange) for each in pool.ranges)
        )
        if refused or counts(pool.ranges).usable > 0:
            continue
        ranges = ", ".join(pool.texts[:3]) + (", ..." if len(pool.texts) > 3 else "")
        short = [*_short(pool)]
        taken = [text for _, each in short for text in occupied.of(pool, each.span)]
        left = [(position, each, occupied.left(pool, each.span)) for position, each in short]
        hint = "use start and end for single addresses" if ranges else "add a range"
        if taken and any(spans for *_, spans in left):
            hint += f", without {listed(taken)}"
        elif taken:
            hint = other_addresses(taken)
        if unfinished := read_unfinished(pool):
            finish = f"finish the run that the pool records: ippoolctl {unfinished.command}"
            hint = f"{finish}; or abandon it: ippoolctl delete {pool.name}"
        problem = f"no usable address in {ranges}" if ranges else "no ranges"
        yield RULE.finding(
            f"pool {pool.label} has {problem}; its Egresses and Services get no address",
            Subject(pool, ("spec", "ipRanges")),
            hint=hint,
            edits=tuple(
                edit
                for position, each, spans in left
                for edit in range_edit(
                    ("spec", "ipRanges", position), each.spelling, map(start_end, spans)
                )
            ),
        )


def _short(pool: Pool) -> Iterator[tuple[int, IPRange]]:
    """The CIDRs of at most two addresses, which can be written as start and end."""
    for position, each in enumerate(pool.ranges):
        if isinstance(each, IPRange) and each.cidr and each.span.size <= 2:
            yield position, each


RULE = Rule(
    id="EIP401",
    name="no-usable-address",
    severity=Severity.ERROR,
    title="a pool has no usable address",
    page=__doc__,
    find=find,
    uses=HOLDERS,
    undetected=True,
    follows_from=("EIP304",),
    follows=lambda finding, release: counts(finding.subject.pool.ranges).usable == 0,
)
