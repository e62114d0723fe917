"""A range has a `cidr` and one of `start` and `end`, which is ignored.

The schema requires exactly one of `cidr` and `start` with `end`; a CIDR with only a start or only
an end satisfies it. Antrea reads the CIDR first and then ignores the rest.

Source: Antrea v2.7.0 `validate.go`; the CRD's `oneOf`.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Ranges with a CIDR and one of start and end."""
    for pool, position, each in facts.stray_ends:
        if each.spelling.start and each.spelling.end:
            continue
        stray = "start" if each.spelling.start else "end"
        path = ("spec", "ipRanges", position)
        yield RULE.finding(
            f"pool {pool.label}: {stray} is ignored, only cidr {each.spelling.cidr} counts",
            Subject(pool, path, each.text),
            hint=f"remove {stray}, or use start and end without cidr",
        )


RULE = Rule(
    id="EIP103",
    name="stray-start-end",
    severity=Severity.WARNING,
    title="start or end next to a cidr is ignored",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
)
