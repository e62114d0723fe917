"""A pool has no status.

antrea-controller writes the status of a pool within seconds; in the first minute a missing one is
information only. If it does not write it, it is not running, it has no permission to update the
status, or the feature gates Egress and ServiceExternalIP are both disabled. Then no Egress and no
Service gets an address of the pool. A pool whose total is 0 has no status either; that is not
reported (EIP401).

Example, ten minutes after the creation:

    spec:
      ipRanges:
      - cidr: 10.0.0.0/24

What to do: look at antrea-controller and its log, `kubectl -n kube-system logs
deploy/antrea-controller`. Afterwards:

    status:
      usage: {total: 254, used: 0}

Source: Antrea v2.7.0 `updateExternalIPPoolStatus` in `pkg/controller/externalippool/controller.go`;
`pkg/features/antrea_features.go`; no issue is known.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ippoolctl.domain.lint.fact import LIVE_POOLS, POOL_STATUS, SERVER_TIME
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.timestamps import parse_timestamp

_PATIENCE: Final = timedelta(minutes=1)


def find(facts: Facts) -> Iterator[Finding]:
    """Live pools without a status, if their total is not 0; a new pool is only information."""
    now = facts.known(SERVER_TIME)
    for pool, (total, _) in facts.live_counts:
        if pool.live is None or pool.live.usage or total == 0:
            continue
        created = parse_timestamp(pool.live.created)
        if created is None:
            continue
        if now - created > _PATIENCE:
            yield RULE.finding(
                f"pool {pool.label} has no status; antrea-controller does not count its addresses",
                Subject(pool),
                hint="check that antrea-controller runs, and the feature gates Egress and"
                " ServiceExternalIP",
            )
        else:
            yield RULE.finding(
                f"pool {pool.label} has no status yet",
                Subject(pool),
                hint=f"wait for antrea-controller: ippoolctl wait {pool.name} --until ready",
                severity=Severity.INFO,
            )


RULE = Rule(
    id="EIP413",
    name="no-status",
    severity=Severity.WARNING,
    title="a pool has no status",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, POOL_STATUS, SERVER_TIME),
)
