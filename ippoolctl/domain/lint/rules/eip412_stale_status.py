"""The total in the status of a pool is not the total of its ranges.

antrea-controller writes `status.usage.total` within seconds of a change. If it stays different, the
controller counts other ranges than the pool has: its update of the status failed and is not
repeated, or it missed that the pool was deleted and created again, and still assigns the old
ranges. A total that grows by itself has another cause (EIP302).

Example, of a pool that had a /28 before:

    spec:
      ipRanges:
      - cidr: 10.0.0.0/24
    status:
      usage: {total: 14, used: 2}

What to do: wait a few seconds and check again; then restart antrea-controller, which recounts:

    status:
      usage: {total: 254, used: 2}

Source: run on Antrea v2.7.0; `updateExternalIPPoolStatus` in
`pkg/controller/externalippool/controller.go`; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import LIVE_POOLS, POOL_STATUS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Live pools with another total than their ranges have."""
    for pool, (total, _) in facts.live_counts:
        usage = pool.live and pool.live.usage
        if usage and usage.total != total:
            yield RULE.finding(
                f"pool {pool.label}: status.usage.total is {usage.total}, its ranges have {total}",
                Subject(pool, ("status", "usage", "total")),
                hint="check again after a few seconds; if the error persists, restart"
                " antrea-controller",
            )


RULE = Rule(
    id="EIP412",
    name="stale-status",
    severity=Severity.WARNING,
    title="the total in the status differs from the ranges",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, POOL_STATUS),
)
