"""The writes of a relocation: sent once, since the next look shows what is left to do."""

from collections.abc import Callable

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.engine.session import Session
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Failed,
    NotDone,
    Pauses,
    Refused,
    Unknown,
    Write,
    Writer,
)
from ippoolctl.errors import StoppedError


class RejectedError(Exception):
    """The server rejects the change of a consumer permanently."""


class RunWriter:
    """The writer of one run, and its pauses."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.writer = Writer(session)
        self.pauses = Pauses(session)
        self.wrote = False
        """Whether anything was written, or may have been."""

    def send(
        self, write: Write, note: Callable[[], None] = lambda: None, *, stale: bool = False
    ) -> bool:
        """Send it once; whether it is applied, after calling ``note``. Otherwise the next look
        shows what is left to do.

        ``stale`` if the webhook for Egresses may deny it until it knows the new pool. Raises
        :class:`RejectedError`, or a :class:`~ippoolctl.ports.faults.Fault` of the request.
        """
        try:
            result = self.writer.write(write)
        except StoppedError:
            if isinstance(self.writer.ledger.result, Applied):
                note()
            raise
        match result:
            case Applied():
                self.wrote = True
                note()
                return True
            case NotDone(fault) | Unknown(fault):
                self.wrote |= isinstance(result, Unknown)
                self.pauses.for_server(fault)
            case Changed(fault):
                self.pauses.for_change(fault)
            case Denied(fault) | Refused(fault) if stale:
                self.pauses.for_others(Cause(CauseKind.VERBATIM, text=fault.message))
            case Denied(fault) | Refused(fault):
                raise RejectedError(fault.message)
            case Failed(fault):
                raise fault
        return False

    def wait_out_late_writes(self) -> None:
        """Wait until an unanswered patch can no longer take effect, so that it detaches no consumer
        that is attached again.
        """
        until = self.writer.ledger.late_write_deadline
        while until is not None and (left := until - self._session.clock.now()) > 0:
            self.pauses.for_others(Cause(CauseKind.MAY_STILL_COMMIT), most=left)
