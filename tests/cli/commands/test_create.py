"""``create`` with ranges: pools in order, outcomes, waiting, wrong usage."""

import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"


BUSY = RejectedFault(503, "come later", reason="ServiceUnavailable", retry_after=1)


def write(directory: Path, *names: str) -> str:
    items = [pool_object(name, f"10.{number}.0.0/24") for number, name in enumerate(names)]
    path = directory / "pools.json"
    path.write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return str(path)


def test_create_prints_what_kubectl_prints(program: Program, cluster: FakeCluster) -> None:
    assert program("create", "a", "--range", RANGE).out == (
        "externalippool.crd.antrea.io/a created\n"
    )
    again = program("create", "a", "--range", RANGE)
    assert again.out == (
        "externalippool.crd.antrea.io/a unchanged (created by an earlier run of this request)\n"
    )
    assert program("create", "b", "--range", "10.1.0.0/24", "-o", "ranges").out == "10.1.0.0/24\n"
    assert cluster.names == ["a", "b"]


def test_pools_after_the_first_failure_are_not_tried(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "taken", "10.1.0.0/24")

    result = program("create", "-f", write(here, "a", "b", "c", "d"), "-o", "json")

    assert result.code == 4
    states = [each["state"] for each in result.document["items"]]
    assert states == ["created", "refused", "not-tried", "not-tried"]
    assert cluster.names == ["a", "taken"]
    assert "not tried: c, d" in result.err


def test_a_fault_keeps_the_outcomes_of_earlier_pools(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    gateway.before(
        "list_exact",
        lambda: gateway.fail("create", RejectedFault(403, "forbidden", reason="Forbidden")),
    )

    result = program("create", "-f", write(here, "a", "b", "c"), "-o", "json")

    assert result.code == 3
    states = [each["state"] for each in result.document["items"]]
    assert states == ["created", "failed", "not-tried"]


def test_a_signal_keeps_the_outcomes_of_earlier_pools(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    path = write(here, "a", "b", "c")
    stop = partial(os.kill, os.getpid(), signal.SIGTERM)
    gateway.before("list_exact", lambda: gateway.before("list_exact", stop))

    result = program("create", "-f", path, "-o", "json")

    assert result.code == 143
    states = [each["state"] for each in result.document["items"]]
    assert states == ["created", "stopped", "not-tried"]
    assert gateway.cluster.names == ["a"]
    assert "nothing is left behind" in result.err


def test_pools_of_one_command_that_overlap_are_refused_before_anything_is_written(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    items = [pool_object("a", RANGE), pool_object("b", "10.0.0.9-10.0.0.10")]
    (here / "x.json").write_bytes(
        orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    )

    assert program("create", "-f", "x.json").code == 4
    assert cluster.names == []


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"finalizers": ["x/y"]}, 2, "finalizers"),
        ({"name": None, "generateName": "x-"}, 2, "generateName"),
        ({"name": "Not_A_Name"}, 4, "EIP111"),
    ],
)
def test_invalid_files_are_refused(
    program: Program,
    cluster: FakeCluster,
    here: Path,
    change: dict[str, Any],
    code: int,
    words: str,
) -> None:
    document = pool_object("a", RANGE)
    metadata = {**document["metadata"], **change}
    document["metadata"] = {key: value for key, value in metadata.items() if value is not None}
    (here / "a.json").write_bytes(orjson.dumps(document))

    result = program("create", "-f", "a.json")

    assert (result.code, words in result.err) == (code, True)
    assert cluster.names == []


@pytest.mark.parametrize(
    ("name", "labels", "pool", "field", "value"),
    [
        ("y", "{}", "(without a name)", "name", "true"),
        ("lab", "{a: 010}", "lab", "labels.a", "8"),
    ],
)
def test_a_value_without_quotes_is_refused_in_plain_words(
    program: Program,
    cluster: FakeCluster,
    tmp_path: Path,
    name: str,
    labels: str,
    pool: str,
    field: str,
    value: str,
) -> None:
    path = tmp_path / "pool.yaml"
    path.write_text(
        f"""apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {{name: {name}, labels: {labels}}}
spec:
  ipRanges: [{{cidr: 10.50.0.0/24}}]
  nodeSelector: {{}}
""",
        encoding="utf-8",
    )

    result = program("create", "-f", str(path))

    assert (result.code, cluster.names) == (4, [])
    assert result.err == (
        f"error: pool {pool} was not created: invalid metadata: metadata.{field} (EIP111)\n"
        f"hint: quote the value; without quotes it is read as {value}\n"
    )


def test_a_hazard_that_breaks_a_controller_is_refused_unless_allowed(
    program: Program, cluster: FakeCluster
) -> None:
    odd = "2001:DB8::1-2001:DB8::9"

    refused = program("create", "a", "--range", odd)
    allowed = program("create", "a", "--range", odd, "--allow", "eip302")

    assert (refused.code, "EIP302" in refused.err) == (4, True)
    assert (allowed.code, cluster.names) == (0, ["a"])
    assert program("create", "b", "--range", "10.5.0.0/24", "--allow", "EIP209").code == 2


def test_a_refusal_is_a_document(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE)

    result = program("create", "lab", "--range", "10.0.0.9-10.0.0.10", "-o", "json")

    (item,) = result.document["items"]
    assert (result.code, item["code"], item["state"]) == (4, 4, "refused")
    (conflict,) = item["conflicts"]
    assert conflict == {
        "pool": "edge",
        "standing": "settled",
        "range": "10.0.0.9-10.0.0.10",
        "theirs": RANGE,
        "intersection": {"first": "10.0.0.9", "last": "10.0.0.10", "addresses": "2"},
    }


def test_each_reason_to_wait_is_one_line(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "old", RANGE)
    cluster.remove_but_for_the_cache("old", lag=3)

    result = program("create", "new", "--range", RANGE, "--wait")

    assert result.code == 0
    (line,) = result.err.splitlines()
    assert line.startswith("stale denial: the webhook cache still contains deleted pool old")
    assert "s left" in line


def test_quiet_prints_nothing_during_a_wait(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "old", RANGE)
    cluster.remove_but_for_the_cache("old", lag=3)

    assert program("create", "new", "--range", RANGE, "--wait", "-q").err == ""


def test_a_failed_wait_reports_the_creation(program: Program, cluster: FakeCluster) -> None:
    result = program("create", "a", "--range", RANGE, "--until", "ready", "--timeout", "3s")

    assert result.code == 5
    assert "pool a was created, but timed out" in result.err
    assert cluster.names == ["a"]


def test_pools_that_were_not_tried_have_no_code(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "taken", RANGE)

    items = program("create", "-f", write(here, "a", "b"), "-o", "json").document["items"]

    assert [each.get("code") for each in items] == [4, None]


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "a", "--range", RANGE, "--until", "seen"],
        ["create", "a", "--ips", "6", "--within", RANGE, "--until", "seen"],
        ["extend", "lab", "--range", RANGE, "--until", "seen"],
        ["delete", "lab", "--until", "forgotten"],
        ["wait", "lab", "--until", "seen"],
    ],
)
def test_the_registration_of_the_webhook_is_read_once_for_each_pool(
    program: Program, gateway: FakeGateway, arguments: list[str]
) -> None:
    store(gateway.cluster, "lab", "10.9.0.0/28")

    assert program(*arguments).code == 0
    assert [method for _, method in gateway.requests].count("webhook") == 1


def test_pools_created_before_the_server_was_busy_are_reported(
    program: Program, gateway: FakeGateway
) -> None:
    created = program("create", "e", "--ips", "6", "--within", RANGE, "--count", "2", "-o", "json")
    assert created.code == 0
    gateway.before(
        "webhook",
        lambda: gateway.before("webhook", lambda: gateway.fail("webhook", BUSY, times=1000)),
    )

    result = program(
        "create", "f", "--ips", "6", "--within", RANGE, "--count", "2", "--until", "seen",
        "--timeout", "3s", "-o", "json",
    )  # fmt: skip

    states = [(each["pool"], each["state"]) for each in result.document["items"]]
    assert (result.code, states) == (5, [("f-1", "created"), ("f-2", "unknown")])


@pytest.mark.parametrize("name", ["a..b", "a.-b", "a-.b", "a.", "-a", "x" * 254])
def test_a_name_that_no_pool_can_have_is_wrong_usage(
    program: Program, gateway: FakeGateway, name: str
) -> None:
    result = program("create", "--range", RANGE, "--", name)

    assert (result.code, gateway.requests) == (2, [])
    assert result.err.startswith(f"error: invalid pool name: '{name}'\nhint: use lower-case")
