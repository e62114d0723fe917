"""A pool overlaps with a Service CIDR: an address belongs to two Services, or to one and an Egress.

The API server takes cluster IPs from the Service CIDRs, and Antrea does not compare pools with
them. Each Node sends packets to a cluster IP to the Pods of that Service, so an Egress or a Service
with the same external address is unreachable from inside the cluster. Whole ranges are compared
exactly; a start-end range is not rounded to a CIDR.

Service CIDRs are read from ServiceCIDR objects (Kubernetes 1.31 and later). Without them the
cluster IPs of Services count, each as one address. They can also be given as an option of
`ippoolctl check`.

Example: the cluster has the Service CIDR 10.96.0.0/12, and a pool has

    - cidr: 10.100.0.0/24

What to do: use addresses outside the Service CIDRs. After:

    - cidr: 10.200.0.0/24

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`, which lists ExternalIPPools only;
metallb/metallb issue 2779 (a false overlap by rounding).
"""

from ippoolctl.domain.lint.fact import SERVICE_CIDRS
from ippoolctl.domain.lint.families.conflicts import conflict_rule

RULE = conflict_rule(
    "EIP503",
    "service-cidr",
    "a range overlaps with a Service CIDR",
    __doc__,
    needs=(SERVICE_CIDRS,),
    held=lambda facts: facts.known(SERVICE_CIDRS),
    predicate="overlaps with Service CIDRs:",
    hint="use addresses outside the Service CIDRs",
)
