"""Reading the objects beside pools: each kind separately, with its own fault."""

from typing import Any

from ippoolctl.cluster.surroundings import SurroundingsReading
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.ports.faults import UnansweredFault
from tests.fakes import FakeClock, FakeCluster, FakeGateway

NODE: dict[str, Any] = {"metadata": {"name": "n1"}}


def test_each_kind_has_its_own_fault() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.others["nodes"] = [NODE]
    cluster.forbidden = {"list:services"}
    kinds = [Kind.NODE, Kind.SERVICE, Kind.METALLB_POOL]

    found = SurroundingsReading(FakeGateway(cluster), kinds).result()

    nodes, services = found[Kind.NODE], found[Kind.SERVICE]
    assert isinstance(nodes, Known)
    assert [each.reference.name for each in nodes.value] == ["n1"]
    assert found[Kind.METALLB_POOL] == Unknown(Why.NOT_SERVED, Kind.METALLB_POOL)
    assert isinstance(services, Unknown)
    assert services.reason is Why.FORBIDDEN


def test_an_older_version_is_read_where_the_newest_is_not_served() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.others["servicecidrs"] = [{"metadata": {"name": "kubernetes"}}]
    gateway = FakeGateway(cluster)
    asked = []

    def only_v1beta1(resource: Any, read: Any, **rest: Any) -> Any:
        asked.append(resource.version)
        return (
            FakeGateway.list_objects(gateway, resource._replace(version="v9"), read)
            if (resource.version == "v1")
            else FakeGateway.list_objects(gateway, resource, read)
        )

    gateway.list_objects = only_v1beta1  # type: ignore[method-assign]
    found = SurroundingsReading(gateway, [Kind.SERVICE_CIDR]).result()

    assert asked == ["v1", "v1beta1"]
    assert isinstance(found[Kind.SERVICE_CIDR], Known)


def test_a_failed_list_has_its_reason() -> None:
    gateway = FakeGateway(FakeCluster(FakeClock()))
    gateway.fail("objects", UnansweredFault("reset"))

    found = SurroundingsReading(gateway, [Kind.NODE]).result()

    assert found == {Kind.NODE: Unknown(Why.FAILED, Kind.NODE, "reset")}


def test_no_request_is_sent_if_no_rule_needs_objects() -> None:
    gateway = FakeGateway(FakeCluster(FakeClock()))

    assert SurroundingsReading(gateway, []).result() == {}
    assert gateway.requests == []


def test_the_server_of_the_connection_counts_as_an_api_server() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.host = "10.0.0.5"
    endpoints = [{"addresses": ["10.0.0.6"]}]
    meta = {"name": "kubernetes", "namespace": "default"}
    cluster.others["endpointslices"] = [{"metadata": meta, "endpoints": endpoints}]
    gateway = FakeGateway(cluster)

    def addresses() -> list[str]:
        found = SurroundingsReading(gateway, [Kind.API_SERVERS]).result()[Kind.API_SERVERS]
        assert isinstance(found, Known)
        return [each.text for one in found.value for each in one.addresses]

    assert addresses() == ["10.0.0.6", "10.0.0.5"]
    cluster.forbidden.add("list:endpointslices")
    assert addresses() == ["10.0.0.5"]
