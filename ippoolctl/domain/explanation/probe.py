"""The answer to the dry run of a pool, beside the live pools: whether a denial is stale."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.antrea.messages import parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.decisions import Refuse, Stale, Wait
from ippoolctl.domain.protocol.denials import after_denial
from ippoolctl.domain.protocol.request import Request


class ProbeState(StrEnum):
    """How the server answers now."""

    ADMITTED = "admitted"
    STALE = "stale"
    """The webhook denies it because of a pool that only its cache still contains."""
    TEMPORARY = "temporary"
    """Only pools overlap that are being deleted, or may be canceled."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """There was no answer."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One answer to a dry run."""

    pool: Pool
    state: ProbeState
    message: str = ""
    """The server's message; empty if it admits the pool."""
    cause: Cause | None = None
    """What the webhook's cache still contains, or which pools are in the way."""


def probe_of_denial(pool: Pool, message: str, live: Sequence[Pool]) -> Probe:
    """The answer to a pool that was denied with this message; ``live`` was listed after it."""
    denial = parse_denial(message)
    if denial is None:
        return Probe(pool, ProbeState.REFUSED, message)
    match after_denial(Request(pool, id=""), denial, live):
        case Stale(holds):
            return Probe(pool, ProbeState.STALE, message, holds)
        case Wait(cause):
            return Probe(pool, ProbeState.TEMPORARY, message, cause)
        case Refuse():
            return Probe(pool, ProbeState.REFUSED, message)
