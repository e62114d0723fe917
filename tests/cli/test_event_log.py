"""--events: every request and every wait of the engine as a line of JSON."""

import json
import os
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.cli.program import Program, run
from tests.fakes import FakeGateway

RANGE = "10.0.0.0/24"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in path.read_text("ascii").splitlines()]


def test_each_request_of_a_create_is_an_event(
    program: Program, gateway: FakeGateway, tmp_path: Path
) -> None:
    log = tmp_path / "events"
    gateway.fail("list", RejectedFault(429, "later", retry_after=2.0))

    result = program("create", "a", "--range", RANGE, "--wait", "--events", str(log))

    told = lines(log)
    asked = [each for each in told if each["event"] == "request"]
    assert result.code == 0
    assert [(each["verb"], each["outcome"], each["status"], each["attempt"]) for each in asked] == [
        ("list", "busy", 429, 1),
        ("list", "answered", None, 2),
        *[("may", "answered", None, 1)] * 5,
        ("create", "answered", None, 1),
        ("list", "answered", None, 1),
        ("patch", "answered", None, 1),
    ]
    assert asked[-2]["query"].keys() == {"resourceVersion"}
    assert {each["requestId"] for each in told} == {asked[0]["requestId"]}
    assert str(asked[0]["requestId"]).startswith("a/")
    (wait,) = (each for each in told if each["event"] == "wait")
    assert (wait["wait"], wait["elapsed"]) == (2.0, 0.0)
    assert "later" in wait["reason"]
    assert [each["at"] for each in told] == sorted(each["at"] for each in told)
    assert asked[-1]["elapsed"] == 2.0


def test_the_events_of_an_extend_carry_its_request_id(
    program: Program, gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.cluster.store(pool_object("a", RANGE))
    log = tmp_path / "events"
    more = ("extend", "a", "--range", "10.0.1.0/24", "--wait", "--request-id", "mine")

    assert program(*more, "--events", str(log)).code == 0

    assert {each["requestId"] for each in lines(log)} == {"mine"}


def test_a_lost_response_is_unknown(program: Program, gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.cluster.store(pool_object("a", RANGE))
    gateway.fail("delete", UnansweredFault("reset"), after=True)
    log = tmp_path / "events"

    assert program("delete", "a", "--wait", "--events", str(log)).code == 0

    (deletion,) = (each for each in lines(log) if each.get("verb") == "delete")
    assert (deletion["outcome"], deletion["status"], deletion["pool"]) == ("unknown", None, "a")
    assert deletion["requestId"] is None


def test_the_file_is_private_and_appended_to(
    program: Program, gateway: FakeGateway, tmp_path: Path
) -> None:
    log = tmp_path / "events"
    program("wait", "a", "--until", "gone", "--events", str(log))
    first = len(lines(log))
    program("wait", "a", "--until", "gone", "--events", str(log))

    assert len(lines(log)) == 2 * first > 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["create a --range 10.0.0.0/24", "delete a", "wait a"])
@pytest.mark.parametrize("kind", ["absent", "directory", "fifo"])
def test_an_unwritable_file_is_refused_before_any_request(
    program: Program, gateway: FakeGateway, tmp_path: Path, command: str, kind: str
) -> None:
    path = tmp_path / "x"
    if kind == "absent":
        path = path / "y"
    elif kind == "directory":
        path.mkdir()
    else:
        os.mkfifo(path)

    result = program(*command.split(), "--events", str(path))

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: cannot write events to {path}: ")
    assert gateway.requests == []


def test_a_full_disk_is_one_warning(program: Program, gateway: FakeGateway) -> None:
    result = program("create", "a", "--range", RANGE, "--events", "/dev/full")

    assert (result.code, gateway.cluster.names) == (0, ["a"])
    assert result.err.count("no more events") == 1


def test_only_commands_that_use_the_engine_create_the_file(
    program: Program, gateway: FakeGateway, tmp_path: Path
) -> None:
    assert program("list", "--events", str(tmp_path / "events")).code == 0
    assert not (tmp_path / "events").exists()


def test_processes_share_a_file(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    log = tmp_path / "events"
    with Sandbox() as sandbox, ThreadPoolExecutor(4) as threads:
        login = ("--server", sandbox.url, "--events", str(log), "--wait")
        runs = [
            threads.submit(run, "create", f"p{n}", "--range", f"10.{n}.0.0/24", *login)
            for n in range(4)
        ]
        assert [each.result().returncode for each in runs] == [0] * 4

    told = lines(log)
    assert len({each["pid"] for each in told}) == 4
    created = [each["pool"] for each in told if each.get("verb") == "create"]
    assert sorted(created) == ["p0", "p1", "p2", "p3"]


def test_a_request_interrupted_by_a_signal_is_an_event(
    program: Program, gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.before("list_exact", lambda: os.kill(os.getpid(), signal.SIGTERM))
    log = tmp_path / "events"

    assert program("create", "a", "--range", RANGE, "--events", str(log)).code == 143
    assert [
        each["outcome"] for each in lines(log) if "resourceVersion" in each.get("query", {})
    ] == ["interrupted"]
