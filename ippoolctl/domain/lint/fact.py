"""What a fact is: known, or unknown for a reason. All of them are in :mod:`.facts`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from ippoolctl.domain.surroundings.kind import Kind

Value_co = TypeVar("Value_co", covariant=True)


class Source(StrEnum):
    """Where a fact comes from."""

    INPUT = "input"
    """The files of the command line, or the cluster if there are none."""
    CLUSTER = "cluster"
    OPTION = "option"
    """An option of the command line; :attr:`Fact.name` is its name without dashes in front."""


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


class Fact(NamedTuple, Generic[Value_co]):
    """A row of :data:`FACTS`."""

    name: str
    plural: str
    """The subject of "… are unknown" in the reason for a skipped rule."""
    source: Source
    not_reported: str = ""
    """The reason for a skipped rule if the source was read and did not contain it."""
    kinds: tuple[Kind, ...] = ()
    """The kinds of objects that it is read from, beside pools."""


class Known(NamedTuple, Generic[Value_co]):
    """A fact with its value."""

    value: Value_co
    whole: bool = True
    """Whether it is what the cluster has; false with objects of the input, or of the input only."""


class Unknown(NamedTuple):
    """A fact without a value."""

    reason: Why
    kind: Kind | None = None
    """The kind of object that could not be read, if it was tried."""
    detail: str = ""
    """The message of the fault, if there was one."""


AnyFact: TypeAlias = Fact[Any]

Others: TypeAlias = Mapping[AnyFact, Known[Any] | Unknown]
"""Facts beside the pools and the release; one that is missing was not read."""
