"""Two documents of the input define pools of the same name.

A cluster has only one pool of a name: `kubectl create` rejects the second document, `kubectl apply`
makes it an update of the first, which must not remove a range (EIP210). The two are not compared
with each other for overlaps.

Source: names of cluster-scoped objects are unique.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with the name of an earlier pool."""
    for earlier, later in facts.repeated:
        yield RULE.finding(
            f"pool {later.name} is defined twice",
            Subject(later, ("metadata", "name")),
            Subject(earlier, ("metadata", "name")),
            hint="keep one of the two; check one overlay at a time",
        )


RULE = Rule(
    id="EIP112",
    name="repeated-name",
    severity=Severity.WARNING,
    title="two documents define the same pool",
    page=__doc__,
    find=find,
    from_admission=True,
)
