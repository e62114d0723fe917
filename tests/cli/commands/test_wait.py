"""``wait``: states that are not reached in time."""

from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

RANGE = "10.0.0.0/24"


def test_a_pending_or_terminating_pool_is_not_ready(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, annotations={"ippoolctl/state": "pending"})
    store(cluster, "b", "10.1.0.0/24", finalizers=["x/y"])
    cluster.remove("b")

    for name, why in (("a", "still pending"), ("b", "terminating")):
        result = program("wait", name, "--timeout", "1s")
        assert (result.code, why in result.err) == (5, True)


def test_a_missing_pool_hints_at_the_list(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE)

    for state in ("ready", "seen"):
        result = program("wait", "nope", "--until", state, "--timeout", "1s")
        assert (result.code, "not found" in result.err) == (5, True)
        assert "hint: list all pools: ippoolctl list" in result.err


def test_the_end_of_a_pool_that_is_not_deleted_hints_at_delete(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", "10.1.0.0/24", finalizers=["x/y"])
    cluster.remove("b")

    for state in ("gone", "forgotten"):
        result = program("wait", "a", "--until", state, "--timeout", "1s")
        assert (result.code, "yet: deletion not started\n" in result.err) == (5, True)
        assert "hint: delete the pool: ippoolctl delete a\n" in result.err
        terminating = program("wait", "b", "--until", state, "--timeout", "1s")
        assert "yet: waiting for finalizers x/y\nhint: increase --timeout\n" in terminating.err
