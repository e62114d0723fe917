"""A deleted pool's range is requested at once: how long beyond the webhook's lag that takes."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ippoolctl.cli.app import main
from ippoolctl.sandbox.antrea.lagging_cache import Change
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.allocation.clients import Server, kubeconfig
from tests.allocation.conftest import Field
from tests.allocation.regret import MOST, regrets
from tests.noise import NOISE

BESIDE = 8
"""How many at a time; each of them waits most of the time."""
RANGE = "10.0.0.0/24"
Note = Callable[[str, object], None]


def regret(lag: float, directory: Path) -> float:
    """Seconds from the webhook's first possible admission, or the start, to the command's end."""
    changes: list[Change] = []
    with Sandbox(Settings(lag=0.0)) as sandbox:
        server = Server(sandbox.url)
        assert server.create("old", RANGE) == 201
        sandbox.cache.catch_up()
        sandbox.cache._notice = changes.append
        sandbox.cache.lag = lag
        assert server.delete("old") == 200
        began = time.monotonic()
        config = kubeconfig(sandbox.url, directory)
        code = main(["create", "new", "--range", RANGE, "--wait", "-q", "--kubeconfig", config])
        ended = time.monotonic()
        names = [each["metadata"]["name"] for each in server.pools()]
        server.close()
    assert (code, names) == (0, ["new"])
    forgotten = next(each.moment for each in changes if each.key == "old" and each.pool is None)
    return ended - max(forgotten, began)


def measured(lags: Sequence[float], directory: Path) -> list[float]:
    """The regret of a create for each lag, several at a time."""
    with ThreadPoolExecutor(BESIDE) as threads:
        return list(threads.map(lambda lag: regret(lag, directory), lags))


def test_stale_denials_are_waited_out_with_little_regret(
    tmp_path: Path, record_property: Note
) -> None:
    found = regrets(lambda lags: measured(lags, tmp_path))

    record_property("shown at the end", found.text)
    assert found.most <= MOST + NOISE


def test_a_real_overlap_is_not_waited_for(
    field: Callable[[Settings], Field], record_property: Note
) -> None:
    where = field(Settings(lag=10.0))
    assert where.server.create("there", RANGE) == 201
    began = time.monotonic()

    code = main(["create", "new", "--range", RANGE, "--wait", "-q", "--kubeconfig", where.config])

    seconds = time.monotonic() - began
    record_property("shown at the end", f"a real overlap is reported after {seconds:.3f} s")
    assert code == 4
    assert seconds < 1 + NOISE
