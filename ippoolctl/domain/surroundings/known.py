"""What is known, or unknown for a reason: facts, and the objects that they are read from."""

from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from ippoolctl.domain.surroundings.kind import Kind

Value_co = TypeVar("Value_co", covariant=True)


class Why(StrEnum):
    """Why a fact is unknown."""

    NOT_READ = "not-read"
    """The source was not read: a check of files does not connect to a cluster."""
    NOT_REPORTED = "not-reported"
    """The source was read and did not contain it."""
    FORBIDDEN = "forbidden"
    """The API server does not permit to list the objects."""
    NOT_SERVED = "not-served"
    """The API server does not know the kind of object."""
    FAILED = "failed"
    """The objects could not be read for another reason."""


class Known(NamedTuple, Generic[Value_co]):
    """A fact, or the objects of a kind, with its value."""

    value: Value_co
    whole: bool = True
    """Whether it is what the cluster has; false with objects of the input, or of the input only."""


class Unknown(NamedTuple):
    """A fact, or the objects of a kind, without a value."""

    reason: Why
    kind: Kind | None = None
    """The kind of object that could not be read, if it was tried."""
    detail: str = ""
    """The message of the fault, if there was one."""

    @property
    def hides_objects(self) -> bool:
        """Whether there may be objects: there are none of a kind that the API server lacks."""
        return self.reason is not Why.NOT_SERVED
