"""What we may do, asked before the first write, so that nothing is left half done."""

from collections.abc import Iterable

from ippoolctl.engine.run import Run
from ippoolctl.ports.faults import Fault, RejectedFault


def require_rights(run: Run, verbs: Iterable[str], hint: str) -> None:
    """Raise a :class:`RejectedFault` that names every one of these verbs that we do not have.

    A verb that nobody can be asked about counts as had: then the server says so when it is used.
    """
    missing = [verb for verb in verbs if not _may(run, verb)]
    if missing:
        words = ", ".join(missing)
        message = f"not allowed to {words} externalippools.crd.antrea.io; nothing was written"
        raise RejectedFault(403, message, hint, reason="Forbidden")


def _may(run: Run, verb: str) -> bool:
    try:
        return run.gateway.may(verb, within=run.within())
    except Fault:  # who may not even ask finds out by trying
        return True
