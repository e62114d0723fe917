"""A pool has a range that `rename`, `move` or `shrink` needs to finish.

These commands delete and recreate a pool; its Egresses and Services are detached meanwhile and keep
their addresses in an annotation. If another pool takes the range before the new pool exists, Antrea
denies that one, and the consumers cannot be attached again: their traffic remains interrupted.

Example: a killed run of `ippoolctl rename lab edge` has detached an Egress with

    metadata:
      annotations:
        ippoolctl/detached: '{"request": "rename lab edge", …}'

and a new pool has the range of lab.

What to do: delete the pool, or give it another range, then run the command in the annotation again.

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`, which denies overlapping pools.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import intersect
from ippoolctl.domain.lint.fact import EGRESSES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.networks import freed_ranges


def _find(facts: Facts) -> Iterator[Finding]:
    """Pools other than the replaced one and those in place of it."""
    freed = dict(freed_ranges(facts.known(EGRESSES), facts.get(SERVICES) or ()))
    for (pool, position, each), meeting in facts.meeting(freed):
        for held in meeting:
            if pool.name in freed[held].pools:
                continue
            subject = facts.subject(pool, position)
            yield RULE.finding(
                f"range {each.text} of pool {subject.holder} is needed by an unfinished run:"
                f" {freed[held].request} (detached {held.by.label})",
                subject,
                Subject(held.by, held.field.path, held.field.text),
                intersect(each.span, held.field.span),
                hint=f"use another range, then run: ippoolctl {freed[held].command}",
            )


RULE = Rule(
    id="EIP518",
    name="freed-range",
    severity=Severity.ERROR,
    title="a range belongs to a pool that is being replaced",
    page=__doc__,
    find=_find,
    needs=(EGRESSES,),
    in_part=(SERVICES,),
    left_open=lambda facts: bool(facts.pools),
    warns_create=True,
)
