"""A killed run has left Egresses or Services detached from their pool.

`rename`, `move`, `shrink`, `restore` and `apply --replace` detach the Egresses and Services of a
pool before they replace it, and attach them again at the end. A run that is interrupted or killed
leaves them detached: each keeps its address in the object, but no pool and perhaps no traffic. The
finding stands also while such a run is still going on.

Example: a killed run of `ippoolctl rename lab edge` has detached an Egress with

    metadata:
      annotations:
        ippoolctl/detached: '{"request": "rename lab edge", …}'

What to do: run the command of the hint; nothing is done twice.

Source: the protocol of `ippoolctl rename`.
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.lint.fact import EGRESSES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.unfinished_runs import unfinished_runs
from ippoolctl.domain.unlisted import listed

NAMED: Final = 5
"""How many of the consumers of a run are named."""
INVALID: Final = f"restore the reference to the pool, then remove the annotation {DETACHED}"


def _find(facts: Facts) -> Iterator[Finding]:
    """One for each run, at the first of its consumers."""
    runs = unfinished_runs((*(facts.get(EGRESSES) or ()), *(facts.get(SERVICES) or ())))
    for (request, command), detached in runs.items():
        named = listed([each.label for each in detached], NAMED)
        verb = "is" if len(detached) == 1 else "are"
        yield RULE.finding(
            f"{named} {verb} detached by an unfinished run: {request or 'unknown'}",
            Subject(detached[0], ("metadata", "annotations", DETACHED)),
            hint=f"finish it: ippoolctl {command}" if command else INVALID,
        )


RULE = Rule(
    id="EIP613",
    name="unfinished-run",
    severity=Severity.WARNING,
    title="a killed run left detached Egresses or Services",
    page=__doc__,
    find=_find,
    needs_one=(EGRESSES, SERVICES),
)
