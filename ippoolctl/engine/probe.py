"""Asking the API server and Antrea's webhook about a pool by a dry run; nothing is stored."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.explanation.probe import Probe, ProbeState, probe_of_denial
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.ports.faults import Fault


def denial_of(session: Session, manifest: Mapping[str, Any]) -> str | None:
    """The message with which the webhook denies the pool, or ``None`` if it is admitted.

    Raises the :class:`~ippoolctl.ports.faults.Fault` of any other answer.
    """
    try:
        session.ask(partial(session.gateway.create_pool, manifest, dry_run=True))
    except Fault as fault:
        if fault_class(fault) is FaultClass.DENIED:
            return fault.message
        raise
    return None


def probe_pool(session: Session, pool: Pool, manifest: Mapping[str, Any]) -> Probe:
    """The answer to the pool; after a denial, beside the pools that exist then."""
    try:
        denial = denial_of(session, manifest)
        if denial is None:
            return Probe(pool, ProbeState.ADMITTED)
        # Listed after the denial: a pool that it names and that is missing was deleted.
        return probe_of_denial(pool, denial, session.list_pools().pools)
    except TimedOutError as end:
        message = end.fault.message if end.fault is not None else "timed out"
        return Probe(pool, ProbeState.UNKNOWN, message)
    except Fault as fault:
        refused = fault_class(fault) in (FaultClass.INVALID, FaultClass.EXISTS)
        state = ProbeState.REFUSED if refused else ProbeState.UNKNOWN
        return Probe(pool, state, fault.message)
