"""``delete``: parallel deletes of the same pools (F27), a finalizer that stays (F28)."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from ippoolctl.cli.app import main
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster, FakeGateway
from tests.proxy.fault_proxy import FaultProxy
from tests.scenarios.processes import kubeconfig

NAMES = [f"p{number}" for number in range(5)]


def test_twenty_runs_delete_each_pool_once_and_succeed(
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


def test_a_remaining_finalizer_is_reported_and_kept(program: Program, tmp_path: Path) -> None:
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


RANGE = "10.0.0.0/24"


def ends(result: Result) -> list[tuple[str, int, str]]:
    """State, code and words of each pool."""
    items = result.document["items"]
    return [(each["state"], each["code"], each.get("message", "")) for each in items]


def test_a_forced_dry_run_names_the_users_of_a_pool_that_it_does_not_delete(
    program: Program, cluster: FakeCluster
) -> None:
    """It said that the pool was deleted while in use."""
    store(cluster, "edge", "10.0.0.0/24")
    cluster.consumers = [Consumer("Egress", "web", "edge", "10.0.0.1")]

    result = program("delete", "edge", "--force", "--dry-run", "client")

    assert (result.code, cluster.names) == (0, ["edge"])
    assert result.err == "warning: pool edge is in use: Egress web holds 10.0.0.1\n"


def test_thousands_of_users_or_pools_do_not_fill_the_screen(
    program: Program, cluster: FakeCluster
) -> None:
    """A message listed all of them in one line: 330 kB for 10,000 users."""
    for number in range(20):
        store(cluster, f"p{number:02}", f"10.{number}.0.0/24")
    users = [f"e{number:02}" for number in range(25)]
    cluster.consumers = [Consumer("Egress", each, "p00", "10.0.0.1") for each in users]

    refused, forced = program("delete", "p*"), program("delete", "p00", "--force")

    shown = "; ".join(f"Egress {each} holds 10.0.0.1" for each in users[:10])
    assert f"error: pool p00 is in use: {shown}; and 15 more\n" in refused.err
    untried = ", ".join(f"p{number:02}" for number in range(1, 11))
    assert f"\nnot tried: {untried} and 9 more\n" in refused.err
    assert f"warning: deleted while in use: {shown}; and 15 more\n" in forced.err


def test_a_pool_in_use_is_refused_with_its_users(program: Program, cluster: FakeCluster) -> None:
    for number, name in enumerate("abc"):
        store(cluster, name, f"10.{number}.0.0/24")
    cluster.consumers = [Consumer("Egress", "out", "b", "10.1.0.1")]

    result = program("delete", "a", "b", "c")

    assert result.code == 4
    assert "Egress out holds 10.1.0.1" in result.err
    assert cluster.names == ["b", "c"]
    assert program("delete", "b", "--force").out == "externalippool.crd.antrea.io/b deleted\n"


def test_without_waiting_every_pool_has_its_own_time(
    program: Program, gateway: FakeGateway
) -> None:
    names = [f"p{number}" for number in range(40)]
    for number, name in enumerate(names):
        store(gateway.cluster, name, f"10.{number}.0.0/24")
    gateway.seconds = 0.3

    assert program("delete", *names).code == 0


def test_all_pools_are_deleted_before_the_first_wait(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", RANGE)
    cluster.cache.catch_up()
    cluster.cache.lag = 2

    result = program("delete", "a", "b", "--until", "forgotten")

    assert result.code == 0
    assert result.out.count("forgotten by the webhook") == 2


def test_a_timeout_of_one_wait_keeps_the_deletion_of_other_pools(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "a", RANGE, finalizers=["x/y"])
    store(cluster, "b", "10.1.0.0/24")

    result = program("delete", "a", "b", "--wait", "--timeout", "2s", "-o", "json")

    assert result.code == 5
    first, second = ends(result)
    assert (first[:2], "waiting for finalizers x/y" in first[2]) == (("deleted", 5), True)
    assert second == ("deleted", 0, "deletion started")
    again = program("delete", "a", "b", "--wait", "--timeout", "2s")
    assert "not tried" not in again.err
    assert again.out == "externalippool.crd.antrea.io/b not found, nothing to delete\n"


def test_a_signal_during_one_wait_keeps_the_deletion_of_other_pools(
    program: Program, cluster: FakeCluster
) -> None:
    for number, name in enumerate("ab"):
        store(cluster, name, f"10.{number}.0.0/24", finalizers=["x/y"])
    cluster.clock.after(1, lambda: os.kill(os.getpid(), signal.SIGTERM))

    result = program("delete", "a", "b", "--wait", "-o", "json")

    assert result.code == 143
    assert ends(result) == [
        ("deleted", 143, "stopped: pool a is terminating"),
        ("deleted", 0, "deletion started"),
    ]


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize(
    ("waiting", "code", "message"),
    [
        ((), 0, ""),
        (("--wait",), 130, "stopped: pool b is terminating"),
    ],
)
def test_ctrl_c_after_the_deletions_ends_the_command_before_it_waits(
    program: Program, gateway: FakeGateway, waiting: tuple[str, ...], code: int, message: str
) -> None:
    store(gateway.cluster, "b", RANGE, finalizers=["x/y"])
    gateway.before("list", interrupt)

    result = program("delete", "a", "b", *waiting, "-o", "json")

    assert result.code == code
    assert ends(result) == [("absent", 0, ""), ("deleted", code, message)]
    assert gateway.cluster.clock.now() == 1000


@pytest.mark.parametrize("stopped", [True, False])
def test_a_pool_that_is_gone_is_not_terminating_when_the_wait_for_the_webhook_ends(
    program: Program, cluster: FakeCluster, *, stopped: bool
) -> None:
    store(cluster, "a", "10.0.0.0/24")
    cluster.cache.catch_up()
    cluster.cache.lag = 30
    if stopped:
        cluster.clock.after(2, interrupt)

    result = program("delete", "a", "--until", "forgotten", "--timeout", "5s", "-o", "json")

    code = 130 if stopped else 5
    message = (
        "stopped: pool a was deleted; the webhook may not have forgotten it yet"
        if stopped
        else "pool a was deleted, but timed out after 5s: the webhook has not forgotten pool a yet:"
        " it still denies 10.0.0.0 because of pool a"
    )
    assert (result.code, cluster.names) == (code, [])
    assert ends(result) == [("deleted", code, message)]


def test_a_deletion_before_a_refusal_is_reported_as_started(
    program: Program, cluster: FakeCluster
) -> None:
    for number, name in enumerate("abc"):
        store(cluster, name, f"10.{number}.0.0/24")
    cluster.consumers = [Consumer("Egress", "out", "b", "10.1.0.1")]

    result = program("delete", "a", "b", "c", "--wait")

    assert result.code == 4
    assert result.out == "externalippool.crd.antrea.io/a deletion started\n"
    assert "not tried: c" in result.err


def test_the_ranges_of_an_absent_pool_are_unknown(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", "10.1.0.0/24")
    cluster.remove_but_for_the_cache("a", lag=3)

    result = program("delete", "a", "b", "--until", "forgotten", "-o", "json")

    assert result.code == 3
    absent, forgotten = result.document["items"]
    assert (absent["state"], absent["code"]) == ("absent", 3)
    assert "its ranges are unknown" in absent["message"]
    assert "ippoolctl wait a --until forgotten --range" in absent["hint"]
    assert (forgotten["state"], forgotten["code"]) == ("forgotten", 0)


@pytest.mark.parametrize("waiting", [(), ("--wait",), ("--until", "gone")])
def test_an_absent_pool_is_success(
    program: Program, cluster: FakeCluster, waiting: tuple[str, ...]
) -> None:
    result = program("delete", "a", *waiting)

    assert (result.code, cluster.names) == (0, [])
    assert result.out == "externalippool.crd.antrea.io/a not found, nothing to delete\n"


def fill(cluster: FakeCluster, *names: str, **labels: str) -> None:
    for number, name in enumerate(names):
        store(cluster, name, f"10.{len(cluster.names) + number}.0.0/24", labels=labels)


def test_a_pattern_deletes_the_pools_that_match_it(program: Program, cluster: FakeCluster) -> None:
    fill(cluster, "e2e", "e2e-1", "e2e-2", "e2e-10", "lab")

    looked = program("delete", "e2e-*", "--dry-run", "client", "-o", "name")
    one = program("delete", "eip/e2e-?", "lab", "e2e-1", "-o", "name")
    rest = program("delete", "e2e*")

    assert [each.rpartition("/")[2] for each in looked.out.split()] == ["e2e-1", "e2e-10", "e2e-2"]
    assert [each.rpartition("/")[2] for each in one.out.split()] == ["e2e-1", "e2e-2", "lab"]
    assert rest.code == 0
    assert cluster.names == []


def test_labels_choose_pools(program: Program, cluster: FakeCluster) -> None:
    fill(cluster, "a", "b", team="net")
    fill(cluster, "c")

    assert program("delete", "-l", "team=net").code == 0
    assert cluster.names == ["c"]


def test_the_pools_of_manifests_are_deleted_by_their_names(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    fill(cluster, "a", "b", "c")
    broken = pool_object("b", "10.9.0.0/33")
    text = yaml.safe_dump_all([pool_object("a", RANGE), broken, {"kind": "X", "apiVersion": "v1"}])
    (here / "pools.yaml").write_text(text, encoding="utf-8")

    result = program("delete", "-f", "pools.yaml")

    assert (result.code, result.err.count("error")) == (0, 0)
    assert cluster.names == ["c"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no pools specified"),
        (["a", "-l", "x=y"], "NAME, --selector and --filename cannot be used together"),
        (["a", "-f", "x.yaml"], "NAME, --selector and --filename cannot be used together"),
        (["-l", " "], "the selector is empty, so it would match all pools"),
        (["a", "a*", "a*"], "duplicate pool name"),
        (["A*"], "invalid pool name: 'A*'"),
        (["-f", "nothing.yaml"], "nothing.yaml"),
        (["-f", "empty.yaml"], "no ExternalIPPools in the input"),
        (["-f", "generated.yaml"], "1 pool in the input without a name"),
    ],
)
def test_an_unclear_choice_is_wrong_usage(
    program: Program, cluster: FakeCluster, here: Path, arguments: list[str], words: str
) -> None:
    fill(cluster, "a")
    (here / "empty.yaml").write_text("kind: X\napiVersion: v1\n", encoding="utf-8")
    generated = pool_object("a", RANGE)
    generated["metadata"] = {"generateName": "a-"}
    (here / "generated.yaml").write_text(yaml.safe_dump(generated), encoding="utf-8")

    result = program("delete", *arguments)

    assert (result.code, cluster.names) == (2, ["a"])
    assert result.err.startswith(f"error: {words}")


@pytest.mark.parametrize("chosen", [["b*"], ["-l", "team=net"], ["a", "b?"]])
def test_a_selection_without_a_match_is_reported(
    program: Program, cluster: FakeCluster, chosen: list[str]
) -> None:
    fill(cluster, "a")

    strict = program("delete", *chosen, "--must-exist")
    assert (strict.code, cluster.names) == (1, ["a"])
    assert strict.err.startswith("error: no pool matches ")

    result = program("delete", *chosen)
    assert result.code == 0
    assert result.err.startswith("no pool matches ")
    assert result.err.endswith("; nothing to delete\n")


def test_an_absent_pool_of_which_numbered_ones_exist_names_them(
    program: Program, cluster: FakeCluster
) -> None:
    fill(cluster, "multi-1", "multi-2", "multi-10", "multi-x", "multiple-1")

    result = program("delete", "multi")
    strict = program("delete", "multi", "--must-exist", "-o", "json")

    assert (result.code, len(cluster.names)) == (0, 5)
    assert result.err == (
        "warning: pool multi not found; multi-1, multi-2, multi-10 exist\n"
        "hint: delete them: ippoolctl delete multi-1 multi-2 multi-10\n"
    )
    (item,) = strict.document["items"]
    assert (strict.code, item["code"]) == (1, 1)
    assert item["message"] == "pool multi not found; multi-1, multi-2, multi-10 exist"


def test_deleting_an_absent_pool_succeeds_without_permission_to_list(
    program: Program, gateway: FakeGateway
) -> None:
    gateway.fail("list", RejectedFault(403, "forbidden", reason="Forbidden"))

    assert program("delete", "multi").code == 0
    assert program("delete", "multi-*").code == 0


@pytest.mark.parametrize("command", ["list", "delete", "export"])
def test_a_selector_that_is_not_utf_8_is_wrong_usage(
    program: Program, tmp_path: Path, command: str
) -> None:
    with Sandbox() as sandbox:
        config = str(kubeconfig(tmp_path, sandbox.url))

        result = program(command, "-l", "team=\udcff", "--kubeconfig", config)

    assert result.code == 2
    assert r"error: invalid --selector: 'team=\udcff'" in result.err
