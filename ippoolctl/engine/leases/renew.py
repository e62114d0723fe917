"""Renewing the lifetime of a leased pool before it ends."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from ippoolctl.crd.patches.renewal import renewing_patch
from ippoolctl.domain.annotations.renewal import Kept, renewed_lifetime
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    NotDone,
    Pauses,
    Refused,
    Unknown,
    Write,
    Writer,
)
from ippoolctl.ports.faults import Fault, UnansweredFault

_NO_POOL: Final = "ippoolctl/none"
"""A label that no pool has: a list of these has the server's time and is short."""


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """The lifetime could not be renewed in time."""

    cause: Cause


def renew(session: Session, leased: Pool, seconds: float) -> str | Kept | NotRenewed:
    """Let the lifetime of the pool end ``seconds`` from now or later; the new lifetime.

    It is retried until the deadline of the session.
    """
    try:
        return _renewed(session, leased, seconds)
    except TimedOutError as end:
        return NotRenewed(end.cause)
    except Fault as fault:
        return NotRenewed(Cause(CauseKind.VERBATIM, text=fault.message))


def _renewed(session: Session, leased: Pool, seconds: float) -> str | Kept:
    writer, pauses = Writer(session), Pauses(session)
    while True:
        now = _server_time(session)
        present = session.get_pool(leased.name)
        lifetime = renewed_lifetime(leased, present, now, seconds)
        if isinstance(lifetime, Kept):
            return lifetime
        assert present is not None
        patch = renewing_patch(present, lifetime)
        result = writer.write(Write.patch(leased.name, patch, Effect.CHANGE))
        match result:
            case Applied():
                return lifetime
            case Changed(fault):
                pauses.for_change(fault)
            # The webhook judges this patch too, and its cache may be stale.
            case Denied(fault) | NotDone(fault) | Unknown(fault):
                pauses.for_server(fault)
            case Refused(fault) | Failed(fault):
                raise fault


def _server_time(session: Session) -> datetime:
    found = session.ask(partial(session.gateway.list_pools, selector=_NO_POOL))
    now = parse_timestamp(found.date)
    if now is None:
        raise UnansweredFault("the server response has no Date header")
    return now
