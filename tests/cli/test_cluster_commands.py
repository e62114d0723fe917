"""Commands on a cluster in memory: output, writes, exit codes."""

from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"


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
def test_wrong_usage_is_code_2_and_creates_nothing(
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
    ["free", "--within", "10.0.0.0/16"],
    ["map"],
    ["find", "10.0.0.5", "10.0.0.0/30", "fd00::1"],
    ["find", "--waiting"],
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


@pytest.mark.parametrize(
    "words",
    [
        ("list", "egde"),
        ("show", "egde"),
        ("map", "egde"),
        ("export", "egde"),
        ("extend", "egde", "--range", "10.1.0.0/28", "--dry-run", "client"),
        ("rename", "egde", "lab", "--yes"),
        ("shrink", "egde", "--range", "10.0.0.0/28", "--yes"),
    ],
)
def test_a_mistyped_name_of_a_pool_gets_a_suggestion(
    program: Program, cluster: FakeCluster, words: tuple[str, ...]
) -> None:
    store(cluster, "edge", "10.0.0.0/24")

    result = program(*words)

    assert result.code == 1
    assert result.err.endswith("error: pool egde not found\nhint: did you mean edge?\n")


@pytest.mark.parametrize(
    ("command", "fix"), [("create", "fix the pool"), ("extend", "fix the ranges")]
)
def test_the_hint_for_an_invalid_range_names_the_page_of_its_rule(
    program: Program, cluster: FakeCluster, command: str, fix: str
) -> None:
    if command == "extend":
        store(cluster, "lab", "10.1.0.0/24")

    result = program(command, "lab", "--range", "10.0.0.9-10.0.0.1", "--antrea", "2.7")

    assert result.code == 4
    assert result.err.endswith(f"hint: {fix}; explain the rule: ippoolctl explain EIP204\n")


def test_the_kind_may_stand_before_the_only_name(program: Program, cluster: FakeCluster) -> None:
    """It was an unexpected extra argument."""
    for name in ("a", "eip"):
        created = program("create", "eip", name, "--range", f"10.{len(name)}.0.0/24")
        assert created.code == 0, created
        shown = program("show", "ExternalIPPools.crd.antrea.io", name, "-o", "name")
        assert shown.out == f"externalippool.crd.antrea.io/{name}\n"

    assert program("create", "eip", "--range", "10.9.0.0/24", "--if-not-exists").code != 2
    assert cluster.names == ["a", "eip"]


@pytest.mark.parametrize("name", ["", "a/b", "A", "..", "x" * 254, "a_b", "node/a"])
def test_an_invalid_name_is_code_2_before_any_request(
    program: Program, gateway: FakeGateway, name: str
) -> None:
    store(gateway.cluster, "good", RANGE)

    for command in (["delete", "good", name], ["show", name], ["wait", name], ["list", name]):
        assert program(*command).code == 2
    assert program("create", name, "--range", "10.5.0.0/24").code == 2
    assert gateway.requests == []


def test_an_absent_pool_is_an_error_document(program: Program, gateway: FakeGateway) -> None:
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


def test_diff_without_pools_is_code_2(program: Program, gateway: FakeGateway, here: Path) -> None:
    (here / "empty.yaml").write_text("")

    assert program("diff", "empty.yaml").code == 2


BUSY = RejectedFault(503, "come later", reason="ServiceUnavailable", retry_after=1)


@pytest.mark.parametrize(
    "command",
    [
        ("create", "new", "--range", "10.9.0.0/24", "--until", "seen", "--timeout", "3s"),
        ("create", "new", "--ips", "6", "--within", "10.9.0.0/24", "--until", "seen"),
        ("extend", "there", "--range", "10.9.0.0/24", "--until", "seen", "--timeout", "3s"),
    ],
)
def test_a_busy_server_is_reported_without_a_traceback(
    program: Program, cluster: FakeCluster, gateway: FakeGateway, command: tuple[str, ...]
) -> None:
    store(cluster, "there", RANGE)
    gateway.fail("webhook", BUSY, times=1000)

    result = program(*command)

    assert result.code == 5
    assert "was not checked" in result.err
    assert "come later" in result.err
    assert cluster.names == ["there"]
