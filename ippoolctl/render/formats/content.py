"""The result of a command, in the parts that output formats render."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ippoolctl.render.styles import Line

if TYPE_CHECKING:
    from ippoolctl.domain.space.charts import SpaceMap
    from ippoolctl.domain.space.listing import PoolRow
    from ippoolctl.render.checked import Checked
    from ippoolctl.render.drawing.map_page import MapPage


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)  # quicker to import
class Content:
    """Each part is built when a format reads it; ``None`` if a command does not have it.

    A format writes nothing for a part that is missing. A command has the parts of all formats that
    it offers; only a failed one has fewer.
    """

    document: Callable[[], dict[str, Any]] | None = None
    """The versioned document of :mod:`ippoolctl.render.documents`."""
    lines: Callable[[], Iterable[Line]] | None = None
    """Text for people."""
    wide: Callable[[], Iterable[Line]] | None = None
    """The same with more columns or details."""
    names: Callable[[], Iterable[str]] | None = None
    """Names of pools."""
    ranges: Callable[[], Iterable[str]] | None = None
    """CIDRs and ``START-END``, as spelled."""
    objects: Callable[[], Iterable[Any]] | None = None
    """Kubernetes objects."""
    objects_in_yaml: bool = False
    """Whether ``-o yaml`` prints the objects, as kubectl does, in place of the document."""
    rows: "Callable[[], Iterable[PoolRow]] | None" = None
    """Pools with their numbers and states."""
    checked: "Callable[[], Checked] | None" = None
    """A check with its rules and findings."""
    space_map: "Callable[[], SpaceMap] | None" = None
    """A map of the address space."""
    map_page: "Callable[[], MapPage] | None" = None
    """The same with the pools, their consumers and the findings."""
