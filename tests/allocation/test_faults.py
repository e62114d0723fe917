"""Parallel commands get ranges without overlaps while network and server fail in seven ways."""

import random
from collections.abc import Callable
from pathlib import Path

from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import CLIENTS, commands_at_once, fresh, kubeconfig, marked, overlaps
from tests.allocation.conftest import Field
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import standard_faults

ROUNDS = 1
Note = Callable[[str, object], None]


def test_lost_answers_and_refusals_only_cost_time(
    field: Callable[[Settings], Field], tmp_path: Path, record_property: Note
) -> None:
    where, seed = field(Settings(lag=0.3)), random.randrange(2**32)
    # A request that got no answer is sent again when its own time is up.
    hurried = ("--request-timeout", "2s", "--timeout", "90s")
    with FaultProxy(where.sandbox.url, seed=seed, rules=standard_faults(0.06)) as proxy:
        config = kubeconfig(proxy.url, tmp_path)
        for number in range(ROUNDS):
            ends = commands_at_once(config, fresh(number, *hurried))
            assert [each.code for each in ends] == [0] * CLIENTS, seed
        faults = sum(each.fault is not None for each in proxy.log)

    pools = where.server.pools()
    assert (len(pools), overlaps(pools), marked(pools)) == (ROUNDS * CLIENTS, 0, []), seed
    shown = f"{ROUNDS} rounds of {CLIENTS} with {faults} faults, seed {seed}: 0 overlaps"
    record_property("shown at the end", shown)
