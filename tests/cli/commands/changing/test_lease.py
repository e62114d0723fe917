"""``lease``: environment and exit code of the command, and the state of the cluster afterwards."""

from pathlib import Path
from typing import Any

import pytest

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster, FakeGateway

WITHIN = ("--within", "10.20.0.0/16")
SIZE = ("--ips", "6", *WITHIN)


def variables(path: Path) -> dict[str, str]:
    rows = (each.partition("=") for each in path.read_text().splitlines())
    return {name: value for name, _, value in rows if name.startswith("IPPOOL_")}


def lease(program: Program, *arguments: str, command: str = "true") -> Result:
    return program("lease", *arguments, "--", "sh", "-c", command)


@pytest.mark.usefixtures("cluster")
def test_the_command_gets_the_pool_in_its_environment(program: Program, tmp_path: Path) -> None:
    seen = tmp_path / "seen"

    result = lease(program, "e2e", "--prefix", "28", *WITHIN, command=f"env > {seen}")

    found = variables(seen)
    network = found["IPPOOL_RANGES"].removesuffix("/28")
    base, _, last = network.rpartition(".")
    assert result.code == 0
    assert found == {
        "IPPOOL_NAME": "e2e",
        "IPPOOL_NAMES": "e2e",
        "IPPOOL_RANGES": f"{network}/28",
        "IPPOOL_FIRST": f"{base}.{int(last) + 1}",
        "IPPOOL_LAST": f"{base}.{int(last) + 14}",
    }


def test_the_pool_is_settled_seen_and_expires_while_the_command_runs(
    program: Program, cluster: FakeCluster, tmp_path: Path
) -> None:
    names = tmp_path / "names"

    lease(program, *SIZE, "--ttl", "2h", command=f"echo $IPPOOL_NAME > {names}")

    name = names.read_text().strip()
    assert name.startswith("lease-")
    (created,) = {
        str(each.pool.annotations)
        for each in cluster.events("0")
        if each.pool and each.pool.name == name and "ippoolctl/state" not in each.pool.annotations
    }
    assert "'ippoolctl/ttl': '2h'" in created
    assert cluster.names == []


@pytest.mark.usefixtures("cluster")
def test_the_pools_of_a_count_are_numbered(program: Program, tmp_path: Path) -> None:
    seen = tmp_path / "seen"

    lease(program, "e2e", *SIZE, "--count", "2", command=f"env > {seen}")

    found = variables(seen)
    assert found["IPPOOL_NAMES"] == "e2e-1,e2e-2"
    assert (found["IPPOOL_NAME_1"], found["IPPOOL_NAME_2"]) == ("e2e-1", "e2e-2")
    assert found["IPPOOL_RANGES_1"] == found["IPPOOL_RANGES"] != found["IPPOOL_RANGES_2"]
    assert {key for key in found if key.endswith("_2")} == {
        f"IPPOOL_{word}_2" for word in ("NAME", "RANGES", "FIRST", "LAST")
    }


@pytest.mark.parametrize(
    ("command", "code"),
    [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -TERM $$", 143)],
)
def test_the_code_is_that_of_the_command_and_nothing_is_left(
    program: Program, cluster: FakeCluster, command: str, code: int
) -> None:
    result = lease(program, *SIZE, command=command)

    assert (result.code, result.out, cluster.names) == (code, "", [])
    assert result.err.splitlines()[-1].endswith(" deleted")


@pytest.mark.parametrize(
    ("command", "code", "reason"),
    [
        ("nowhere-to-be-found", 127, "no such file or directory"),
        ("x" * 300, 127, "no such file or directory"),
        ("./nowhere-to-be-found", 127, "no such file or directory"),
        ("/etc/passwd", 126, "permission denied"),
        ("/", 126, "permission denied"),
    ],
)
def test_a_command_that_cannot_run_is_found_before_the_pool_is_created(
    program: Program, gateway: FakeGateway, command: str, code: int, reason: str
) -> None:
    result = program("lease", *SIZE, "--", command)

    assert (result.code, gateway.requests) == (code, [])
    assert result.err == f"error: cannot run {command}: {reason}\n"


def test_a_command_that_the_system_refuses_leaves_nothing(
    program: Program, cluster: FakeCluster, tmp_path: Path
) -> None:
    script = tmp_path / "script"
    script.write_text("no interpreter")
    script.chmod(0o755)

    result = program("lease", *SIZE, "--", str(script))

    assert (result.code, cluster.names) == (126, [])
    assert "exec format error" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*SIZE], "no command specified"),
        ([*SIZE, "--"], "no command specified"),
        ([*SIZE, "go", "test"], "test must follow --\nhint: put -- before the command"),
        ([*SIZE, "sh", "-c", "go"], "no such option: -c\nhint: put -- before the command"),
        ([*SIZE, "-z", "--", "true"], "no such option: -z\nhint: see ippoolctl lease --help"),
        (["--ips", "6", "--", "true"], "no network to search"),
        ([*WITHIN, "--", "true"], "exactly one of --ips and --prefix"),
        ([*SIZE, "--ttl", "soon", "--", "true"], "invalid duration for --ttl"),
        ([*SIZE, "--timeout", "soon", "--", "true"], "invalid duration for --timeout"),
        ([*SIZE, "--until", "gone", "--", "true"], "--until gone"),
        ([*SIZE, "Upper", "--", "true"], "invalid pool name"),
    ],
)
def test_wrong_usage_of_lease(
    program: Program, gateway: FakeGateway, arguments: list[str], words: str
) -> None:
    result = program("lease", *arguments)

    assert (result.code, gateway.requests) == (2, [])
    assert words in result.err


@pytest.mark.parametrize("count", [[], ["--count", "3"]])
def test_without_room_the_command_does_not_run_and_nothing_is_left(
    program: Program, cluster: FakeCluster, tmp_path: Path, schema: Any, count: list[str]
) -> None:
    ran = tmp_path / "ran"
    within = "10.20.0.0/28" if count else "10.20.0.0/30"

    result = program(
        "lease", "--ips", "6", "--within", within, *count, "-o", "json", "--", "touch", str(ran)
    )

    assert (result.code, cluster.names, ran.exists()) == (1, [], False)
    schema.validate(result.document)
    assert "no free range for pool lease-" in result.err


def test_a_name_that_exists_is_refused_and_never_shared(
    program: Program, cluster: FakeCluster
) -> None:
    program("create", "e2e", *SIZE, "--ttl", "30m")

    result = lease(program, "e2e", *SIZE)

    assert (result.code, cluster.names) == (4, ["e2e"])
    assert "(6 usable addresses); a lease always creates its own pool" in result.err
    assert "TTL" not in result.err


@pytest.mark.parametrize("command", ["exit 0", "exit 9"])
def test_a_pool_in_use_stays_and_a_failed_command_keeps_its_code(
    program: Program, cluster: FakeCluster, command: str
) -> None:
    cluster.consumers = [Consumer("Egress", "e1", "e2e", "10.20.0.1")]

    result = lease(program, "e2e", *SIZE, command=command)

    assert (result.code, cluster.names) == (9 if "9" in command else 4, ["e2e"])
    assert "error: pool e2e is in use and was not deleted: Egress e1 holds" in result.err


def test_a_failed_command_keeps_the_pool_if_asked_to(
    program: Program, cluster: FakeCluster
) -> None:
    good = lease(program, "good", *SIZE, "--keep-on-failure")
    bad = lease(program, "bad", *SIZE, "--keep-on-failure", command="exit 3")

    assert (good.code, bad.code, cluster.names) == (0, 3, ["bad"])
    hint = "hint: delete it: ippoolctl delete bad; or, after its lifetime (30m): ippoolctl sweep"
    assert f"pool bad kept: the command failed (exit code 3)\n{hint}\n" in bad.err


def test_without_a_webhook_seen_is_only_awaited_if_asked_for(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.webhook_registered = False

    default, asked = lease(program, *SIZE), lease(program, *SIZE, "--until", "seen")

    assert (default.code, asked.code, cluster.names) == (0, 3, [])
    assert "not waiting for the webhook: Antrea's webhook" in default.err


def test_a_pool_that_is_not_ready_in_time_is_deleted(
    program: Program, cluster: FakeCluster
) -> None:
    result = lease(program, *SIZE, "--until", "ready", "--timeout", "5s")

    assert (result.code, cluster.names) == (5, [])
    assert "not ready" in result.err


def test_a_pool_that_was_never_requested_is_not_reported_as_existing(
    program: Program, gateway: FakeGateway
) -> None:
    gateway.fail("list", RejectedFault(500, "boom", reason="InternalError"), times=99)

    result = lease(program, "e2e", *SIZE, "--timeout", "2s")

    assert result.code == 5
    assert "error: timed out after 2s: pool e2e was not checked: request failed: boom" in result.err
    assert "may still exist" not in result.err


def test_a_failed_deletion_is_reported_with_a_hint(program: Program, gateway: FakeGateway) -> None:
    gateway.fail("delete", RejectedFault(403, "no permission to delete", reason="Forbidden"))

    result = lease(program, "e2e", *SIZE)

    assert (result.code, gateway.cluster.names) == (3, ["e2e"])
    assert "error: no permission to delete" in result.err
    assert "warning: pool e2e may still exist\nhint: delete it: ippoolctl delete e2e" in result.err


@pytest.mark.usefixtures("cluster")
def test_a_quiet_lease_prints_nothing(program: Program) -> None:
    assert lease(program, *SIZE, "-q") == Result(0, "", "")


def test_the_pool_has_the_fields_that_create_can_give_it(
    program: Program, cluster: FakeCluster, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    cluster.webhook_registered = False  # a dry run of a pool would be asked for

    result = lease(
        program, "--name-from", "Unit_Test #4", "--ips", "6", "--gateway", "10.30.0.1",
        "--prefix-length", "24", "-l", "ci=true", "--node-selector", "zone=a",
        command=f"env > {seen}",
    )  # fmt: skip

    (pool, *_) = {
        each.pool.name: each.pool for each in cluster.events("0") if each.pool is not None
    }.values()
    assert result.code == 0, result
    assert variables(seen)["IPPOOL_NAME"] == pool.name
    assert pool.name.startswith("unit-test-4-")
    assert variables(seen)["IPPOOL_FIRST"].startswith("10.30.0.")
    assert pool.labels == {"ci": "true"}
    assert pool.node_selector == {"matchLabels": {"zone": "a"}}


def test_name_and_name_from_cannot_be_combined(program: Program, gateway: FakeGateway) -> None:
    result = lease(program, "e2e", "--name-from", "E2E", *SIZE)

    assert (result.code, gateway.requests) == (2, [])
    assert "NAME and --name-from cannot be used together" in result.err
