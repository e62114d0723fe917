"""Rules about pools that the API server or the webhook refuses, whatever other pools exist.

Admission decides. A rule takes the reasons with its id and adds a title and a fix.
"""

from collections.abc import Callable, Iterator

from ippoolctl.domain.antrea.messages import in_words
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.lint.edit import Edit
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.lookups import Refusal
from ippoolctl.domain.lint.oddities import oddity_remedy
from ippoolctl.domain.lint.rule import Rule


def admission_rule(
    rule: str,
    name: str,
    title: str,
    hint: str | Callable[[Refusal], str],
    page: str,
    describe: Callable[[Refusal], str] | None = None,
    edits: Callable[[Refusal], tuple[Edit, ...]] = lambda refusal: (),
) -> Rule:
    """A rule for reasons of admission; ``describe`` is more exact than the title in one case.

    So is ``hint``, if it is a function. ``edits`` are made unless the field has to be processed by
    another tool first.
    """

    def find(facts: Facts) -> Iterator[Finding]:
        reported: set[tuple[int, Path]] = set()
        for refusal in facts.refusals:
            pool, reason, enforced = refusal
            place = (id(pool), reason.path)
            # A failed oneOf has two causes; the one with the name of the field comes second.
            if reason.rule != rule or place in reported:
                continue
            reported.add(place)
            text = _range_text(pool, reason.path)
            problem = describe(refusal) if describe else title
            later = "" if enforced else f" (not enforced by Antrea {facts.release})"
            oddity = oddity_remedy(pool, reason.path)
            yield Finding(
                rule,
                Severity.ERROR if enforced else Severity.WARNING,
                f"pool {pool.label}: {problem}: {text or reason.field}{later}",
                Subject(pool, reason.path, text),
                hint=oddity or (hint if isinstance(hint, str) else hint(refusal)),
                answer=in_words(reason.message),
                edits=() if oddity else edits(refusal),
            )

    return Rule(
        id=rule,
        name=name,
        severity=Severity.ERROR,
        title=title,
        page=page,
        find=find,
        from_admission=True,
    )


def _range_text(pool: Pool, path: Path) -> str:
    match path:
        case ("spec", "ipRanges", int(position), *_) if position < len(pool.ranges):
            return pool.ranges[position].text.strip("-")
        case _:
            return ""
