"""Every address of a pool is in use, or nearly every one.

The next Egress or LoadBalancer Service that refers to the pool waits: an Egress with the condition
`cannot allocate IP in any range`, a Service without any sign. It is an error if some already wait;
they are named, as far as Egresses and Services can be read. The threshold for nearly full is 90%
(`--nearly-full`, or `nearlyFull` in the configuration). A pool of one address that is in use,
and one that is full on purpose, are not reported as long as nothing waits for them. A pool is full
on purpose with the annotation `ippoolctl/full: expected`.

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

from collections import defaultdict
from collections.abc import Iterator

from ippoolctl.domain.annotations.marks import is_full_on_purpose
from ippoolctl.domain.lint.fact import EGRESSES, LIVE_POOLS, NEARLY_FULL, POOL_STATUS, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import listed
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.space.pool_state import PoolState, fullness
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with few or no free addresses, by their status."""
    threshold = facts.known(NEARLY_FULL)
    waiting: dict[str, list[str]] = defaultdict(list)
    for request, cause, _ in facts.waiting:
        if cause is Cause.FULL:
            waiting[request.pool].append(request.by.label)
    for pool, (_, usable) in facts.live_counts:
        usage = pool.live and pool.live.usage
        state = usage and fullness(usable, usage.used, threshold)
        waits = waiting[pool.name] if state is PoolState.FULL else []
        if not usage or not state or (not waits and (usable == 1 or is_full_on_purpose(pool))):
            continue
        word = "full" if state is PoolState.FULL else "nearly full"
        names = f"; waiting: {listed(waits)}" if waits else ""
        yield RULE.finding(
            f"pool {pool.label} is {word}: {usage.used} of {usable} usable addresses are in use"
            f"{names}",
            Subject(pool, ("spec", "ipRanges")),
            hint=f"append a range: ippoolctl extend {pool.label} --range RANGE",
            severity=Severity.ERROR if waits else None,
        )


RULE = Rule(
    id="EIP411",
    name="full",
    severity=Severity.WARNING,
    title="a pool is full or nearly full",
    page=__doc__,
    find=find,
    needs=(LIVE_POOLS, POOL_STATUS, NEARLY_FULL),
    uses=(EGRESSES, SERVICES),
)
