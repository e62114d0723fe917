"""Fields of a new pool beside its ranges, and its derived name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from ippoolctl.cli.options.declaration import split_values
from ippoolctl.crd.externalippool import JsonObject, read_pool
from ippoolctl.domain.annotations.marks import without_ours
from ippoolctl.errors import InputError, UsageError

NameFrom = Annotated[
    str | None,
    typer.Option(
        "--name-from",
        metavar="TEXT",
        help="Derive NAME from any text, such as a job name (lower case with dashes, plus a hash)",
    ),
]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        "-l",
        "--label",
        metavar="KEY=VALUE",
        help="Label of the pool; can be repeated or comma-separated",
    ),
]
Annotations = Annotated[
    list[str] | None,
    typer.Option(
        "--annotation", metavar="KEY=VALUE", help="Annotation of the pool; can be repeated"
    ),
]
NodeSelector = Annotated[
    list[str] | None,
    typer.Option(
        "--node-selector",
        metavar="SELECTOR",
        help="Nodes that can have the addresses, such as zone=a, 'zone in (a,b)' or '!edge'"
        " (default: all Nodes)",
    ),
]
Gateway = Annotated[
    str | None,
    typer.Option("--gateway", metavar="ADDRESS", help="Gateway of the subnet of the pool"),
]
PrefixLength = Annotated[
    int | None,
    typer.Option(
        "--prefix-length", metavar="N", min=1, max=127, help="Prefix length of that subnet"
    ),
]
Vlan = Annotated[
    int | None,
    typer.Option("--vlan", metavar="ID", min=0, max=4094, help="VLAN ID of that subnet"),
]


@dataclass(frozen=True)
class PoolFields:
    """The values of these options; empty ones are not given."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    node_selector: Mapping[str, Any] = field(default_factory=dict)
    subnet: Mapping[str, Any] = field(default_factory=dict)

    def added_to(self, document: JsonObject) -> JsonObject:
        """The Kubernetes object with these fields."""
        meta, spec = document.get("metadata") or {}, document.get("spec") or {}
        for name, more in (("labels", self.labels), ("annotations", self.annotations)):
            if more:
                meta = {**meta, name: _added(meta.get(name), more)}
        if self.node_selector:
            spec = {**spec, "nodeSelector": self.node_selector}
        if self.subnet:
            spec = {**spec, "subnetInfo": self.subnet}
        return {**document, "metadata": meta, "spec": spec}


def _added(value: Any, more: Mapping[str, Any]) -> Any:
    """The mapping with more entries; any other value, which refuses the pool, as it is."""
    return {**(value or {}), **more} if value is None or isinstance(value, dict) else value


def parse_pool_fields(
    labels: list[str] | None,
    annotations: list[str] | None,
    node_selector: list[str] | None,
    subnet: tuple[str | None, int | None, int | None],
) -> PoolFields:
    """The fields; ``subnet`` is the gateway, the prefix length and the VLAN.

    Raises :class:`UsageError` and :class:`InputError` for what the API server would reject.
    """
    found = _pairs("annotation", annotations or [])
    for key in found.keys() - without_ours(found).keys():
        raise UsageError(f"annotation {key} is reserved for ippoolctl", "use another key")
    return PoolFields(
        _pairs("label", split_values(labels), values=True),
        found,
        _node_selector(",".join(node_selector or ())),
        _subnet(*subnet),
    )


def derived_name(text: str, count: int | None) -> str:
    """The name of ``--name-from``, with room for the numbers of ``--count``.

    Raises :class:`UsageError` for an empty text, such as that of a variable that is not set.
    """
    if not text.strip():
        raise UsageError("--name-from is empty", "pass a text, such as a job name")
    from ippoolctl.domain.names import LONGEST, name_from

    return name_from(text, LONGEST - (len(f"-{count}") if count is not None else 0))


def _pairs(what: str, texts: list[str], *, values: bool = False) -> dict[str, str]:
    """``KEY=VALUE`` texts; ``values`` if values have the syntax of labels, too."""
    found: dict[str, str] = {}
    if not texts:
        return found
    from ippoolctl.domain.labels import key_errors, value_errors

    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"invalid {what}: {text!r}", "use KEY=VALUE")
        # The server accepts capitals in the prefix of an annotation.
        for complaint in key_errors(key if values else key.lower()):
            raise UsageError(f"invalid {what} key: {key!r}", _short(complaint))
        for complaint in value_errors(value) if values else ():
            raise UsageError(f"invalid value of {what} {key}: {value!r}", _short(complaint))
        if value.encode("utf-8", "ignore").decode() != value:  # bytes of the command line
            raise UsageError(f"invalid value of {what} {key}: {value!r}", "use UTF-8")
        if found.setdefault(key, value) != value:
            raise UsageError(f"duplicate {what} {key}", "use each key once")
    return found


def _node_selector(text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    from ippoolctl.domain.labels import BadSelector, parse_selector

    found = parse_selector(text)
    if not isinstance(found, BadSelector):
        return found
    if found.complaint:
        raise UsageError(f"invalid --node-selector: {found.text!r}", _short(found.complaint))
    raise UsageError(
        f"invalid --node-selector: {found.text!r}",
        "use key=value, key!=value, 'key in (a,b)', 'key notin (a,b)', key or '!key'",
    )


def _short(complaint: str) -> str:
    """A sentence of the API server without its examples."""
    return complaint.partition(" (e.g.")[0]


def _subnet(gateway: str | None, length: int | None, vlan: int | None) -> Mapping[str, Any]:
    if gateway is None and length is None and vlan is None:
        return {}
    if gateway is None or length is None:
        missing = "--gateway" if gateway is None else "--prefix-length"
        raise UsageError(f"a subnet requires {missing}", "use --gateway and --prefix-length")
    subnet = {"gateway": gateway, "prefixLength": length}
    subnet |= {} if vlan is None else {"vlan": vlan}
    document = {"spec": {"ipRanges": [], "nodeSelector": {}, "subnetInfo": subnet}}
    if any(each.path[:2] == ("spec", "subnetInfo") for each in read_pool(document).violations):
        raise InputError(f"invalid gateway: {gateway!r}", "use an address, such as 10.0.0.1")
    return subnet
