"""What a fact is. All of them are in :mod:`.facts`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown

Value_co = TypeVar("Value_co", covariant=True)


class Source(StrEnum):
    """Where a fact comes from."""

    INPUT = "input"
    """The files of the command line, or the cluster if there are none."""
    CLUSTER = "cluster"
    OPTION = "option"
    """An option of the command line; :attr:`Fact.name` is its name without dashes in front."""


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


AnyFact: TypeAlias = Fact[Any]

Others: TypeAlias = Mapping[AnyFact, Known[Any] | Unknown]
"""Facts beside the pools and the release; one that is missing was not read."""
