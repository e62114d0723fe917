"""What we may do, asked before the first write, so that nothing is left half done."""

from collections.abc import Iterable
from typing import Final

from ippoolctl.engine.session import Session
from ippoolctl.ports.faults import Fault, RejectedFault

_OF_ONE: Final = ("get", "patch", "delete")
"""Verbs of requests that name an object; a create names none to the authorizer."""


def require_rights(run: Session, verbs: Iterable[str], hint: str, name: str = "") -> None:
    """Raise a :class:`RejectedFault` that names every one of these verbs that we do not have.

    With a ``name`` those that are about one pool are asked for that one alone. A verb that nobody
    can be asked about counts as had: then the server says so when it is used.
    """
    missing = [each for each in verbs if not _may(run, each, name if each in _OF_ONE else "")]
    if missing:
        words = ", ".join(missing)
        message = f"not allowed to {words} externalippools.crd.antrea.io; nothing was written"
        raise RejectedFault(403, message, hint, reason="Forbidden")


def _may(run: Session, verb: str, name: str) -> bool:
    try:
        return run.gateway.may(verb, name, within=run.within())
    except Fault:  # who may not even ask finds out by trying
        return True
