"""An acceptance of findings has expired, or there is no finding that it accepts.

Findings are accepted by comments in YAML (`# ippoolctl: ignore=EIP410 reason="why"`) and by
`accepted` and `acceptedOverlaps` in the configuration. One that accepts nothing is left over from a
problem that is fixed, stands on the wrong line, or names the wrong pool, and would hide the next
finding. An expired one does not count any more: its findings do.

Only acceptances of rules that ran are judged, and of the configuration only those whose pools are
all in the input.

Example, after the CIDR was fixed:

    ipRanges:
    - cidr: 10.0.0.0/24  # ippoolctl: ignore=EIP410 reason="kept as it was created"

What to do:

    ipRanges:
    - cidr: 10.0.0.0/24

Source: the comments and the configuration of `ippoolctl check`.
"""

from collections.abc import Iterable, Iterator

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, IdleAcceptance, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Nothing: what is accepted is known only after all rules have run."""
    yield from ()


def judge(idle: Iterable[IdleAcceptance]) -> Iterator[Finding]:
    """Acceptances without a finding, and expired ones."""
    for acceptance, expired, reference in idle:
        pools = sorted(acceptance.pools)
        whose = f" of pool {pools[0]}" if acceptance.one_pool else ""
        whose = f" between pools {' and '.join(pools)}" if pools and not whose else whose
        yield RULE.finding(
            f"the acceptance of {acceptance.rule or 'overlaps'}{whose} "
            + (f"expired on {acceptance.expires}" if expired else "accepts no finding"),
            Subject(reference),
            hint="remove it, or set a later date" if expired else "remove it",
        )


RULE = Rule(
    id="EIP805",
    name="idle-acceptance",
    severity=Severity.WARNING,
    title="an acceptance of findings has expired or accepts none",
    page=__doc__,
    find=find,
    concerns_every_pool=True,
    judge_acceptances=judge,
)
