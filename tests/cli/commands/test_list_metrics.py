"""``list -o openmetrics``: valid for the parsers of the official Prometheus client."""

from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus_text

from tests.builders import pool_object
from tests.cli.live_pools import consume, store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

PREFIX = "ippoolctl_pool_"


def samples(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """The values by the name of the metric and the values of its labels, with the pool first."""
    found = {}
    families: Any = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    for family in families:
        assert family.type == "gauge"
        assert family.documentation.endswith(".")
        found[family.name.removeprefix(PREFIX)] = {
            tuple(each.labels.values()): each.value for each in family.samples
        }
    return found


def test_openmetrics_has_the_numbers_of_each_pool(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", "10.0.0.0/28", used=2)
    store(cluster, "lab", "10.1.0.1-10.1.0.1", used=1, annotations={"ippoolctl/full": "expected"})
    consume(cluster, "edge", "10.0.0.1", "10.0.0.2", "")
    consume(cluster, "lab", "10.1.0.1")

    result = program("list", "-o", "openmetrics")

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("\n# EOF\n")
    assert samples(result.out) == {
        "usable_addresses": {("edge",): 14, ("lab",): 1},
        "used_addresses": {("edge",): 2, ("lab",): 1},
        "free_addresses": {("edge",): 12, ("lab",): 0},
        "waiting_consumers": {
            ("edge", "Egress"): 1, ("edge", "Service"): 0,
            ("lab", "Egress"): 0, ("lab", "Service"): 0,
        },
        "full_on_purpose": {("edge",): 0, ("lab",): 1},
        "state": {("edge", "ok"): 1, ("lab", "full"): 1},
    }  # fmt: skip


def test_unknown_values_are_left_out(program: Program, cluster: FakeCluster) -> None:
    cluster.store(pool_object("a", "10.0.0.0/24"))
    cluster.forbidden = {"list:services", "list:egresses"}

    found = samples(program("list", "-o", "openmetrics").out)

    assert found.pop("usable_addresses") == found.pop("full_on_purpose") | {("a",): 254}
    assert found.pop("state") == {("a", "no-status"): 1}
    assert not any(found.values())


def test_an_empty_cluster_has_valid_metrics(program: Program, gateway: FakeGateway) -> None:
    result = program("list", "-o", "openmetrics")

    assert (result.code, result.err) == (0, "")
    assert not any(samples(result.out).values())


@pytest.mark.parametrize("name", ['a"b', "a\\", "a\nb 1\n", "a\\n", "\x1b[2J", "a,b{c}", "é\u202e"])
def test_names_cannot_break_the_format(program: Program, cluster: FakeCluster, name: str) -> None:
    store(cluster, name, "10.0.0.0/28")

    text = program("list", "-o", "openmetrics").out

    (pool,) = samples(text)["usable_addresses"]
    assert pool == (name if name.isprintable() else pool[0],)
    assert all(each.isprintable() or each == "\n" for each in text)
    families: Any = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    assert values(parse_prometheus_text(text)) == values(families)


def values(families: Any) -> list[tuple[str, dict[str, str], float]]:
    return [(each.name, each.labels, each.value) for family in families for each in family.samples]
