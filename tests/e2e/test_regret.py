"""F7 on a real API server: the range of a deleted pool is requested at once."""

import time
from collections.abc import Callable, Sequence

from ippoolctl.cli.app import main
from tests.allocation.regret import MOST, regrets
from tests.e2e.cluster import Cluster
from tests.noise import NOISE

Note = Callable[[str, object], None]


def regret(cluster: Cluster, number: int, lag: float) -> float:
    """Seconds from the webhook's first possible admission, or the start, to the command's end."""
    old, new, cidr = f"old-{number}", f"new-{number}", f"10.0.{number}.0/24"
    cluster.webhook.lag = 0.0
    cluster.webhook.cache.catch_up()  # with what the run before this one has made
    cluster.create_and_tell(old, cidr)
    cluster.webhook.lag = lag
    assert cluster.delete(old).status == 200
    began = time.monotonic()

    config = str(cluster.plane.kubeconfig("admin"))
    code = main(["create", new, "--range", cidr, "--wait", "-q", "--kubeconfig", config])

    ended = time.monotonic()
    assert code == 0
    first = cluster.webhook.first_admissible(cidr, by=new, since=began)
    assert first is not None
    return ended - first


def test_stale_denials_are_waited_out_with_little_regret(
    cluster: Cluster, record_property: Note
) -> None:
    def measured(lags: Sequence[float]) -> list[float]:
        return [regret(cluster, number, lag) for number, lag in enumerate(lags)]

    found = regrets(measured)

    record_property("shown at the end", found.text)
    assert found.most <= MOST + NOISE


def test_a_real_overlap_is_not_waited_for(cluster: Cluster, record_property: Note) -> None:
    cluster.webhook.lag = 10.0
    assert cluster.create("there", "10.0.0.0/24").status == 201
    config = str(cluster.plane.kubeconfig("admin"))
    began = time.monotonic()

    code = main(["create", "new", "--range", "10.0.0.0/25", "--wait", "-q", "--kubeconfig", config])

    seconds = time.monotonic() - began
    record_property("shown at the end", f"a real overlap is reported after {seconds:.3f} s")
    assert code == 4
    assert seconds < 1 + NOISE
