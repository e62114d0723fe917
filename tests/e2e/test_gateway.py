"""The gateway to a real API server keeps the contract of the fake one."""

from collections.abc import Iterator
from typing import Any

import pytest

from ippoolctl.cluster.gateway import KubernetesGateway, gateway_to
from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.e2e.api import EGRESSES
from tests.e2e.cluster import Cluster
from tests.engine.consumer_contract import *  # noqa: F403
from tests.engine.gateway_contract import *  # noqa: F403 - the contract's tests
from tests.engine.watch_contract import *  # noqa: F403

SERVICES = "/api/v1/namespaces/default/services"


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[KubernetesGateway]:
    cluster.webhook.lag = 0
    cluster.controller.pause()
    connection = connect(ConnectionOptions(kubeconfig=str(cluster.plane.kubeconfig())), {})
    gateway = gateway_to(connection, request_timeout=10, exec_allowed=False)
    yield gateway
    gateway.close()


@pytest.fixture
def put(cluster: Cluster) -> Put:  # noqa: F405
    def store(plural: str, document: dict[str, Any]) -> None:
        path = EGRESSES if plural == "egresses" else SERVICES
        assert cluster.plane.request("POST", path, document).status == 201

    return store


def test_more_pools_than_a_page_are_all_listed(
    gateway: KubernetesGateway, cluster: Cluster
) -> None:
    cluster.webhook.fault = "allow"
    for number in range(1001):
        cluster.create(f"p{number:04}", f"10.{number // 256}.{number % 256}.0/28")

    listed = gateway.list_pools()
    at_once = gateway.list_pools(at=listed.resource_version)

    assert len(listed.pools) == 1001
    assert at_once.pools == listed.pools


def test_egresses_and_services_are_consumers(gateway: KubernetesGateway, cluster: Cluster) -> None:
    egress = {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": "out"},
        "spec": {"appliedTo": {}, "externalIPPool": "a", "egressIP": "10.0.0.5"},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "annotations": {"service.antrea.io/external-ip-pool": "a"},
        },
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    assert cluster.plane.request("POST", EGRESSES, egress).status == 201
    assert cluster.plane.request("POST", SERVICES, service).status == 201

    assert set(gateway.consumers().known) == {
        Consumer("Egress", "out", "a", "10.0.0.5"),
        Consumer("Service", "default/web", "a", ""),
    }


def test_a_schema_refusal_names_its_causes(gateway: KubernetesGateway) -> None:
    with pytest.raises(RejectedFault) as fault:
        gateway.create_pool(pool_object("a", "10.0.0.0/99"))

    assert fault.value.status == 422
    assert [field for field, _ in fault.value.causes] == ["spec.ipRanges[0].cidr"]
