"""Why an Egress or a Service has no address, and why Antrea never assigns one, in words."""

from collections.abc import Mapping
from typing import Final

from ippoolctl.domain.antrea.membership import Obstacle
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.domain.surroundings.waiting import Cause, Waiting

OBSTACLES: Final[Mapping[Obstacle, str]] = {
    Obstacle.FIRST: "first of the CIDR",
    Obstacle.LAST: "last of the CIDR",
    Obstacle.BEYOND: "beyond the window of the range",
    Obstacle.DROPPED: "Antrea ignores the range",
}
"""The words of each obstacle, after an address."""


def waiting_text(waiting: Waiting) -> str:
    """What Antrea tells, if it tells something, and the cause."""
    cause, failure = waiting_cause(waiting), waiting.request.failure
    if not failure:
        return cause
    told = waiting.cause in (Cause.NO_POOL, Cause.OTHER)
    return failure if told else f"{failure} ({cause})"


def waiting_cause(waiting: Waiting) -> str:
    """The cause."""
    request = waiting.request
    match waiting.cause:
        case Cause.NO_REFERENCE:
            field = "spec.externalIPPool" if request.by.kind == "Egress" else POOL_ANNOTATION
            return f"it refers to no pool: {field} is not set"
        case Cause.NO_POOL:
            return f"pool {request.pool} does not exist"
        case Cause.INVALID:
            return f"the requested {request.requested_text!r} is not an address"
        case Cause.OUTSIDE:
            return f"{request.requested_text} is not in the pool"
        case Cause.RESERVED:
            return f"{request.requested_text} is the last of a CIDR; Antrea never assigns it"
        case Cause.TAKEN:
            holder = waiting.holder.by.label if waiting.holder else "another consumer"
            return f"{request.requested_text} is in use by {holder}"
        case Cause.FULL:
            return "no address of the pool is free"
        case Cause.RETRY:
            return "an address is free again; Antrea retries within 5 minutes"
        case Cause.OTHER:
            return "unknown; see the log of antrea-controller"
