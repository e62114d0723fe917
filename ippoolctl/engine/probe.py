"""Asking the webhook what it believes, by dry runs that change nothing."""

from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.addresses.ranges import Spelling, read_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault


def denial_of(session: Session, probe: Spelling) -> str | None:
    """The denial of a pool with that range, or ``None`` if it is admitted; changes nothing."""
    name = f"ippoolctl-probe-{int(session.random() * 16**8):08x}"
    manifest = write_pool(Pool(name, (read_range(probe),)))
    try:
        session.ask(
            lambda within: session.gateway.create_pool(manifest, dry_run=True, within=within)
        )
    except Fault as fault:
        if fault_class(fault) is FaultClass.DENIED:
            return fault.message
        raise
    return None


def why_not_to_ask(session: Session, release: Release | None) -> Cause | None:
    """Why the webhook's cache cannot be asked about; ``None`` if it can."""
    if release is not None and release.line is Line.V1_15:
        return Cause(CauseKind.NO_OVERLAP_CHECKS, text=str(release))
    return None if _registered(session) else Cause(CauseKind.NO_WEBHOOK)


def _registered(session: Session) -> bool:
    try:
        return session.ask(lambda within: session.gateway.webhook_registered(within=within))
    except Fault as fault:
        if fault_class(fault) is FaultClass.STOP:  # we may not look; most clusters have it
            return True
        raise
