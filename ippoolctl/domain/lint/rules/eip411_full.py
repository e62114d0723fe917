"""Every address of a pool is in use, or nearly every one.

The next Egress or LoadBalancer Service that refers to the pool waits: an Egress with the condition
`cannot allocate IP in any range`, a Service without any sign. The threshold for nearly full is 90%
(`--nearly-full`, or `nearlyFull` in the configuration). A pool of one address that is in use is not
reported.

Example, with USED 14 in `ippoolctl list`:

    ipRanges:
    - cidr: 10.0.0.0/28

What to do: append a range, for example with `ippoolctl extend`:

    ipRanges:
    - cidr: 10.0.0.0/28
    - cidr: 10.0.0.16/28

Source: Antrea v2.7.0 `pkg/controller/externalippool/controller.go` (`status.usage`) and
`pkg/controller/egress/controller.go`; antrea-io/antrea issues 2454 and 6228.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import LIVE_POOLS, NEARLY_FULL, POOL_STATUS, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.space.pool_state import PoolState, fullness


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with few or no free addresses, by their status."""
    threshold = facts.known(NEARLY_FULL)
    for pool, (_, usable) in facts.live_counts:
        usage = pool.live and pool.live.usage
        state = usage and fullness(usable, usage.used, threshold)
        if not usage or not state or usable == 1:
            continue
        word = "full" if state is PoolState.FULL else "nearly full"
        yield RULE.finding(
            f"pool {pool.label} is {word}: {usage.used} of {usable} usable addresses are in use",
            Subject(pool, ("spec", "ipRanges")),
            hint=f"append a range: ippoolctl extend {pool.label} --range RANGE",
        )


RULE = Rule(
    id="EIP411",
    name="full",
    severity=Severity.WARNING,
    title="a pool is full or nearly full",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, POOL_STATUS, NEARLY_FULL),
)
