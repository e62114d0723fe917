"""``create --ttl``, ``sweep`` and findings of ``check`` about leftovers, on a cluster in memory."""

import io
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from ippoolctl.domain.annotations.marks import UNFINISHED
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.cli.program import Program
from tests.consumers import detached, egress
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"
HOUR = 3600


@pytest.fixture
def cluster(gateway: FakeGateway) -> FakeCluster:
    return gateway.cluster


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")


def annotations(cluster: FakeCluster, name: str) -> dict[str, str]:
    document = cluster.document(name)
    assert document is not None
    found: dict[str, str] = document["metadata"]["annotations"]
    return found


def store(cluster: FakeCluster, name: str, number: int, **ours: str) -> None:
    document = pool_object(name, f"10.{number}.0.0/24")
    document["metadata"]["annotations"] = {f"ippoolctl/{key}": text for key, text in ours.items()}
    cluster.store(document)


def aged(cluster: FakeCluster) -> None:
    """One of each kind, an hour later."""
    claim = json.dumps({"at": "2026-01-01T00:00:00Z"})
    for number, (name, ours) in enumerate(
        {
            "claimed": {"claim": claim},
            "left": {"state": "pending"},
            "odd": {"claim": "?"},
            "old": {"request-id": "old/1", "ttl": "30m"},
            "plain": {},
            "used": {"request-id": "used/1", "ttl": "30m"},
        }.items()
    ):
        store(cluster, name, number, **ours)
    cluster.consumers = [Consumer("Egress", "out", "used", "10.5.0.1")]
    cluster.clock.sleep(HOUR)


# --- create --ttl ------------------------------------------------------------------------------


def test_the_ttl_is_stored_as_typed(program: Program, cluster: FakeCluster) -> None:
    assert program("create", "a", "--range", RANGE, "--ttl", "1h30m").code == 0

    assert annotations(cluster, "a")["ippoolctl/ttl"] == "1h30m"
    again = program("create", "a", "--range", RANGE, "--ttl", "1h30m", "-o", "json")
    assert again.document["items"][0]["state"] == "exists"
    # Another life is another request.
    assert program("create", "a", "--range", RANGE).code == 4


def test_ttl_applies_to_every_pool_of_a_file_and_is_never_read_from_it(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    copied = pool_object("a", RANGE)
    copied["metadata"]["annotations"] = {"ippoolctl/ttl": "1s", "team": "net"}
    items = [copied, pool_object("b", "10.1.0.0/24")]
    (here / "x.json").write_bytes(
        orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    )

    assert program("create", "-f", "x.json", "--ttl", "2h").code == 0

    assert {annotations(cluster, each)["ippoolctl/ttl"] for each in "ab"} == {"2h"}
    assert annotations(cluster, "a")["team"] == "net"
    assert program("delete", "a").code == 0
    assert program("create", "-f", "x.json").code == 4  # b is another request's by now
    assert "ippoolctl/ttl" not in annotations(cluster, "a")


@pytest.mark.parametrize("ttl", ["soon", "0", "0s", "-1h", "30", "1.5", "1y", ""])
def test_an_invalid_ttl_is_rejected(program: Program, gateway: FakeGateway, ttl: str) -> None:
    assert program("create", "a", "--range", RANGE, f"--ttl={ttl}").code == 2
    assert gateway.requests == []


def test_a_ttl_without_a_unit_is_rejected(program: Program) -> None:
    result = program("create", "a", "--range", RANGE, "--ttl", "30")

    assert result.err == "error: --ttl 30 has no unit\nhint: use 30m, 30h or 30d\n"


def test_a_ttl_may_be_given_in_days_and_weeks(program: Program, cluster: FakeCluster) -> None:
    assert program("create", "a", "--range", RANGE, "--ttl", "2d").code == 0
    assert program("create", "b", "--range", "10.1.0.0/24", "--ttl", "1w").code == 0

    cluster.clock.sleep(3 * 24 * HOUR)

    assert program("sweep", "--yes", "-o", "name").out.strip().endswith("/a")
    assert cluster.names == ["b"]


# --- sweep -------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--yes"]])
def test_sweep_names_the_command_that_finishes_a_killed_rename_or_move(
    program: Program, cluster: FakeCluster, arguments: list[str]
) -> None:
    """It said "nothing to sweep" alone, beside a pool ippoolctl-unfinished-1."""
    record = {"request": "rename a b", "command": "", "relocation": {"delete": {"a": {}}}}
    pool = pool_object("ippoolctl-unfinished-1")
    pool["metadata"]["annotations"] = {UNFINISHED: json.dumps(record)}
    cluster.store(pool)
    cluster.others["egresses"] = [
        detached(egress("web", "", "10.0.9.1"), "move 10.0.9.0/28 --from x --to y", "x", "y")
    ]

    result = program("sweep", *arguments)

    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [
        "nothing to sweep",
        "warning: unfinished run: move 10.0.9.0/28 --from x --to y; detached: Egress web",
        "hint: finish the unfinished run: ippoolctl move 10.0.9.0/28 --from x --to y",
        "warning: unfinished run: rename a b",
        "hint: finish the unfinished run: ippoolctl rename a b",
    ]
    assert cluster.names == ["ippoolctl-unfinished-1"]


def test_sweep_prints_each_action_with_its_reason(program: Program, cluster: FakeCluster) -> None:
    aged(cluster)

    result = program("sweep", "--yes")

    kind, late = "externalippool.crd.antrea.io", "expired 30m ago (ttl: 30m)"
    assert result.out.splitlines() == [
        f"{kind}/claimed claim removed (claimed for 60m, its run was killed)",
        f"{kind}/left deleted (pending for 60m, its run was killed)",
        f"{kind}/old deleted ({late})",
        f"{kind}/odd skipped (ippoolctl/claim has no valid timestamp)",
        f"{kind}/used skipped ({late}; Egress out holds 10.5.0.1)",
    ]
    assert (result.code, result.err) == (0, "")
    assert cluster.names == ["claimed", "odd", "plain", "used"]
    assert program("sweep", "--yes", "-o", "name").out == ""


def test_a_dry_run_prints_the_actions_and_writes_nothing(
    program: Program, gateway: FakeGateway
) -> None:
    aged(gateway.cluster)

    result = program("sweep", "--dry-run")

    assert result.code == 0
    assert "left would be swept (pending for 60m, its run was killed)" in result.out
    assert {method for _, method in gateway.requests} == {"list", "consumers", "objects"}
    assert program("sweep", "--dry-run", "-o", "name").out.count("\n") == 3


def test_sweep_without_a_terminal_requires_yes(program: Program, gateway: FakeGateway) -> None:
    aged(gateway.cluster)

    result = program("sweep")

    assert (result.code, "--yes" in result.err) == (2, True)
    assert gateway.requests == []


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 1), ("\n", 1)])
def test_sweep_at_a_terminal_asks_for_confirmation(
    program: Program, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    aged(cluster)
    at_a_terminal(monkeypatch, answer)

    result = program("sweep", "-q")

    assert result.code == code
    assert "left would be swept (pending for 60m" in result.err
    assert result.err.endswith("Sweep 3 pools? [y/N] ")
    assert ("left" in cluster.names) == (code == 1)


def test_nothing_to_sweep_needs_no_confirmation(
    program: Program, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(cluster, "young", 0, **{"request-id": "young/1", "ttl": "1h"})
    at_a_terminal(monkeypatch, "")

    result = program("sweep")

    assert (result.code, result.err) == (0, "nothing to sweep\n")


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda gateway: None, 0),
        (lambda gateway: gateway.cluster.unseen.add("Egress"), 3),
        (lambda gateway: gateway.cluster.forbidden.add("delete"), 3),
        (lambda gateway: gateway.fail("delete", RejectedFault(403, "no")), 3),
    ],
    ids=["well", "egresses are forbidden", "delete is forbidden", "a policy forbids it"],
)
def test_sweep_prints_one_valid_document_on_success_and_failure(
    program: Program,
    gateway: FakeGateway,
    schema: Draft202012Validator,
    break_it: object,
    code: int,
) -> None:
    aged(gateway.cluster)
    break_it(gateway)  # type: ignore[operator]

    result = program("sweep", "--yes", "-o", "json")

    schema.validate(result.document)
    assert result.code == code
    if code:
        assert len(gateway.cluster.names) == 6


def test_a_pool_that_is_refused_does_not_save_the_next(
    program: Program, cluster: FakeCluster
) -> None:
    aged(cluster)
    store(cluster, "overlaps-claimed", 0)

    result = program("sweep", "--yes", "-o", "json")

    states = {each["pool"]: each["state"] for each in result.document["items"]}
    assert (states["claimed"], states["left"], result.code) == ("refused", "deleted", 4)


def test_a_signal_does_not_hide_what_was_done(program: Program, gateway: FakeGateway) -> None:
    aged(gateway.cluster)
    gateway.before(
        "delete", lambda: gateway.before("delete", lambda: os.kill(os.getpid(), signal.SIGTERM))
    )

    result = program("sweep", "--yes", "-o", "json")

    states = {each["pool"]: each["state"] for each in result.document["items"]}
    assert result.code == 143
    assert (states["left"], states["old"]) == ("deleted", "stopped")


def test_a_signal_while_unfinished_runs_are_read_does_not_hide_what_was_done(
    program: Program, gateway: FakeGateway
) -> None:
    aged(gateway.cluster)
    main = threading.current_thread()

    def stop() -> None:
        assert threading.current_thread() is not main
        handler, until = signal.getsignal(signal.SIGINT), time.monotonic() + 8
        os.kill(os.getpid(), signal.SIGINT)
        # The list ends only after the signal: then its handler is replaced.
        while signal.getsignal(signal.SIGINT) is handler and time.monotonic() < until:
            time.sleep(0.001)

    gateway.before("objects", stop)

    result = program("sweep", "--yes")

    assert (result.code, result.out.count("deleted")) == (0, 2)


# --- check -------------------------------------------------------------------------------------


def test_check_names_what_can_be_swept(program: Program, cluster: FakeCluster) -> None:
    aged(cluster)

    document = program("check", "--select", "EIP8", "-o", "json").document

    found = {each["pool"]: each["rule"] for each in document["items"]}
    assert found == {
        "claimed": "EIP802", "left": "EIP801", "odd": "EIP804", "old": "EIP803", "used": "EIP803",
    }  # fmt: skip
    assert all("ippoolctl sweep" in each["hint"] for each in document["items"])
    assert program("check", "--fail-on", "warning").code == 1
    assert "EIP801" in program("show", "left").out


@pytest.mark.parametrize("question", ["list", "consumers"])
def test_a_busy_server_is_reported_without_a_traceback(
    program: Program, cluster: FakeCluster, gateway: FakeGateway, question: str
) -> None:
    aged(cluster)
    gateway.fail(question, RejectedFault(503, "come later", retry_after=1), times=1000)

    result = program("sweep", "--yes")

    assert (result.code, result.out) == (3, "")
    assert "\nerror: come later\n" in result.err


def test_an_expired_pool_with_an_old_claim_is_swept_once(
    program: Program, cluster: FakeCluster
) -> None:
    claim = json.dumps({"at": "2026-01-01T00:00:00Z"})
    store(cluster, "both", 1, **{"request-id": "x", "ttl": "30m", "claim": claim})
    cluster.clock.sleep(HOUR)

    result = program("sweep", "--yes")

    assert (result.code, cluster.names) == (0, [])
    assert len(result.out.splitlines()) == 1
