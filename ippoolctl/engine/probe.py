"""Asking the webhook what it believes, by dry runs that change nothing."""

from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.addresses.ranges import Spelling, read_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault


def denial_of(run: Session, probe: Spelling) -> str | None:
    """The denial of a pool with that range, or ``None`` if it is admitted; changes nothing."""
    name = f"ippoolctl-probe-{int(run.random() * 16**8):08x}"
    manifest = write_pool(Pool(name, (read_range(probe),)))
    try:
        run.ask(lambda within: run.gateway.create_pool(manifest, dry_run=True, within=within))
    except Fault as fault:
        if fault_class(fault) is FaultClass.DENIED:
            return fault.message
        raise
    return None


def why_not_to_ask(run: Session, release: Release | None) -> str:
    """Why nobody can say what the webhook believes; empty if it can be asked."""
    if release is not None and release.line is Line.V1_15:
        return f"Antrea {release} does not compare pools with each other"
    return (
        "" if _registered(run) else "Antrea's webhook for pools is not registered in this cluster"
    )


def _registered(run: Session) -> bool:
    try:
        return run.ask(lambda within: run.gateway.webhook_registered(within=within))
    except Fault as fault:
        if fault_class(fault) is FaultClass.STOP:  # we may not look; most clusters have it
            return True
        raise
