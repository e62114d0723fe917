"""An ExternalIPPool as a value: what its manifest or the cluster says, and where it was written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling

Path = tuple[str | int, ...]
"""A field inside an object, such as ``("spec", "ipRanges", 0, "cidr")``."""


def dotted(path: Path) -> str:
    """The path in the API server's words: ``spec.ipRanges[0].cidr``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


class Place(NamedTuple):
    """Where something stands in a file: lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Places = Mapping[tuple[int, Path], Place]
"""Places by the identity of a pool and a path in it."""


class Origin(NamedTuple):
    """Which document a pool was read from, and where in that document; its place is found later."""

    document: int
    """Number of the document among all that were read, from 0."""
    path: Path = ()
    """Path of the object inside its document: not empty for an item of a List."""


class SubnetInfo(NamedTuple):
    """``spec.subnetInfo``: the subnet that the pool's addresses belong to."""

    gateway: str
    """As typed."""
    prefix_length: int
    """Bits, 1 to 127 by the schema."""
    vlan: int | None = None
    """VLAN id, 0 to 4094; 0 means untagged."""

    @property
    def text(self) -> str:
        """``gateway/prefixLength``, as Antrea 2.0 and later prints it."""
        return f"{self.gateway}/{self.prefix_length}"


class SchemaViolation(NamedTuple):
    """One reason for which the API server answers 404 or 422 before Antrea is asked."""

    rule: str
    """The rule that explains it, such as ``EIP104``."""
    path: Path
    """The field that is wrong."""
    cause: str
    """The server's spelling of that field in ``details.causes``; ``<nil>`` for a failed oneOf."""
    sentence: str
    """The server's own words for this cause."""
    code: int = 422
    """The HTTP status: 422, or 400 where the object cannot even be decoded."""

    @property
    def is_the_webhooks(self) -> bool:
        """Whether the schema overlooks it, and Antrea's webhook then cannot decode the object."""
        return self.code == 400 and self.path[0] == "spec"


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""A mapping that is empty and stays so."""


class Usage(NamedTuple):
    """``status.usage``, as the pool controller last wrote it."""

    total: int
    """Negative for some ranges, see :mod:`ippoolctl.domain.antrea.capacity`."""
    used: int
    """Addresses that are handed out."""


class Condition(NamedTuple):
    """One of ``status.conditions``; no release up to 2.7 has any."""

    type: str
    status: str
    """``True``, ``False`` or ``Unknown``."""
    reason: str
    message: str


class Live(NamedTuple):
    """What only the cluster knows of a pool."""

    uid: str
    """Tells this object from an earlier or later one of the same name."""
    resource_version: str
    """The revision of the object; the controller's writes to its status move it as well."""
    created: str = ""
    """``creationTimestamp``, RFC 3339 by the server's clock."""
    deleted: str | None = None
    """``deletionTimestamp``: since then the pool is terminating."""
    finalizers: tuple[str, ...] = ()
    usage: Usage | None = None
    """``None`` as long as the controller wrote nothing; it never writes 0 of 0."""
    conditions: tuple[Condition, ...] = ()


class Pool(NamedTuple):
    """One ExternalIPPool, written or live."""

    name: str
    ranges: tuple[IPRange | BadRange, ...]
    """In the order of ``spec.ipRanges``, one for each item."""
    subnet: SubnetInfo | None = None
    node_selector: Mapping[str, Any] = NOTHING
    labels: Mapping[str, Any] = NOTHING
    annotations: Mapping[str, Any] = NOTHING
    version: str = "v1beta1"
    """The version of the API that the object was written in."""
    violations: tuple[SchemaViolation, ...] = ()
    """What the CRD's schema refuses; empty for a live pool."""
    pruned: tuple[Path, ...] = ()
    """Fields that the API server drops in silence."""
    origin: Origin | None = None
    """Where it was written; ``None`` for a pool that is live or built from options."""
    live: Live | None = None
    """What the cluster says of it; ``None`` for a pool that was written or built."""
    generated: bool = False
    """Whether the API server makes the name out of ``generateName``: then no other pool has it."""

    @property
    def key(self) -> object:
        """What tells this pool from another: its name, unless the name is not made yet."""
        return (self.name, self.origin) if self.generated else self.name

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name or "(without a name)"

    @property
    def spellings(self) -> tuple[Spelling, ...]:
        """The ranges as typed, in order."""
        return tuple(each.spelling for each in self.ranges)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that Antrea compares on update, in order."""
        return tuple(each.text for each in self.ranges)
