"""An ExternalIPPool as a value: from a manifest with its origin, or from the cluster."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling, texts_of

if TYPE_CHECKING:
    from ippoolctl.domain.unprocessed import Unprocessed

Path = tuple[str | int, ...]
"""A field inside an object, such as ``("spec", "ipRanges", 0, "cidr")``."""


def dotted(path: Path) -> str:
    """The path in the notation of the API server: ``spec.ipRanges[0].cidr``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


class Place(NamedTuple):
    """A place in a file: lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Places = Mapping[tuple[int, Path], Place]
"""Places by the identity of a pool and a path in it."""
NOWHERE: Final[Places] = MappingProxyType({})
"""No place is known."""


class Origin(NamedTuple):
    """The document of a pool, and the path in it; the place is found later."""

    document: int
    """Number of the document in the input, from 0."""
    path: Path = ()
    """Path of the object in its document: not empty for an item of a List."""


class SubnetInfo(NamedTuple):
    """``spec.subnetInfo``: the subnet of the pool's addresses."""

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
    """A reason for the API server to answer 400, 404 or 422 before it calls the webhook."""

    rule: str
    """The rule that explains it, such as ``EIP104``."""
    path: Path
    """The invalid field."""
    cause: str
    """The server's spelling of that field in ``details.causes``; ``<nil>`` for a failed oneOf."""
    sentence: str
    """The server's sentence for this cause."""
    code: int = 422
    """The HTTP status: 422, or 400 if the object cannot be decoded."""

    @property
    def is_the_webhooks(self) -> bool:
        """Whether the schema admits it and Antrea's webhook cannot decode the object."""
        return self.code == 400 and self.path[0] == "spec"


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""An empty, immutable mapping."""


class Usage(NamedTuple):
    """``status.usage``, as the pool controller last wrote it."""

    total: int
    """Negative for some ranges, see :mod:`ippoolctl.domain.antrea.capacity`."""
    used: int
    """Addresses in use."""


class Condition(NamedTuple):
    """One of ``status.conditions``; no release up to 2.7 has any."""

    type: str
    status: str
    """``True``, ``False`` or ``Unknown``."""
    reason: str
    message: str


class Live(NamedTuple):
    """The fields of a pool that only the cluster sets."""

    uid: str
    """Distinguishes this object from others of the same name."""
    resource_version: str
    """The revision of the object; the controller's status updates change it as well."""
    created: str = ""
    """``creationTimestamp``, RFC 3339 by the server's clock."""
    deleted: str | None = None
    """``deletionTimestamp``: the pool is terminating since then."""
    finalizers: tuple[str, ...] = ()
    usage: Usage | None = None
    """``None`` until the controller writes it; it never writes 0 of 0."""
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
    """The API version of the object."""
    violations: tuple[SchemaViolation, ...] = ()
    """Violations of the CRD's schema; empty for a live pool."""
    pruned: tuple[Path, ...] = ()
    """Fields that the API server drops silently."""
    null_labels: tuple[Path, ...] = ()
    """Labels of the node selector without a value, which the API server drops silently, too."""
    written: Mapping[Path, Any] = MappingProxyType({})
    """The values as written at the fields of :attr:`violations` and :attr:`pruned`."""
    origin: Origin | None = None
    """Its origin in the input; ``None`` for a live pool and one built from options."""
    live: Live | None = None
    """The fields from the cluster; ``None`` for a pool of the input or from options."""
    generated: bool = False
    """Whether the API server generates the name from ``generateName``; it is then unique."""
    stored: bool = False
    """Whether the input is what a cluster stores: the object has a ``metadata.uid``."""
    template: "Unprocessed | None" = None
    """The template language whose placeholders are comments in the document, so that values miss.

    Known for a pool with violations only: it explains them.
    """

    @property
    def is_stored(self) -> bool:
        """Whether controllers may have added labels and annotations."""
        return self.stored or self.live is not None

    @property
    def key(self) -> object:
        """What identifies the pool: its name, also its origin if it has none yet."""
        return (self.name, self.origin) if self.generated or not self.name else self.name

    @property
    def label(self) -> str:
        """The name in messages."""
        return self.name or "(without a name)"

    @property
    def unquoted(self) -> Mapping[Path, float]:
        """The name, labels and annotations that are no strings, as YAML reads them."""
        return {
            path: value
            for path, value in self.written.items()
            if path[:1] == ("metadata",) and isinstance(value, int | float)
        }

    @property
    def spellings(self) -> tuple[Spelling, ...]:
        """The ranges as typed, in order."""
        return tuple(each.spelling for each in self.ranges)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that Antrea compares on update, in order."""
        return texts_of(self.ranges)
