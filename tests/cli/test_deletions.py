"""F27 and F28: many that delete the same pools, and a finalizer that nobody takes away."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ippoolctl.cli.app import main
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.cli.program import Program
from tests.proxy.fault_proxy import FaultProxy
from tests.scenarios.processes import kubeconfig

NAMES = [f"p{number}" for number in range(5)]


def test_twenty_that_delete_the_same_pools_all_end_well_and_each_is_deleted_once(
    tmp_path: Path,
) -> None:
    load = [pool_object(name, f"10.{number}.0.0/24") for number, name in enumerate(NAMES)]
    with (
        Sandbox(Settings(lag=0.3), load=load) as sandbox,
        FaultProxy(sandbox.url, seed=27) as proxy,
        ThreadPoolExecutor(20) as pool,
    ):
        arguments = ["delete", *NAMES, "--wait", "-q", "--kubeconfig"]
        arguments.append(str(kubeconfig(tmp_path, proxy.url)))

        codes = list(pool.map(lambda _: main(list(arguments)), range(20)))

        assert codes == [0] * 20
        assert sandbox.store.snapshot(sandbox.kinds.pools.resource)[0] == {}
    deleted = Counter(
        each.path.rpartition("/")[2]
        for each in proxy.log
        if each.method == "DELETE" and each.server_status == 200
    )
    assert deleted == dict.fromkeys(NAMES, 1)


def test_a_finalizer_that_holds_is_named_and_left_alone(program: Program, tmp_path: Path) -> None:
    held = pool_object("held", "10.0.0.0/24")
    held["metadata"]["finalizers"] = ["example.com/held"]
    with Sandbox(load=[held]) as sandbox:
        config = str(kubeconfig(tmp_path, sandbox.url))

        result = program("delete", "held", "--wait", "--timeout", "1s", "--kubeconfig", config)

        found = sandbox.store.get(sandbox.kinds.pools.resource, ("", "held"))
    assert result.code == 5
    assert "waiting for finalizers example.com/held" in result.err
    assert found is not None
    assert found["spec"] == held["spec"]
    assert found["metadata"]["finalizers"] == ["example.com/held"]
