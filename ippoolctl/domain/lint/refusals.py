"""Findings from what the API server and the webhook refuse about a pool that stands alone.

Admission decides; a rule only takes the reasons with its id and says what to do about them.
"""

from collections.abc import Callable, Iterator

from ippoolctl.domain.antrea.messages import in_words
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.antrea.webhook import RULE_OF_ERROR
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory, Refusal
from ippoolctl.domain.lint.rule import Rule

Tell = Callable[[Refusal], str]
"""What is wrong in one case, in words."""


def refused(rule: str, title: str, hint: str, page: str, tell: Tell | None = None) -> Rule:
    """A rule that stands for refusals; ``tell`` says it better than the title in each case."""

    def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
        said: set[tuple[int, Path]] = set()
        for refusal in inventory.refusals(release):
            reason = refusal.reason
            place = (id(refusal.pool), reason.path)
            # A failed oneOf comes as two causes; the one with the field's own name comes second.
            if reason.rule == rule and place not in said:
                said.add(place)
                yield _finding(refusal, release, tell(refusal) if tell else title, hint)

    return Rule(rule, title, Severity.ERROR, page, find)


def _finding(refusal: Refusal, release: Release, title: str, hint: str) -> Finding:
    pool, reason = refusal.pool, refusal.reason
    text = _range_text(pool, reason.path)
    message = f"pool {pool.label}: {title}: {text or reason.field}"
    if not refusal.enforced:
        message += f" (not enforced by Antrea {release})"
    return Finding(
        reason.rule,
        Severity.ERROR if refusal.enforced else Severity.WARNING,
        message,
        Subject(pool, reason.path, text),
        hint=hint,
        consequences=_consequences(refusal),
        answer=in_words(reason.message),
    )


def _consequences(refusal: Refusal) -> tuple[str, ...]:
    # Antrea 1.15 lets such a pool in, and after an upgrade it is poison.
    of_a_range = refusal.reason.path[:2] == ("spec", "ipRanges")
    poison = not refusal.enforced and of_a_range and refusal.reason.rule in RULE_OF_ERROR.values()
    return ("EIP211",) if poison else ()


def _range_text(pool: Pool, path: Path) -> str:
    match path:
        case ("spec", "ipRanges", int(position), *_) if position < len(pool.ranges):
            return pool.ranges[position].text.strip("-")
        case _:
            return ""
