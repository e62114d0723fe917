"""A range has a `cidr` and one of `start` and `end`: the lone end is ignored.

The schema wants exactly one of `cidr` and `start` with `end`; a CIDR with only one end satisfies
it. The code looks at the CIDR first and never at the rest.

Source: Antrea v2.7.0 `validate.go`; the CRD's `oneOf`.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Ranges with a CIDR and one end."""
    for pool, position, each in inventory.stray_ends:
        if each.spelling.start and each.spelling.end:
            continue
        stray = "start" if each.spelling.start else "end"
        path = ("spec", "ipRanges", position)
        yield Finding(
            RULE.id,
            RULE.severity,
            f"pool {pool.label}: {stray} is ignored, only cidr {each.spelling.cidr} counts",
            Subject(pool, path, each.text),
            hint=f"remove {stray}, or write start and end without cidr",
        )


RULE = Rule("EIP103", "start or end beside a cidr is ignored", Severity.WARNING, __doc__, find)
