"""The fields of the objects that are built into Kubernetes, as its Go structs have them.

Of each kind whatever a client may write; what lies deeper than anybody here looks takes anything.
Source: Kubernetes v1.36 ``k8s.io/api`` (``core/v1``, ``admissionregistration/v1``,
``networking/v1``, ``authorization/v1``) and ``apimachinery/pkg/apis/meta/v1/types.go``.
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.crd.decoding import ANY, META_STRUCTS, OBJECT_META, TIME, Structs

_OBJECTS: Final = """
v1.Namespace: v1.NamespaceSpec spec; v1.NamespaceStatus status
v1.Node: v1.NodeSpec spec; v1.NodeStatus status
v1.Service: v1.ServiceSpec spec; v1.ServiceStatus status
v1.ServiceCIDR: v1.ServiceCIDRSpec spec; v1.ServiceCIDRStatus status
v1.ValidatingWebhookConfiguration: []v1.ValidatingWebhook webhooks
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
v1.NodeSystemInfo nodeInfo; []v1.ContainerImage images; []v1.UniqueVolumeName volumesInUse; \
[]{ANY} volumesAttached runtimeHandlers; []string declaredFeatures
v1.NodeCondition: v1.NodeConditionType type; v1.ConditionStatus status; \
{TIME} lastHeartbeatTime lastTransitionTime; string reason message
v1.NodeAddress: v1.NodeAddressType type; string address
v1.NodeSystemInfo: string machineID systemUUID bootID kernelVersion osImage \
containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture; {ANY} swap
v1.ContainerImage: []string names; int64 sizeBytes
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
v1.ValidatingWebhook: string name; v1.WebhookClientConfig clientConfig; \
[]v1.RuleWithOperations rules; v1.FailurePolicyType failurePolicy; \
v1.MatchPolicyType matchPolicy; {ANY} namespaceSelector objectSelector; \
v1.SideEffectClass sideEffects; int32 timeoutSeconds; []string admissionReviewVersions; \
[]{ANY} matchConditions
v1.WebhookClientConfig: string url; v1.ServiceReference service; {ANY} caBundle
v1.ServiceReference: string namespace name path; int32 port
v1.RuleWithOperations: []v1.OperationType operations; \
[]string apiGroups apiVersions resources; v1.ScopeType scope
v1.SelfSubjectAccessReviewSpec: v1.ResourceAttributes resourceAttributes; \
v1.NonResourceAttributes nonResourceAttributes
v1.ResourceAttributes: string namespace verb group version resource subresource name; \
{ANY} fieldSelector labelSelector
v1.NonResourceAttributes: string path verb
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
"""All structs by name, with the types of their fields."""
