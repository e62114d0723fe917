"""The condition that says of a pool whether it overlaps others.

No release of Antrea writes it; pull request 8413 of antrea-io/antrea would.
"""

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Condition, Pool


def overlapping(pool: Pool, known: KnownPools) -> list[str]:
    """The names of the known pools that have addresses of this one, in order."""
    found = {
        other.pool.name
        for each in pool.ranges
        if isinstance(each, IPRange)
        for other in known.overlapping(each.first, each.last)
    }
    return sorted(found - {pool.name})


def overlap_condition(pool: Pool, known: KnownPools) -> Condition:
    """``Ready``, which is false for a pool that overlaps another one."""
    others = overlapping(pool, known)
    if not others:
        return Condition("Ready", "True", "Ready", "")
    message = f"IP ranges overlap with ExternalIPPool {', '.join(others)}"
    return Condition("Ready", "False", "IPRangeOverlap", message)
