"""A `start` or `end` is not in the canonical form of Go: addresses are assigned more than once.

To find out whether it already has an allocator for a range, the controller compares the text as
typed with the text of Go (RFC 5952: lower case, no leading zeros, the longest run of zeros as
`::`; IPv4-mapped as a dotted quad). If they differ, every event, the controller's own status
updates included, appends another allocator: the total grows without limit, and the new allocators
assign addresses that are in use. A CIDR is safe.

An update cannot fix the text (EIP210); the pool has to be replaced.

Source: run on Antrea v2.7.0 (total 1152, 2088, 2376 after 6, 11 and 14 s for 9 addresses); v1.4.0
and later.
"""

from collections.abc import Iterator, Sequence

from ippoolctl.domain.addresses.numbers import as_ipv4, is_ipv4, is_ipv4_mapped
from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.canonical import canonical, ends
from ippoolctl.domain.lint.edit import range_edit, start_end
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """IPv6 start-end ranges whose text is not Go's."""
    for pool, position, each in facts.ipv6_ranges:
        form = canonical(each)
        if each.text != form:
            both = ends(each) or ()
            path = ("spec", "ipRanges", position)
            yield RULE.finding(
                f"pool {pool.label}: range {each.text} is not in canonical form;"
                " its addresses can be assigned more than once",
                Subject(pool, path, each.text),
                hint=_hint(both, form),
                edits=range_edit(path, each.spelling, _spelling(both)),
            )


def _spelling(found: Sequence[int]) -> list[Spelling]:
    """The canonical text; none if one end only is an IPv4-mapped address, or they are reversed."""
    both = [as_ipv4(end) for end in found]
    right = len({is_ipv4(end) for end in both}) == 1 and both == sorted(both)
    return [start_end(Span(*both))] if right else []


def _hint(both: Sequence[int], form: str) -> str:
    mapped = {is_ipv4_mapped(end) for end in both}
    if mapped == {True, False}:
        return "use two ranges, with IPv4 addresses in IPv4 form"
    return f"use IPv4: {form}" if True in mapped else f"use {form}"


RULE = Rule(
    id="EIP302",
    name="not-canonical",
    severity=Severity.ERROR,
    title="start or end is not in canonical form: addresses can be assigned more than once",
    page=__doc__,
    find=find,
    undetected=True,
    blocks_create=True,
    unstable_total=True,
)
