"""A pool contains an address in use without a pool: of a Service, a Gateway or the API server.

`spec.externalIPs`, and the address that another load balancer assigned to a Service, are in use,
and the allocator of the pool does not know it: an Egress or another Service can get the same
address. So are the addresses of Gateways (Gateway API) that no Service has, and those of the API
server: of the EndpointSlice `kubernetes`, and of the server in the kubeconfig. A Node that takes
over the address of the API server cuts off the cluster. Only addresses that Antrea assigns count.

Example: a pool has `cidr: 10.0.0.0/28`, and a Service has

    spec:
      externalIPs: [10.0.0.5]

What to do: leave the address out of the pool. After:

    - start: 10.0.0.6
      end: 10.0.0.14

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go`, which ignores Services
without its annotation; `spec.addresses` and `status.addresses` of Gateway API v1.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import API_SERVERS, GATEWAYS, NODES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.surroundings import networks
from ippoolctl.domain.surroundings.reference import Held


def _held(facts: Facts) -> Iterator[Held]:
    """Each address of the API server once; those that a Node has are errors of EIP501."""
    services = facts.known(SERVICES)
    yield from networks.external_ips(services)
    yield from networks.gateway_addresses(facts.get(GATEWAYS) or (), services)
    seen = {each.field.span for each in networks.node_addresses(facts.get(NODES) or ())}
    for each in networks.endpoint_addresses(facts.get(API_SERVERS) or ()):
        if each.field.span not in seen:
            seen.add(each.field.span)
            yield each


RULE = conflict_rule(
    "EIP507",
    "external-ip",
    "a range contains an address of a Service, a Gateway or the API server",
    __doc__,
    needs=(SERVICES,),
    uses=(NODES,),
    in_part=(GATEWAYS, API_SERVERS),
    held=_held,
    predicate="contains addresses in use without a pool:",
    hint="leave the addresses out of the range",
    severity=Severity.WARNING,
    unassigned=None,
)
