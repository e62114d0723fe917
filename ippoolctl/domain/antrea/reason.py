"""A reason to refuse a request about a pool, and the component that refuses it."""

from enum import StrEnum
from typing import NamedTuple

from ippoolctl.domain.antrea.pool import Path, dotted


class Stage(StrEnum):
    """Which component refuses."""

    SCHEMA = "schema"
    """The API server, by the CRD and the rules for metadata."""
    WEBHOOK = "webhook"
    """Antrea."""
    STORAGE = "storage"
    """The API server, after the webhook admitted the pool: the name exists."""


class Reason(NamedTuple):
    """One thing that is wrong with a request."""

    stage: Stage
    rule: str
    """The rule that explains it, such as ``EIP209``."""
    message: str
    """The server's sentence; for the webhook the text after ``denied the request: ``."""
    path: Path = ()
    """The field at fault; empty if it is not a field of the request."""
    code: int = 400
    """The HTTP status of the response."""
    cause: str = ""
    """For the schema: the field as ``details.causes`` spells it."""
    pool: str = ""
    """Name of the other pool, if there is one."""
    nameable: bool = False
    """Whether this release can return this reason; if not, it returns another one."""

    @property
    def field(self) -> str:
        """The field at fault in dotted notation."""
        return dotted(self.path)
