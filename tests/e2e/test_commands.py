"""The other commands on a real API server."""

import signal
import time
from pathlib import Path

import orjson

from tests.builders import pool_object
from tests.e2e.api import EGRESSES, POOLS
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command, ended, outcome_of
from tests.e2e.waiting import until
from tests.noise import NOISE


def egress(cluster: Cluster, pool: str, address: str) -> None:
    body = {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": "out"},
        "spec": {"appliedTo": {}, "externalIPPool": pool, "egressIP": address},
    }
    assert cluster.plane.request("POST", EGRESSES, body).status == 201


def twins(cluster: Cluster) -> None:
    """Two pools that overlap, as both got past a webhook that was behind."""
    cluster.webhook.lag = 5.0
    assert cluster.create("edge", "10.0.0.0/24").status == 201
    assert cluster.create("lab", "10.0.0.128/25", "fd00::/124").status == 201


def test_list_shows_numbers_and_states(cluster: Cluster, command: Command) -> None:
    twins(cluster)
    cluster.create("alone", "10.9.0.0/28")
    egress(cluster, "alone", "10.9.0.1")
    until(
        lambda: cluster.pools()["alone"].get("status", {}).get("usage", {}).get("used") == 1,
        "the address counts as used",
    )

    document = command("list", "-o", "json").document
    table = command("list").out.splitlines()

    items = {each["name"]: each for each in document["items"]}
    assert items["edge"]["states"] == ["overlap", "frozen"]
    alone = items["alone"]
    assert (alone["usable"], alone["used"], alone["free"]) == (14, 1, 13)
    assert table[1].split()[:-1] == ["alone", "10.9.0.0/28", "14", "1", "13", "8%", "ok"]


def test_a_map_shows_what_the_cluster_has(cluster: Cluster, command: Command) -> None:
    twins(cluster)
    cluster.create("alone", "10.9.0.0/28")
    egress(cluster, "alone", "10.9.0.1")
    until(
        lambda: cluster.pools()["alone"].get("status", {}).get("usage", {}).get("used") == 1,
        "the address counts as used",
    )

    items = {each["pool"]: each for each in command("map", "-o", "json").document["items"]}
    page = command("map", "-o", "html")

    assert (items["edge"]["overlapping"], items["lab"]["overlapping"]) == ("128", "128")
    assert (items["alone"]["used"], items["alone"]["held"]) == ("1", "13")
    assert (page.code, page.err) == (0, "")
    assert '<th scope="row" data-key="' in page.out
    assert ">10.9.0.1<" in page.out


def test_a_watch_prints_each_change(cluster: Cluster, command: Command) -> None:
    cluster.create("a", "10.0.0.0/28")
    until(lambda: "status" in cluster.pools()["a"], "the status is written")

    process = command.start("list", "--watch", "--no-headers")
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    cluster.create("b", "10.1.0.0/28")
    until(lambda: "status" in cluster.pools()["b"], "the status is written")
    cluster.delete("a")
    while "deleted" not in lines[-1]:
        lines.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    result = ended(process)

    states = [(words[0], words[-2]) for words in map(str.split, lines)]
    assert states[0] == ("a", "ok")
    assert states[-2:] == [("b", "ok"), ("a", "deleted")]
    assert (result.code, result.err) == (130, "")


def test_list_by_selector_name_and_order(cluster: Cluster, command: Command) -> None:
    labelled = pool_object("b", "10.1.0.0/24")
    labelled["metadata"]["labels"] = {"team": "net"}
    cluster.plane.request("POST", POOLS, labelled)
    cluster.create("a", "10.0.0.0/28")
    cluster.create("c", "10.2.0.0/29")

    assert command("list", "-l", "team=net", "-o", "name").out.split() == [
        "externalippool.crd.antrea.io/b"
    ]
    names = command("list", "--sort-by", "usable", "-o", "name").out.split()
    assert [each[-1] for each in names] == ["b", "a", "c"]
    one = command("list", "a", "nope", "--no-headers")
    assert (one.code, one.out.split()[0]) == (1, "a")
    assert "pool nope not found" in one.err
    assert command("list", "-l", "a in (").code == 2


def test_show_reports_problems(cluster: Cluster, command: Command) -> None:
    twins(cluster)

    shown = command("show", "lab")

    assert "overlap,frozen" in shown.out
    assert "10.0.0.128/25" in shown.out
    assert "EIP209" in shown.out
    missing = command("show", "lob")
    assert (missing.code, "did you mean lab?" in missing.err) == (1, True)


def test_an_exported_pool_can_be_created_by_kubectl(cluster: Cluster, command: Command) -> None:
    command("create", "a", "--range", "10.0.0.0/24,fd00::1-fd00::9")
    manifest = command("list", "-o", "manifest").out
    command("delete", "a", "--until", "forgotten")

    created = cluster.plane.kubectl("create", "-f", "-", input=manifest)

    assert created.returncode == 0, created.stderr
    assert "annotations" not in cluster.pools()["a"]["metadata"]


def test_check_without_files_reads_the_cluster(cluster: Cluster, command: Command) -> None:
    twins(cluster)

    result = command("check", "-o", "json")

    assert result.code == 1
    # No controller writes a status.
    rules = [each["rule"] for each in result.document["items"] if each["rule"] != "EIP413"]
    assert rules == ["EIP409", "EIP209"]
    # The control plane has neither these kinds nor a Node with a Pod CIDR, nor Antrea.
    assert {(each["fact"], each["why"]) for each in result.document["skipped"]} == {
        ("pod-cidrs", "not-reported"),
        ("controller-info", "not-served"),
        ("antrea-config", "not-reported"),
        ("ip-pools", "not-served"),
        ("metallb-pools", "not-served"),
        ("node-subnet", "not-read"),
    }
    assert result.document["summary"]["livePools"] == 2


def test_check_live_checks_files_together_with_live_pools(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    cluster.create("edge", "10.0.0.0/24", "10.5.0.0/24")
    file = tmp_path / "pools.json"
    items = [pool_object("edge", "10.0.0.0/24"), pool_object("new", "10.0.0.9-10.0.0.10")]
    file.write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    alone = command("check", str(file), "-o", "json")
    landed = command("check", str(file), "--live", "-o", "json")

    assert {each["rule"] for each in alone.document["items"]} == {"EIP209"}
    assert {each["rule"] for each in landed.document["items"]} - {"EIP413"} == {"EIP209", "EIP210"}


def test_check_reports_a_live_pool_that_cannot_be_read(cluster: Cluster, command: Command) -> None:
    cluster.webhook.fault = "allow"
    cluster.create("poison", "10.0.0.9-10.0.0.1")

    rules = {each["rule"] for each in command("check", "-o", "json").document["items"]}
    states = command("list", "-o", "json").document["items"][0]["states"]

    assert "EIP211" in rules
    assert "frozen" in states


def test_verdict_suggest_and_diff_against_the_cluster(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    cluster.create("edge", "10.0.0.0/25")
    file = tmp_path / "new.json"
    file.write_bytes(orjson.dumps(pool_object("new", "10.0.0.64/26")))

    verdict = command("verdict", str(file), "--live", "-o", "json")
    suggested = command("suggest", "--ips", "14", "--within", "10.0.0.0/24", "-o", "ranges")
    file.write_bytes(orjson.dumps(pool_object("edge", "10.0.0.0/25", "10.0.1.0/24")))
    diff = command("diff", str(file), "-o", "json")

    assert verdict.code == 4
    assert suggested.out == "10.0.0.128/28\n"
    assert diff.code == 1
    assert diff.document["items"][0]["rangesAdded"] == ["10.0.1.0/24"]


def test_diff_is_empty_after_create_from_the_same_file(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(orjson.dumps(pool_object("a", "10.0.0.0/25")))
    command("create", "-f", str(file))

    assert command("diff", str(file)).code == 0


def test_delete_leaves_a_pool_in_use_alone_unless_forced(
    cluster: Cluster, command: Command
) -> None:
    cluster.create("a", "10.0.0.0/24")
    egress(cluster, "a", "10.0.0.7")

    refused = command("delete", "a")
    assert refused.code == 4
    assert "Egress out holds 10.0.0.7" in refused.err
    assert "a" in cluster.pools()

    assert command("delete", "a", "--force", "--wait").code == 0
    assert cluster.pools() == {}


def test_delete_of_an_absent_pool_succeeds_unless_it_must_exist(command: Command) -> None:
    assert command("delete", "a").code == 0
    assert command("delete", "a", "--must-exist").code == 1


def test_delete_without_the_right_to_list_consumers_warns_and_uses_the_status(
    cluster: Cluster, command: Command
) -> None:
    cluster.create("a", "10.0.0.0/24")

    result = command("delete", "a", user="editor")

    assert result.code == 0
    assert "no permission to list every Egress and Service" in result.err


def test_a_blocking_finalizer_is_named_at_the_deadline(cluster: Cluster, command: Command) -> None:
    held = pool_object("a", "10.0.0.0/24")
    held["metadata"]["finalizers"] = ["example.com/held"]
    cluster.plane.request("POST", POOLS, held)

    result = command("delete", "a", "--wait", "--timeout", "2s")

    assert result.code == 5
    assert "example.com/held" in result.err
    assert cluster.pools()["a"]["metadata"]["finalizers"] == ["example.com/held"]


def test_parallel_deletes_of_the_same_pools_all_succeed(cluster: Cluster, command: Command) -> None:
    names = [f"p{number}" for number in range(5)]
    for number, name in enumerate(names):
        cluster.create(name, f"10.{number}.0.0/24")

    processes = [command.start("delete", *names, "--wait") for _ in range(20)]

    assert [ended(each).code for each in processes] == [0] * 20
    assert cluster.pools() == {}


def test_sweep_deletes_pools_that_expired_by_the_servers_clock(
    cluster: Cluster, command: Command
) -> None:
    for number, name in enumerate(("used", "unused")):
        made = command("create", name, "--range", f"10.{number}.0.0/24", "--ttl", "1s", "--wait")
        assert made.code == 0
    assert command("create", "young", "--range", "10.9.0.0/24", "--ttl", "1h", "--wait").code == 0
    egress(cluster, "used", "10.0.0.7")
    until(lambda: "EIP803" in command("check").out, "something has expired")
    until(lambda: "unused would be" in command("sweep", "--dry-run").out, "unused has expired")

    assert command("sweep", "--yes", user="editor").code == 3
    assert len(cluster.pools()) == 3
    swept = command("sweep", "--yes")

    assert swept.code == 0
    assert sorted(cluster.pools()) == ["used", "young"]
    assert "Egress out holds 10.0.0.7" in swept.out


def test_delete_until_forgotten_frees_the_range(cluster: Cluster, command: Command) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    cluster.webhook.lag = 1.5

    assert command("delete", "a", "--until", "forgotten").code == 0
    assert cluster.create("b", "10.0.0.0/24").status == 201


def test_wait_forgotten_needs_the_range_once_the_pool_is_gone(
    cluster: Cluster, command: Command
) -> None:
    cluster.create_and_tell("a", "10.0.0.0/24")
    cluster.webhook.lag = 1.0
    cluster.delete("a")

    assert command("wait", "a", "--until", "forgotten").code == 2
    assert command("wait", "a", "--until", "forgotten", "--range", "10.0.0.0/24").code == 0
    assert "a" not in cluster.webhook.knows()


def test_without_a_webhook_seen_and_forgotten_are_code_3_at_once(
    cluster: Cluster, command: Command
) -> None:
    cluster.create("a", "10.0.0.0/24")
    cluster.webhook.unregister()
    began = time.monotonic()

    assert command("wait", "a", "--until", "seen").code == 3
    assert time.monotonic() - began < 1 + NOISE
    assert command("create", "b", "--range", "10.1.0.0/24").code == 0


def test_a_wait_that_times_out_is_code_5(cluster: Cluster, command: Command) -> None:
    cluster.controller.pause()
    cluster.create("a", "10.0.0.0/24")

    result = command("wait", "a", "--timeout", "1s", "-o", "json")

    assert result.code == 5
    assert outcome_of(result)["code"] == 5
    assert "status not written yet" in result.err
