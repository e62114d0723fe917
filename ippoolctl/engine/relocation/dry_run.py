"""A dry run of the pools that a relocation creates; changes of consumers are not tried."""

from ippoolctl.crd.relocation import creating_object
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.relocation.survey import Survey
from ippoolctl.engine.session import Session, timeout_as_fault
from ippoolctl.errors import ExitCode


def dry_run(session: Session, surveyed: Survey, release: Release | None) -> Relocated:
    """Let the server validate each new pool, up to the first that it rejects; nothing is stored.

    Raises a :class:`~ippoolctl.ports.faults.Fault` if the server cannot be reached.
    """
    relocation, outcomes = surveyed.relocation, list[Outcome]()
    end, code = EndKind.DRY_RUN, ExitCode.YES
    for pool in relocation.created:
        request = Request(pool, relocation.request_id(pool.name), release)
        with timeout_as_fault():
            manifest = creating_object(relocation, pool)
            outcomes.append(create(session, request, manifest, dry_run=True))
        if outcomes[-1].code is not ExitCode.YES:
            end, code = EndKind.POOL_FAILED, outcomes[-1].code
            break
    return Relocated(relocation.request, end, code, tuple(outcomes), surveyed.placed)
