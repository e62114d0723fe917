"""Networks of the cluster that the user gives, where no objects tell them."""

from typing import Annotated

import typer

from ippoolctl.cli.options.declaration import split_values
from ippoolctl.domain.addresses.parsers import prefix_span
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.domain.surroundings.reference import AddressField, Held, Reference
from ippoolctl.errors import UsageError

NodeSubnets = Annotated[
    list[str] | None,
    typer.Option(
        "--node-subnet",
        metavar="CIDR",
        help="Subnet of the Nodes; can be repeated or comma-separated",
    ),
]
PodCidrs = Annotated[
    list[str] | None,
    typer.Option(
        "--pod-cidr",
        metavar="CIDR",
        help="Additional Pod CIDR; can be repeated or comma-separated",
    ),
]
ServiceCidrs = Annotated[
    list[str] | None,
    typer.Option(
        "--service-cidr",
        metavar="CIDR",
        help="Additional Service CIDR; can be repeated or comma-separated",
    ),
]


def parse_networks(
    node_subnets: list[str] | None, pod_cidrs: list[str] | None, service_cidrs: list[str] | None
) -> GivenNetworks:
    """The networks. Raises :class:`UsageError` for one that is not a CIDR."""
    if not (node_subnets or pod_cidrs or service_cidrs):
        return GivenNetworks()
    return GivenNetworks(
        _networks("--node-subnet", "Node subnet", node_subnets),
        _networks("--pod-cidr", "Pod CIDR", pod_cidrs),
        _networks("--service-cidr", "Service CIDR", service_cidrs),
    )


def _networks(option: str, kind: str, texts: list[str] | None) -> tuple[Held, ...]:
    found = []
    for text in split_values(texts):
        span = prefix_span(text)
        if span is None:
            raise UsageError(f"invalid CIDR: {option} {text}", "use a CIDR such as 10.244.0.0/16")
        found.append(Held(Reference(kind, text), AddressField(Span(*span), text, ())))
    return tuple(found)
