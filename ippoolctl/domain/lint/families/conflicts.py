"""Rules about addresses that something beside ExternalIPPools holds. Antrea checks none of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ippoolctl.domain import unlisted
from ippoolctl.domain.addresses.ranges import IPRange, Span, intersect
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.fact import AnyFact
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.reference import Held

LISTED: Final = 3
"""How many holders or consumers a message names; more are only counted."""


def conflict_rule(
    rule: str,
    name: str,
    title: str,
    page: str,
    *,
    needs: tuple[AnyFact, ...],
    held: Callable[[Facts], Iterable[Held]],
    predicate: str,
    hint: str | Callable[[Facts, Sequence[Held]], str],
    uses: tuple[AnyFact, ...] = (),
    in_part: tuple[AnyFact, ...] = (),
    severity: Severity = Severity.ERROR,
    unassigned: Severity | None = Severity.ERROR,
) -> Rule:
    """A rule about ranges that contain held addresses, with one finding for each range.

    The message is ``range R of pool P PREDICATE`` and the holders. ``unassigned`` is the severity
    if Antrea does not assign any of these addresses, as the first one of a CIDR; ``None`` if there
    is then no finding. ``hint`` can depend on the holders that the message names.
    """

    def find(facts: Facts) -> Iterator[Finding]:
        for (pool, position, each), meeting in facts.meeting(held(facts)):
            assignable = allocatable(each)
            assigned = [
                one for one in meeting if assignable and intersect(one.field.span, assignable)
            ]
            level = severity if assigned else unassigned
            if level is None:
                continue
            named = assigned or meeting
            texts = [f"{each.field.text} ({each.by.label})" for each in named]
            subject = facts.subject(pool, position)
            beside = "" if assigned or level is severity else "; Antrea does not assign them"
            yield Finding(
                rule,
                level,
                f"range {each.text} of pool {subject.holder} {predicate} {listed(texts)}{beside}",
                subject,
                _side(named[0]),
                _common(each, named),
                hint if isinstance(hint, str) else hint(facts, named),
            )

    return Rule(
        id=rule,
        name=name,
        severity=severity,
        title=title,
        page=page,
        find=find,
        needs=needs,
        uses=uses,
        in_part=in_part,
        left_open=lambda facts: bool(facts.pools),
        warns_create=True,
    )


def _side(held: Held) -> Subject:
    return Subject(held.by, held.field.path, held.field.text)


def _common(own: IPRange, meeting: Sequence[Held]) -> Span | None:
    """The common addresses, if only one holder meets the range."""
    return intersect(own.span, meeting[0].field.span) if len(meeting) == 1 else None


def listed(names: Sequence[str]) -> str:
    """The first of these names, and how many more there are."""
    return unlisted.listed(names, LISTED)
