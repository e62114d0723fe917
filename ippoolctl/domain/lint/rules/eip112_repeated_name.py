"""Two documents among those that were read define a pool of the same name.

There is only one such pool in a cluster: `kubectl create` refuses the second, `kubectl apply` makes
it an update of the first, which may not take a range away (EIP210). The two are not compared with
each other for overlaps.

Source: names of cluster-scoped objects are unique.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Pools with the name of an earlier one."""
    for earlier, later in inventory.repeated:
        yield Finding(
            RULE.id,
            RULE.severity,
            f"pool {later.name} is defined twice",
            Subject(later, ("metadata", "name")),
            Subject(earlier, ("metadata", "name")),
            hint="keep one of the two; check one overlay at a time",
        )


RULE = Rule("EIP112", "two documents define the same pool", Severity.WARNING, __doc__, find)
