"""Commands on a cluster that is in memory: what they print, write and answer."""

import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"


# --- changing ----------------------------------------------------------------------------------


def test_create_says_what_kubectl_says(program: Program, cluster: FakeCluster) -> None:
    assert program("create", "a", "--range", RANGE).out == (
        "externalippool.crd.antrea.io/a created\n"
    )
    again = program("create", "a", "--range", RANGE)
    assert again.out == (
        "externalippool.crd.antrea.io/a unchanged (created by an earlier run of this request)\n"
    )
    assert program("create", "b", "--range", "10.1.0.0/24", "-o", "ranges").out == "10.1.0.0/24\n"
    assert cluster.names == ["a", "b"]


def write(directory: Path, *names: str) -> str:
    items = [pool_object(name, f"10.{number}.0.0/24") for number, name in enumerate(names)]
    path = directory / "pools.json"
    path.write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return str(path)


def test_after_the_first_failure_no_pool_is_tried(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "taken", "10.1.0.0/24")

    result = program("create", "-f", write(here, "a", "b", "c", "d"), "-o", "json")

    assert result.code == 4
    states = [each["state"] for each in result.document["items"]]
    assert states == ["created", "refused", "not-tried", "not-tried"]
    assert cluster.names == ["a", "taken"]
    assert "not tried: c, d" in result.err


def test_a_fault_after_something_was_done_does_not_hide_it(
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


def test_a_signal_after_something_was_done_does_not_hide_it(
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
def test_files_that_create_does_not_take(
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


def test_a_hazard_that_breaks_a_controller_is_refused_unless_allowed(
    program: Program, cluster: FakeCluster
) -> None:
    odd = "2001:DB8::1-2001:DB8::9"

    refused = program("create", "a", "--range", odd)
    allowed = program("create", "a", "--range", odd, "--allow", "eip302")

    assert (refused.code, "EIP302" in refused.err) == (4, True)
    assert (allowed.code, cluster.names) == (0, ["a"])
    assert program("create", "b", "--range", "10.5.0.0/24", "--allow", "EIP209").code == 2


def test_a_document_also_where_it_is_refused(program: Program, cluster: FakeCluster) -> None:
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


def test_what_is_waited_for_is_said_once_for_each_reason(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "old", RANGE)
    cluster.cache.catch_up()
    cluster.cache.lag = 3
    cluster.remove("old")

    result = program("create", "new", "--range", RANGE, "--wait")

    assert result.code == 0
    (line,) = result.err.splitlines()
    assert line.startswith("stale denial: the webhook cache still contains deleted pool old")
    assert "s left" in line


def test_quiet_says_nothing_while_it_waits(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "old", RANGE)
    cluster.cache.catch_up()
    cluster.cache.lag = 3
    cluster.remove("old")

    assert program("create", "new", "--range", RANGE, "--wait", "-q").err == ""


def test_delete_names_its_users_and_stops(program: Program, cluster: FakeCluster) -> None:
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


def test_a_wait_that_fails_after_a_creation_says_that_it_was_created(
    program: Program, cluster: FakeCluster
) -> None:
    result = program("create", "a", "--range", RANGE, "--until", "ready", "--timeout", "3s")

    assert result.code == 5
    assert "pool a was created, but timed out" in result.err
    assert cluster.names == ["a"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "a", "--range", RANGE, "--timeout", "soon", "--wait"],
        ["create", "a", "--range", RANGE, "--until", "gone"],
        ["create", "a", "--range", RANGE, "--against", "x.yaml"],
        ["delete"],
        ["delete", "a", "a"],
        ["delete", "a", "--until", "ready"],
        ["wait", "a", "--until", "never"],
        ["wait", "a", "--until", "ready", "--range", RANGE],
        ["wait", "a", "--timeout", "0"],
        ["list", "--request-timeout", "-1s"],
        ["verdict", "x.yaml", "--live", "--against", "y.yaml"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_code_2_and_asks_nobody(
    program: Program, gateway: FakeGateway, here: Path, arguments: list[str]
) -> None:
    (here / "x.yaml").write_bytes(orjson.dumps(pool_object("a", RANGE)))

    result = program(*arguments)

    assert result.code == 2
    assert "create" not in {method for _, method in gateway.requests}


COMMANDS = [
    ["list"],
    ["show", "edge"],
    ["check"],
    ["create", "new", "--range", "10.7.0.0/24"],
    ["create", "new", "--range", RANGE],
    ["delete", "edge"],
    ["delete", "nothing"],
    ["wait", "edge"],
    ["wait", "nothing", "--timeout", "1s"],
    ["suggest", "--ips", "4", "--within", "10.0.0.0/16"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("broken", [False, True])
def test_every_document_fits_the_published_schema(
    program: Program,
    gateway: FakeGateway,
    schema: Draft202012Validator,
    arguments: list[str],
    *,
    broken: bool,
) -> None:
    store(gateway.cluster, "edge", RANGE, used=1, labels={"a": "b"}, finalizers=["x/y"])
    if broken:
        for method in ("list", "get"):
            gateway.fail(method, UnreachableFault("connection refused"), times=10_000)

    result = program(*arguments, "-o", "json")

    schema.validate(result.document)
    assert result.code == 3 or not broken


@pytest.mark.parametrize(
    "given", ["a", "eip/a", "externalippool/a", "externalippool.crd.antrea.io/a", "EIP/a"]
)
def test_names_in_the_forms_that_kubectl_takes_and_prints(
    program: Program, cluster: FakeCluster, given: str
) -> None:
    store(cluster, "a", RANGE)

    assert program("show", given).code == 0
    assert program("list", given, "-o", "name").out == "externalippool.crd.antrea.io/a\n"
    assert program("wait", given).code == 0
    assert program("delete", given).code == 0
    assert cluster.names == []


def test_the_kind_may_stand_before_the_names(program: Program, cluster: FakeCluster) -> None:
    for number, name in enumerate("abc"):
        store(cluster, name, f"10.{number}.0.0/24")

    assert len(program("get", "eip").out.splitlines()) == 4
    assert len(program("get", "externalippools", "a", "--no-headers").out.splitlines()) == 1
    assert program("delete", "eip", "a", "b").code == 0
    assert cluster.names == ["c"]


@pytest.mark.parametrize("name", ["", "a/b", "A", "..", "x" * 254, "a_b", "node/a"])
def test_a_name_that_can_be_none_is_code_2_before_anything_is_asked(
    program: Program, gateway: FakeGateway, name: str
) -> None:
    store(gateway.cluster, "good", RANGE)

    for command in (["delete", "good", name], ["show", name], ["wait", name], ["list", name]):
        assert program(*command).code == 2
    assert program("create", name, "--range", "10.5.0.0/24").code == 2
    assert gateway.requests == []


def test_what_is_not_there_is_a_document_too(program: Program, gateway: FakeGateway) -> None:
    result = program("show", "nothing", "-o", "json")

    assert (result.code, result.document["kind"]) == (1, "Error")


def test_short_options_with_an_equals_sign(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, labels={"team": "net"})

    assert program("list", "-o=name", "-l=team=net").out == "externalippool.crd.antrea.io/a\n"
    assert program("list", "-v=3", "-o=json").document["kind"] == "PoolList"


def test_a_timeout_where_nothing_is_waited_for_is_wrong_usage(
    program: Program, gateway: FakeGateway
) -> None:
    for command in (["create", "a", "--range", RANGE], ["delete", "a"]):
        assert program(*command, "--timeout", "5s").code == 2
        assert program(*command, "--timeout", "soon").code == 2
    assert gateway.requests == []


def test_deleting_all_and_then_waiting_for_all(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", RANGE)
    cluster.cache.catch_up()
    cluster.cache.lag = 2

    result = program("delete", "a", "b", "--until", "forgotten")

    assert result.code == 0
    assert result.out.count("forgotten by the webhook") == 2


def ends(result: Result) -> list[tuple[str, int, str]]:
    """State, code and words of each pool."""
    items = result.document["items"]
    return [(each["state"], each["code"], each.get("message", "")) for each in items]


def test_what_was_deleted_is_not_called_untried_because_the_wait_for_another_timed_out(
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


def test_a_signal_during_the_wait_does_not_hide_what_else_was_deleted(
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


def test_what_was_deleted_before_another_was_refused_is_said_to_be_not_waited_for(
    program: Program, cluster: FakeCluster
) -> None:
    for number, name in enumerate("abc"):
        store(cluster, name, f"10.{number}.0.0/24")
    cluster.consumers = [Consumer("Egress", "out", "b", "10.1.0.1")]

    result = program("delete", "a", "b", "c", "--wait")

    assert result.code == 4
    assert result.out == "externalippool.crd.antrea.io/a deletion started\n"
    assert "not tried: c" in result.err


def test_nobody_claims_that_the_webhook_forgot_what_a_killed_run_deleted(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", "10.1.0.0/24")
    cluster.cache.catch_up()
    cluster.cache.lag = 3
    cluster.remove("a")

    result = program("delete", "a", "b", "--until", "forgotten", "-o", "json")

    assert result.code == 3
    absent, forgotten = result.document["items"]
    assert (absent["state"], absent["code"]) == ("absent", 3)
    assert "its ranges are unknown" in absent["message"]
    assert "ippoolctl wait a --until forgotten --range" in absent["hint"]
    assert (forgotten["state"], forgotten["code"]) == ("forgotten", 0)


@pytest.mark.parametrize("waiting", [(), ("--wait",), ("--until", "gone")])
def test_what_is_absent_is_deleted_and_gone(
    program: Program, cluster: FakeCluster, waiting: tuple[str, ...]
) -> None:
    result = program("delete", "a", *waiting)

    assert (result.code, cluster.names) == (0, [])
    assert result.out == "externalippool.crd.antrea.io/a not found, nothing to delete\n"


def test_a_pending_or_terminating_pool_is_not_ready(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, annotations={"ippoolctl/state": "pending"})
    store(cluster, "b", "10.1.0.0/24", finalizers=["x/y"])
    cluster.remove("b")

    for name, why in (("a", "still pending"), ("b", "terminating")):
        result = program("wait", name, "--timeout", "1s")
        assert (result.code, why in result.err) == (5, True)


def test_diff_of_nothing_is_no_answer(program: Program, gateway: FakeGateway, here: Path) -> None:
    (here / "empty.yaml").write_text("")

    assert program("diff", "empty.yaml").code == 2


def test_pools_that_were_not_tried_have_no_code(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "taken", RANGE)

    items = program("create", "-f", write(here, "a", "b"), "-o", "json").document["items"]

    assert [each.get("code") for each in items] == [4, None]


BUSY = RejectedFault(503, "come later", reason="ServiceUnavailable", retry_after=1)


@pytest.mark.parametrize(
    "command",
    [
        ("create", "new", "--range", "10.9.0.0/24", "--until", "seen", "--timeout", "3s"),
        ("create", "new", "--ips", "6", "--within", "10.9.0.0/24", "--until", "seen"),
        ("extend", "there", "--range", "10.9.0.0/24", "--until", "seen", "--timeout", "3s"),
    ],
)
def test_a_server_that_stays_busy_is_no_bug(
    program: Program, cluster: FakeCluster, gateway: FakeGateway, command: tuple[str, ...]
) -> None:
    store(cluster, "there", RANGE)
    gateway.fail("webhook", BUSY, times=1000)

    result = program(*command)

    assert result.code == 5
    assert "was not checked" in result.err
    assert "come later" in result.err
    assert cluster.names == ["there"]


def test_what_was_created_before_a_server_became_busy_is_named(
    program: Program, gateway: FakeGateway
) -> None:
    created = program("create", "e", "--ips", "6", "--within", RANGE, "--count", "2", "-o", "json")
    assert created.code == 0
    gateway.before("webhook", lambda: gateway.before("webhook", lambda: gateway.before(
        "webhook", lambda: gateway.fail("webhook", BUSY, times=1000)
    )))  # fmt: skip

    result = program(
        "create", "f", "--ips", "6", "--within", RANGE, "--count", "2", "--until", "seen",
        "--timeout", "3s", "-o", "json",
    )  # fmt: skip

    states = [(each["pool"], each["state"]) for each in result.document["items"]]
    assert (result.code, states) == (5, [("f-1", "created"), ("f-2", "unknown")])
