"""The used addresses in the status of a pool are not those that its consumers have.

antrea-controller counts the addresses of Egresses and Services while they come and go. A number
that stays different means that the controller knows of other consumers than there are: its update
of the status failed and is not repeated, or addresses were not released. `ippoolctl check` reads
the cluster a second time, a few seconds later, and reports only a difference that stays. Egresses
and Services in the given files change what the cluster has; the rule then finds nothing.

Example, with three Egresses of the pool:

    status:
      usage: {total: 14, used: 5}

What to do: look at the log of antrea-controller, then restart it, which recounts. Afterwards:

    status:
      usage: {total: 14, used: 3}

Source: Antrea v2.7.0 `updateExternalIPPoolStatus` in
`pkg/controller/externalippool/controller.go`; no issue is known.
"""

from collections import defaultdict
from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.lint.fact import EGRESSES, LIVE_POOLS, POOL_STATUS, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Live pools with another number of used addresses than their consumers have."""
    if not (facts.is_whole(EGRESSES) and facts.is_whole(SERVICES)):
        return
    held: dict[str, set[Span]] = defaultdict(set)
    for request in facts.outcomes.holding:
        if request.held is not None:
            held[request.pool].add(request.held.span)
    for pool, _ in facts.live_counts:
        usage = pool.live and pool.live.usage
        if usage is None:
            continue
        number = len(held.get(pool.name, ()))
        if usage.used != number:
            yield RULE.finding(
                f"pool {pool.label}: status.usage.used is {usage.used}, its Egresses and Services"
                f" have {number} address{'' if number == 1 else 'es'}",
                Subject(pool, ("status", "usage", "used")),
                hint="see the log of antrea-controller, then restart it",
            )


RULE = Rule(
    id="EIP414",
    name="stale-used",
    severity=Severity.WARNING,
    title="the used addresses in the status differ from those of the consumers",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, POOL_STATUS, EGRESSES, SERVICES),
    read_twice=True,
)
