"""The record of a relocation in the cluster, while nothing else there tells what is left to do."""

from ippoolctl.crd.relocation import recording_object
from ippoolctl.domain.annotations.unfinished import read_unfinished
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.engine.relocation.survey import Survey, View
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


class Record:
    """Written before the first pool is deleted, if no consumer is detached; deleted at the end."""

    def __init__(self, surveyed: Survey, writer: Writer, pauses: Pauses) -> None:
        self._surveyed = surveyed
        self._writer = writer
        self._pauses = pauses
        self._possible = True

    def ensure_written(self, view: View) -> bool:
        """Whether the next run can finish a killed one with what is in the cluster; if not, write
        the record, and the caller looks at the cluster again.

        Where a pool without ranges cannot be created, the file of this machine has to do.
        """
        relocation = self._surveyed.relocation
        if not self._possible or view.detached_by(relocation) or self.pools(view):
            return True
        write = Write.create(recording_object(relocation, self._surveyed.command), Effect.CHANGE)
        match self._writer.write(write):
            case Applied() | Changed():
                pass
            case NotDone(fault) | Unknown(fault):
                self._pauses.for_server(fault)
            case Denied() | Refused() | Failed():
                self._possible = False
        return False

    def pools(self, view: View) -> list[Pool]:
        """The records of this request, also of earlier runs."""
        request = self._surveyed.relocation.request
        found = ((pool, read_unfinished(pool)) for pool in view.pools)
        return [pool for pool, record in found if record and record.request == request]
