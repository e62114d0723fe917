"""One reason for which a request about a pool is refused, and who refuses it."""

from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.antrea.pool import Path, dotted


class Stage(StrEnum):
    """Who refuses."""

    SCHEMA = "schema"
    """The API server, by the CRD and the rules for metadata."""
    WEBHOOK = "webhook"
    """Antrea."""
    STORAGE = "storage"
    """The API server, when all others have agreed: the name exists."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong with a request."""

    stage: Stage
    rule: str
    """The rule that explains it, such as ``EIP209``."""
    message: str
    """The server's own sentence; for the webhook what stands after ``denied the request: ``."""
    path: Path = ()
    """The field at fault; empty where it is no field of the request."""
    code: int = 400
    """The HTTP status that this reason leads to."""
    cause: str = ""
    """For the schema: the field as ``details.causes`` spells it."""
    pool: str = ""
    """Name of the other pool that takes part."""
    nameable: bool = False
    """Whether this release could name this reason, rather than only another one."""

    @property
    def field(self) -> str:
        """The field at fault in dotted notation."""
        return dotted(self.path)
