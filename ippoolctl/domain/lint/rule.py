"""What a rule is: an id, a title, a severity, a page, and a function that finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.inventory import Inventory

Find = Callable[[Inventory, Release], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue; its module's docstring is its page."""

    id: str
    """``EIP`` and three digits; the first digit is the group."""
    title: str
    severity: Severity
    """The usual severity; a finding may say otherwise for a release that does not enforce it."""
    page: str
    """What it means, why it matters and what to do."""
    find: Find
    causes: tuple[str, ...] = ()
    """Rules that this one only follows from: whoever ignores one of them does not want this one."""
    needs: str = ""
    """What a check of files alone cannot know; such a rule is then skipped, with this reason."""
    needs_time: bool = False
    """Whether it has to know what time it is at the server."""

    def missing(self, inventory: Inventory) -> str:
        """Why it cannot run on that inventory; empty if it can."""
        if self.needs and inventory.live is None:
            return self.needs
        if self.needs_time and inventory.now is None:
            return "the server did not say what time it is"
        return ""

    @property
    def group(self) -> str:
        """The id without its last two digits: ``EIP2``."""
        return self.id[:-2]
