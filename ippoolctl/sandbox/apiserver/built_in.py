"""The kinds that are built into Kubernetes: their fields, and what the API server refuses in them.

Of the rules only those that people who test pools are likely to break. Source: Kubernetes v1.36
``k8s.io/api`` (``core/v1``, ``admissionregistration/v1``, ``networking/v1``, ``authorization/v1``),
``apimachinery/pkg/apis/meta/v1/types.go`` and ``pkg/apis/core/validation/validation.go``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ippoolctl.crd.decoding import ANY, META_STRUCTS, OBJECT_META, TIME, Structs
from ippoolctl.domain.addresses.parsers import is_schema_cidr, is_schema_ipv4, is_schema_ipv6
from ippoolctl.sandbox.apiserver.kinds import NAMESPACES, NODES, SERVICES, JsonObject, Kind
from ippoolctl.sandbox.apiserver.statuses import unsupported_value

Causes = Iterator[tuple[str, str]]

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_RULE: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    f"for validation is '{_LABEL}')"
)
_KEEPER: Final = "kubernetes"
"""The finalizer of every Namespace."""
_NAME_LABEL: Final = "kubernetes.io/metadata.name"
_MAX_LABEL: Final = 63
_MAX_PORT: Final = 65_535
_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_OBJECTS: Final = f"""
v1.Namespace: v1.NamespaceSpec spec; v1.NamespaceStatus status
v1.Node: v1.NodeSpec spec; v1.NodeStatus status
v1.Service: v1.ServiceSpec spec; v1.ServiceStatus status
v1.ServiceCIDR: v1.ServiceCIDRSpec spec; v1.ServiceCIDRStatus status
v1.ValidatingWebhookConfiguration: []{ANY} webhooks
v1.SelfSubjectAccessReview: v1.SelfSubjectAccessReviewSpec spec; \
v1.SubjectAccessReviewStatus status
"""
_PARTS: Final = f"""
v1.NamespaceSpec: []v1.FinalizerName finalizers
v1.NamespaceStatus: v1.NamespacePhase phase; []{ANY} conditions
v1.NodeSpec: string podCIDR providerID externalID; []string podCIDRs; bool unschedulable; \
[]v1.Taint taints; {ANY} configSource
v1.Taint: string key value; v1.TaintEffect effect; {TIME} timeAdded
v1.NodeStatus: map[string]resource.Quantity capacity allocatable; v1.NodePhase phase; \
[]v1.NodeCondition conditions; []v1.NodeAddress addresses; {ANY} daemonEndpoints config features; \
{ANY} nodeInfo; []{ANY} images volumesInUse volumesAttached runtimeHandlers declaredFeatures
v1.NodeCondition: v1.NodeConditionType type; v1.ConditionStatus status; \
{TIME} lastHeartbeatTime lastTransitionTime; string reason message
v1.NodeAddress: v1.NodeAddressType type; string address
v1.ServiceSpec: []v1.ServicePort ports; map[string]string selector; v1.ServiceType type; \
string clusterIP loadBalancerIP externalName loadBalancerClass trafficDistribution; \
[]string clusterIPs externalIPs loadBalancerSourceRanges; v1.ServiceAffinity sessionAffinity; \
v1.ServiceExternalTrafficPolicy externalTrafficPolicy; int32 healthCheckNodePort; \
bool publishNotReadyAddresses allocateLoadBalancerNodePorts; {ANY} sessionAffinityConfig; \
[]v1.IPFamily ipFamilies; v1.IPFamilyPolicy ipFamilyPolicy; \
v1.ServiceInternalTrafficPolicy internalTrafficPolicy
v1.ServicePort: string name appProtocol; v1.Protocol protocol; int32 port nodePort; \
intstr.IntOrString targetPort
v1.ServiceStatus: v1.LoadBalancerStatus loadBalancer; []v1.Condition conditions
v1.LoadBalancerStatus: []v1.LoadBalancerIngress ingress
v1.LoadBalancerIngress: string ip hostname; v1.LoadBalancerIPMode ipMode; []{ANY} ports
v1.Condition: string type reason message; v1.ConditionStatus status; int64 observedGeneration; \
{TIME} lastTransitionTime
v1.ServiceCIDRSpec: []string cidrs
v1.ServiceCIDRStatus: []v1.Condition conditions
v1.SelfSubjectAccessReviewSpec: v1.ResourceAttributes resourceAttributes; \
{ANY} nonResourceAttributes
v1.ResourceAttributes: string namespace verb group version resource subresource name; \
{ANY} fieldSelector labelSelector
v1.SubjectAccessReviewStatus: bool allowed denied; string reason evaluationError
v1.DeleteOptions: string kind apiVersion; int64 gracePeriodSeconds; \
v1.Preconditions preconditions; v1.DeletionPropagation propagationPolicy; []string dryRun; \
bool orphanDependents ignoreStoreReadErrorWithClusterBreakingPotential
v1.Preconditions: types.UID uid; string resourceVersion
"""
_ENVELOPE: Final = {"kind": "string", "apiVersion": "string", "metadata": OBJECT_META}


def _structs(text: str, **more: str) -> Iterator[tuple[str, dict[str, str]]]:
    for line in text.strip().splitlines():
        name, _, fields = line.partition(": ")
        groups = (each.split() for each in fields.split("; "))
        yield name, {field: goal for goal, *named in groups for field in named} | more


STRUCTS: Final[Structs] = {
    **META_STRUCTS,
    **dict(_structs(_OBJECTS, **_ENVELOPE)),
    **dict(_structs(_PARTS)),
}
"""The Go structs by name, with the types of the fields that a client may write.

What lies deeper than anything here reads takes any value.
"""


def name_rule(kind: Kind) -> Callable[[str], Iterator[str]] | None:
    """The rule for names of the kind; ``None`` for the one that holds for most kinds."""
    return _wrong_label if kind in (NAMESPACES, SERVICES) else None


def filled(kind: Kind, made: JsonObject, before: JsonObject | None = None) -> JsonObject:
    """The object with the fields that the server writes itself.

    In a Namespace these are its label, its phase and the finalizer of its spec. A Service that is
    no longer of type LoadBalancer loses the addresses of it (``core/service/strategy.go``).
    """
    if kind == SERVICES and before is not None and _balanced(before) and not _balanced(made):
        return {**made, "status": {**(made.get("status") or {}), "loadBalancer": {}}}
    if kind != NAMESPACES:
        return made
    meta, status = made["metadata"], made.get("status") or {}
    finalizers = ((before or made).get("spec") or {}).get("finalizers") or []
    if _KEEPER not in finalizers:
        finalizers = [*finalizers, _KEEPER]
    named = {_NAME_LABEL: meta["name"]} if meta.get("name") else {}
    more: JsonObject = {"spec": {**(made.get("spec") or {}), "finalizers": finalizers}}
    more["status"] = {**status, "phase": status.get("phase") or "Active"}
    labels = {**(meta.get("labels") or {}), **named}
    return {**made, **more, "metadata": {**meta, "labels": labels}}


def _balanced(service: JsonObject) -> bool:
    return (service.get("spec") or {}).get("type") == "LoadBalancer"


def causes(kind: Kind, made: JsonObject) -> Causes:
    """Pairs of a field and the sentence that begins with it."""
    spec = made.get("spec") or {}
    if kind == SERVICES:
        yield from _of_service(spec)
    elif kind == NODES and spec.get("podCIDR") and not is_schema_cidr(spec["podCIDR"]):
        why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        yield _invalid("spec.podCIDRs[0]", spec["podCIDR"], why)


def _wrong_label(name: str) -> Iterator[str]:
    if "." in name:
        yield "must not contain dots"
    elif not re.fullmatch(_LABEL, name):
        yield _LABEL_RULE
    if len(name.encode()) > _MAX_LABEL:
        yield f"must be no more than {_MAX_LABEL} characters"


def _of_service(spec: JsonObject) -> Causes:
    kind, ports = spec.get("type") or "ClusterIP", spec.get("ports") or []
    if kind == "ExternalName" and not spec.get("externalName"):
        yield _required("spec.externalName")
    if kind != "ExternalName" and not ports and spec.get("clusterIP") != "None":
        yield _required("spec.ports")
    names: list[str] = []
    for number, each in enumerate(ports):
        yield from _of_port(f"spec.ports[{number}]", each or {}, names, is_single=len(ports) == 1)
    yield from _one_of("spec.type", kind, _TYPES)
    affinity = spec.get("sessionAffinity") or "None"
    yield from _one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    for number, each in enumerate(spec.get("externalIPs") or []):
        if not (is_schema_ipv4(each or "") or is_schema_ipv6(each or "")):
            why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            yield _invalid(f"spec.externalIPs[{number}]", each, why)


def _of_port(field: str, port: JsonObject, names: list[str], *, is_single: bool) -> Causes:
    name, number = port.get("name") or "", port.get("port") or 0
    if not name and not is_single:
        yield _required(f"{field}.name")
    elif name:
        for why in _wrong_label(name):
            yield _invalid(f"{field}.name", name, why)
        if name in names:
            yield f"{field}.name", f"{field}.name: Duplicate value: {json.dumps(name)}"
        names.append(name)
    for where, value in (("port", number), ("targetPort", port.get("targetPort") or number)):
        if isinstance(value, int) and not 0 < value <= _MAX_PORT:
            why = f"must be between 1 and {_MAX_PORT}, inclusive"
            yield _invalid(f"{field}.{where}", value, why)
    yield from _one_of(f"{field}.protocol", port.get("protocol") or "TCP", ("SCTP", "TCP", "UDP"))


def _one_of(field: str, word: str, known: Iterable[str]) -> Causes:
    if word not in known:
        yield unsupported_value(field, word, known)


def _required(field: str) -> tuple[str, str]:
    return field, f"{field}: Required value"


def _invalid(field: str, value: Any, why: str) -> tuple[str, str]:
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return field, f"{field}: Invalid value: {shown}: {why}"
