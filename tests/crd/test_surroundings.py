"""Objects beside pools: the fields that each reader takes; odd objects cause no failure."""

from random import Random
from typing import Any

import pytest

from ippoolctl.crd.surroundings.kinds import KINDS, kind_of, read_object
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.reference import AddressField

FIELDS = [
    "metadata",
    "name",
    "namespace",
    "annotations",
    "labels",
    "spec",
    "status",
    "addresses",
    "type",
    "address",
    "podCIDRs",
    "podCIDR",
    "conditions",
    "nodeInfo",
    "cidrs",
    "ipRanges",
    "cidr",
    "start",
    "end",
    "externalIPs",
    "loadBalancer",
    "ingress",
    "ip",
    "clusterIPs",
    "ipFamilies",
    "webhooks",
    "rules",
    "operations",
    "clientConfig",
    "versions",
    "storedVersions",
    "data",
    "antrea-agent.conf",
    "replicas",
    "readyReplicas",
    "egressIP",
]
LEAVES: list[Any] = [None, True, 5, "", "10.0.0.1", "10.0.0.0/8", "x", [], {}]


def odd_value(random: Random, depth: int) -> Any:
    if depth == 0 or random.random() < 0.3:
        return random.choice(LEAVES)
    if random.random() < 0.4:
        return [odd_value(random, depth - 1) for _ in range(random.randrange(3))]
    return {field: odd_value(random, depth - 1) for field in random.sample(FIELDS, 12)}


def spans(fields: tuple[AddressField, ...]) -> list[str]:
    return [span_text(*each.span) for each in fields]


@pytest.mark.parametrize("kind", Kind)
def test_no_object_makes_a_reader_fail(kind: Kind) -> None:
    random = Random(kind.value)
    for _ in range(100):
        parts = ("metadata", "spec", "status", "data", "webhooks")
        document = {part: odd_value(random, 4) for part in parts}

        assert read_object(kind, document).reference.kind == kind.value


def test_every_kind_has_a_reader() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize(
    ("api_version", "kind", "name", "expected"),
    [
        ("v1", "Node", "n", Kind.NODE),
        ("crd.antrea.io/v1alpha2", "IPPool", "p", Kind.IP_POOL),
        ("cilium.io/v2", "IPPool", "p", None),
        ("v1", "ConfigMap", "other", None),
        ("v1", "ConfigMap", "antrea-config", Kind.CONFIG),
        (1, "Node", "n", None),
        ("v1", ["Node"], "n", None),
    ],
)
def test_kinds_are_recognized_by_group_and_name(
    api_version: Any, kind: Any, name: str, expected: Kind | None
) -> None:
    metadata = {"name": name, "namespace": "kube-system"}

    found = kind_of({"apiVersion": api_version, "kind": kind, "metadata": metadata})
    assert found is expected


def test_a_node_with_all_its_addresses_and_networks() -> None:
    node = read_object(
        Kind.NODE,
        {
            "metadata": {
                "name": "n1",
                "labels": {"a": "b", "odd": 1},
                "annotations": {
                    "node.antrea.io/transport-addresses": "10.9.0.1,10.0.0.5,,x",
                    "node.antrea.io/max-egress-ips": "20",
                },
            },
            "spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24", "fd00:1::/64"]},
            "status": {
                "addresses": [
                    {"type": "InternalIP", "address": "10.0.0.5"},
                    {"type": "Hostname", "address": "10.0.0.6"},
                    {"type": "ExternalIP", "address": "::ffff:192.0.2.1"},
                ],
                "conditions": [{"type": "Ready", "status": "True"}],
                "nodeInfo": {"operatingSystem": "linux"},
            },
        },
    )

    assert spans(node.addresses) == ["10.0.0.5", "192.0.2.1", "10.9.0.1"]
    assert node.addresses[1].path == ("status", "addresses", 2, "address")
    assert [each.text for each in node.pod_cidrs] == ["10.244.1.0/24", "fd00:1::/64"]
    assert node.labels == {"a": "b"}
    assert (node.ready, node.operating_system, node.max_egress_ips) == (True, "linux", "20")
    assert node.reference.label == "Node n1"


def test_ranges_of_other_pools_are_not_rounded() -> None:
    metallb = read_object(
        Kind.METALLB_POOL,
        {"spec": {"addresses": ["10.0.0.0/30", "10.0.1.250 - 10.0.2.1", "10.0.9.9-10.0.9.1", "x"]}},
    )
    antrea = read_object(
        Kind.IP_POOL,
        {"spec": {"ipRanges": [{"cidr": "10.0.0.7/30"}, {"start": "10.0.0.1", "end": "fd00::1"}]}},
    )

    assert spans(metallb.addresses) == ["10.0.0.0-10.0.0.3", "10.0.1.250-10.0.2.1"]
    assert spans(antrea.ranges) == ["10.0.0.4-10.0.0.7"]


def test_an_egress_and_a_service_are_read() -> None:
    egress = read_object(
        Kind.EGRESS,
        {
            "spec": {"egressIP": "10.0.0.9", "externalIPPools": ["a"]},
            "status": {
                "egressNode": "n1",
                "conditions": [{"type": "IPAllocated", "status": "False"}],
            },
        },
    )
    service = read_object(
        Kind.SERVICE,
        {
            "metadata": {
                "name": "web",
                "namespace": "x",
                "annotations": {"service.antrea.io/external-ip-pool": "a", "other": "b"},
            },
            "spec": {
                "type": "LoadBalancer",
                "clusterIP": "10.96.0.1",
                "externalIPs": ["192.0.2.1"],
                "loadBalancerIP": "nowhere",
                "ipFamilies": ["IPv4"],
            },
            "status": {"loadBalancer": {"ingress": [{"hostname": "a"}, {"ip": "192.0.2.2"}]}},
        },
    )

    assert (egress.pool, egress.address_text, egress.has_plurals) == ("", "10.0.0.9", True)
    assert (egress.node, egress.conditions[0].status) == ("n1", "False")
    assert (service.pool, service.requested, service.requested_text) == ("a", None, "nowhere")
    assert spans(service.external_ips + service.ingress) == ["192.0.2.1", "192.0.2.2"]
    assert spans(service.cluster_ips) == ["10.96.0.1"]
    assert service.annotations == {"service.antrea.io/external-ip-pool": "a"}
    assert service.reference.label == "Service x/web"


def test_feature_gates_that_are_set() -> None:
    gates = "  # on by default\n  Egress: true\n#  Traceflow: true\n  A: false\n"
    conf = f"# x\nfeatureGates:\n{gates}b: true\n"
    config = read_object(
        Kind.CONFIG,
        {"data": {"antrea-controller.conf": conf, "antrea-agent.conf": "featureGates:"}},
    )

    assert config.controller_gates == {"Egress": True, "A": False}
    assert config.agent_gates == {}


@pytest.mark.parametrize(
    "conf",
    [
        "featureGates: {Egress: true, A: false}\n",
        "featureGates: {  # set here\n  Egress: true,\n  # B: true,\n  A: false }\nx: {B: true}\n",
        "featureGates:\n  {\"Egress\":true, 'A': False}",
        'featureGates:\r\n  Egress : True\r\n  "A": off\r\nx:\r\n  B: true\r\n',
        "x:\n  featureGates: {B: true}\nfeatureGates:\n  Egress: yes # B: true\n  A: no\n",
    ],
)
def test_feature_gates_in_other_styles_of_yaml(conf: str) -> None:
    config = read_object(Kind.CONFIG, {"data": {"antrea-agent.conf": conf}})

    assert config.agent_gates == {"Egress": True, "A": False}


def test_objects_of_the_antrea_installation_are_read() -> None:
    definition = read_object(
        Kind.DEFINITION,
        {
            "spec": {"versions": [{"name": "v1beta1", "served": True}, {"name": "v1alpha2"}]},
            "status": {"storedVersions": ["v1alpha2", "v1beta1"]},
        },
    )
    controller = read_object(Kind.CONTROLLER, {"status": {"readyReplicas": 1}})
    webhooks = read_object(
        Kind.WEBHOOKS,
        {
            "webhooks": [
                {"name": "a", "rules": [{"operations": ["CREATE"]}], "failurePolicy": "Ignore"}
            ]
        },
    )

    assert definition.stored_versions == ("v1alpha2", "v1beta1")
    assert definition.served_versions == ("v1beta1",)
    assert (controller.replicas, controller.ready) == (1, 1)
    (webhook,) = webhooks.webhooks
    assert (webhook.failure_policy, webhook.operations) == ("Ignore", {"CREATE"})
    assert not webhook.has_ca_bundle
