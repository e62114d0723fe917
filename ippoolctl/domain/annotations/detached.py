"""Detached consumers: an annotation on an Egress or a Service whose pool is about to be replaced.

When a pool is deleted, Antrea takes the address from each of its Egresses, also one that a user has
set, and gives them other addresses when the pool is back. A run therefore detaches its consumers
first, and attaches them again afterwards. The annotation names the address and carries the whole
request, so that another run, also on another machine, can finish it.

Source: Antrea v2.7.0, ``pkg/controller/egress/controller.go`` (as seen on a cluster).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ippoolctl.domain.annotations.json_value import json_object, text_in
from ippoolctl.domain.antrea.pool import NOTHING

PARKED: Final = "ippoolctl-parked"
"""The name of no pool. A consumer without an address refers to it while its pool is replaced:
otherwise it would be given the address of a detached one."""


class ConsumerState(NamedTuple):
    """An Egress or a Service of type LoadBalancer: the fields on which its address depends."""

    kind: str
    """``Egress`` or ``Service``."""
    namespace: str
    """Empty for an Egress."""
    name: str
    uid: str
    pool: str | None
    """The pool that it refers to, as written; ``None`` without the field."""
    requested: str | None
    """``spec.egressIP``, which Antrea fills in, or ``spec.loadBalancerIP``; ``None`` without it."""
    held: str
    """The address that it has from its pool, as far as the object tells; empty if it waits."""
    annotations: bool
    """Whether it has a map of annotations, perhaps an empty one."""
    detached: str | None = None
    """The text of :class:`Detached`."""
    shares: bool = False
    """Whether a Service shares its address with others that do."""

    @property
    def full_name(self) -> str:
        """``NAMESPACE/NAME``, or the name if there is no namespace."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def label(self) -> str:
        """Kind and name in messages."""
        return f"{self.kind} {self.full_name}"

    @property
    def is_egress(self) -> bool:
        """Whether it is an Egress."""
        return self.kind == "Egress"


class Detached(NamedTuple):
    """The annotation."""

    request: str
    """The request that detached the consumer."""
    source: str
    """The pool that it left."""
    target: str
    """The pool that it is attached to at the end."""
    address: str
    """The address that it has or, if it waits, requests; empty if Antrea is to choose one."""
    waits: bool
    """Whether it has no address, or loses it: it is attached after all others, and refers to
    :data:`PARKED` meanwhile."""
    pinned: bool
    """Whether the request has set ``spec.loadBalancerIP``, which is removed at the end."""
    relocation: Mapping[str, Any]
    """The pools to delete and to create, as JSON; see :mod:`ippoolctl.domain.change.relocation`."""
    text: str = ""
    """The exact value of the annotation, which a patch tests."""
    since: str = ""
    """When the request detached its first consumer, by the clock of the API server (RFC 3339);
    empty if that is unknown."""
    command: str = ""
    """What finishes the request, without ``ippoolctl``; empty if that is the request itself."""


def made_detached(
    request: str,
    source: str,
    target: str,
    address: str,
    relocation: Mapping[str, Any],
    *,
    waits: bool = False,
    since: str = "",
    command: str = "",
) -> Detached:
    """A new annotation, with its text; not pinned."""
    made = Detached(request, source, target, address, waits, pinned=False, relocation=relocation)
    return _with_text(made._replace(since=since, command=command))


def pinning(detached: Detached) -> Detached:
    """The annotation of a Service whose ``spec.loadBalancerIP`` is set by the same patch."""
    return _with_text(detached._replace(pinned=True))


def read_detached(text: str | None) -> Detached | None:
    """The annotation; ``None`` without one. An invalid one belongs to an unknown request."""
    if text is None:
        return None
    fields = json_object(text)
    named = (text_in(fields, key) for key in ("request", "from", "to", "address"))
    request, source, target, address = named
    waits, pinned = (fields.get(key) is True for key in ("waits", "pinned"))
    relocation = fields.get("relocation")
    relocation = relocation if isinstance(relocation, dict) else NOTHING
    since, command = (text_in(fields, key) for key in ("since", "command"))
    return Detached(
        request, source, target, address, waits, pinned, relocation, text, since, command
    )


def _with_text(detached: Detached) -> Detached:
    import json

    request, source, target, address, waits, pinned, relocation, _, since, command = detached
    fields = {"request": request, "from": source, "to": target, "address": address}
    told = {key: each for key, each in (("since", since), ("command", command)) if each}
    whole = {**fields, "waits": waits, "pinned": pinned, **told, "relocation": dict(relocation)}
    return detached._replace(text=json.dumps(whole, separators=(",", ":")))
