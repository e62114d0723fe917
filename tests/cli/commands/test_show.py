"""``show``: one pool with its ranges and findings."""

from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

RANGE = "10.0.0.0/24"


def test_show_lists_every_range_and_finding(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE, labels={"team": "net"})
    store(cluster, "lab", "10.0.0.0/25")

    shown = program("show", "lab")

    assert "State:   overlap,frozen" in shown.out
    assert "10.0.0.0/25   126      128" in shown.out
    assert "EIP209" in shown.out
    assert program("show", "lad").code == 1
