"""A Service and its pool, or its address, are of different families.

Antrea does not look at `ipFamilies` of a Service: an IPv6 Service gets an IPv4 address if its pool
has one, and then has an address that none of its cluster IPs serves.

Example: pool edge has `cidr: 10.0.0.0/28`, and a Service with
`service.antrea.io/external-ip-pool: edge` has

    spec:
      ipFamilies: [IPv6]

What to do: use a pool of the family of the Service, such as edge-v6 with `cidr: 2001:db8::/120`.
After:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge-v6
    spec:
      ipFamilies: [IPv6]

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go`, which never reads
`ipFamilies`; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import is_ipv4
from ippoolctl.domain.antrea.membership import PoolAddresses
from ippoolctl.domain.lint.fact import SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, Service


def find(facts: Facts) -> Iterator[Finding]:
    """Services with an address, or with only addresses in the pool, of another family."""
    of_pool: dict[str, frozenset[str]] = {}
    for service in facts.known(SERVICES):
        pool = facts.pool_of.get(service.pool or "")
        if service.type != "LoadBalancer" or not service.pool or not service.ip_families:
            continue
        wanted = " and ".join(service.ip_families)
        if service.ingress:
            held = service.ingress[0]
            if _family(held.span.first) not in service.ip_families:
                yield _finding(service, f"its address is {held.text}, its family is {wanted}")
        elif pool is not None:
            if pool.name not in of_pool:
                spans = PoolAddresses(pool.spellings).spans
                of_pool[pool.name] = frozenset(_family(each.first) for each in spans)
            has = of_pool[pool.name]
            if has and has.isdisjoint(service.ip_families):
                there = " and ".join(sorted(has))
                text = f"pool {pool.label} has {there} addresses, its family is {wanted}"
                yield _finding(service, text)


def _finding(service: Service, problem: str) -> Finding:
    return RULE.finding(
        f"{service.reference.label}: {problem}",
        Subject(service.reference, ("metadata", "annotations", POOL_ANNOTATION)),
        hint="use a pool of the family of the Service",
    )


def _family(address: int) -> str:
    return "IPv4" if is_ipv4(address) else "IPv6"


RULE = Rule(
    id="EIP610",
    name="service-family",
    severity=Severity.WARNING,
    title="a Service and its pool are of different families",
    page=__doc__,
    find=find,
    needs=(SERVICES,),
)
