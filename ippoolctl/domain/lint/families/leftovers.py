"""Rules about leftovers: expired pools, and marks and claims of killed runs."""

from collections.abc import Iterator

from ippoolctl.domain.annotations.expiry import LeftoverKind
from ippoolctl.domain.lint.fact import LIVE_POOLS, SERVER_TIME
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def leftover_rule(
    rule: str, name: str, severity: Severity, title: str, hint: str, page: str, kind: LeftoverKind
) -> Rule:
    """The rule that reports leftovers of one kind."""

    def find(facts: Facts) -> Iterator[Finding]:
        for each in facts.leftovers:
            if each.kind is kind:
                message = f"pool {each.pool.name}: {each.reason}"
                yield Finding(rule, severity, message, Subject(each.pool), hint=hint)

    return Rule(
        id=rule,
        name=name,
        severity=severity,
        title=title,
        page=page,
        find=find,
        needs=(LIVE_POOLS, SERVER_TIME),
    )
