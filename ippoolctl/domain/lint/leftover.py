"""Rules about what has had its time: ``sweep`` acts on what they find."""

from collections.abc import Collection, Iterator

from ippoolctl.domain.annotations.expiry import Kind
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def swept(
    rule: str, title: str, severity: Severity, page: str | None, kinds: Collection[Kind], hint: str
) -> Rule:
    """The rule that reports leftovers of these kinds."""

    def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
        for each in inventory.leftovers:
            if each.kind in kinds:
                message = f"pool {each.pool.name}: {each.reason}"
                yield Finding(rule, severity, message, Subject(each.pool), hint=hint)

    needs = "files alone do not tell how old a pool is"
    return Rule(rule, title, severity, page or "", find, needs=needs, needs_time=True)
