"""``apply --replace``: pools that cannot be changed in place, on a sandbox with consumers."""

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeGateway
from tests.kills.forge import Ended, Forge
from tests.kills.trap import Trap
from tests.proxy.faults import Request
from tests.relocation.conftest import stage
from tests.relocation.stage import Stage
from tests.scenarios.processes import kubeconfig

__all__ = ["stage"]


def manifest(directory: Path, *documents: dict[str, Any]) -> str:
    directory.mkdir(exist_ok=True)
    path = directory / "pools.yaml"
    path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    return str(path)


def test_a_dry_run_of_the_server_is_refused_only_if_a_pool_has_to_be_replaced(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    more = manifest(tmp_path / "1", pool_object("a", "10.0.0.0/26", "10.1.0.0/28", "10.2.0.0/28"))
    less = manifest(tmp_path / "2", pool_object("a", "10.0.0.0/26"))

    tried = stage.run("apply", more, "--replace", "--dry-run", "server")
    refused = stage.run("apply", less, "--replace", "--dry-run", "server")

    assert (tried.code, refused.code) == (0, 2)
    assert "server dry run" in tried.out
    assert "error: a server dry run cannot replace pools: they are deleted" in refused.err
    assert refused.err.endswith("\nhint: use --dry-run client\n")
    assert stage.ranges()["a"] == ["10.0.0.0/26", "10.1.0.0/28"]


def test_a_shrunk_pool_is_replaced_and_the_rest_is_applied(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    stage.pool("b", "10.2.0.0/28")
    stage.fill("a", "10.0.0")
    before = stage.consumers()
    wanted = pool_object("a", "10.0.0.0/26")
    wanted["metadata"]["labels"] = {"team": "net"}
    path = manifest(tmp_path, wanted, pool_object("b", "10.2.0.0/28", "10.3.0.0/28"))

    refused = stage.run("apply", path, "--yes")
    shown = stage.run("apply", path, "--replace", "--dry-run", "client")
    assert (refused.code, shown.code) == (4, 0)
    rows = shown.out.splitlines()
    assert rows[rows.index("plan: 6 steps") :][:9] == [
        "plan: 6 steps",
        "  1. detach its Egresses and Services, keeping their addresses",
        "  2. delete pool a",
        "  3. wait until the pool is gone from the webhook cache",
        "  4. create pool a with 10.0.0.0/26",
        "  5. attach them again",
        "  6. append 10.3.0.0/28 to pool b",
        "  Egress a-e00 keeps 10.0.0.1",
        "  Egress a-e01 keeps 10.0.0.59",
    ]
    assert stage.ranges()["a"] == ["10.0.0.0/26", "10.1.0.0/28"]
    done = stage.run("apply", path, "--replace", "--yes", "-o", "json")
    again = stage.run("apply", path, "--replace", "--yes")

    assert done.code == 0, done
    assert json.loads(done.out)["kind"] == "Plan"
    assert stage.ranges() == {"a": ["10.0.0.0/26"], "b": ["10.2.0.0/28", "10.3.0.0/28"]}
    assert stage.pools()["a"]["metadata"]["labels"] == {"team": "net"}
    assert stage.consumers() == before
    assert (again.code, again.err) == (0, "nothing to change\n")


def test_a_replaced_pool_loses_a_label_that_kubectl_applied(stage: Stage, tmp_path: Path) -> None:
    last = json.dumps({"metadata": {"name": "a", "labels": {"team": "net"}}})
    old = pool_object("a", "10.0.0.0/26")
    old["metadata"] |= {
        "labels": {"team": "net", "tier": "lab"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": last},
    }
    stage.store(old)
    path = manifest(tmp_path, pool_object("a", "10.0.0.0/27"))

    assert stage.run("apply", path, "--replace", "--yes").code == 0

    assert stage.pools()["a"]["metadata"]["labels"] == {"tier": "lab"}


def test_consumers_that_would_lose_their_address_need_force(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0")
    before = stage.addresses()
    path = manifest(tmp_path, pool_object("a", "10.0.0.0/27"))

    refused = stage.run("apply", path, "--replace", "--yes")
    assert refused.code == 4
    assert "consumers would lose the address: Egress a-e01 (10.0.0.59)" in refused.err
    assert stage.addresses() == before
    forced = stage.run("apply", path, "--replace", "--force", "--yes")

    after = stage.addresses()
    assert forced.code == 0, forced
    assert stage.ranges() == {"a": ["10.0.0.0/27"]}
    assert {name: after[name] for name, text in before.items() if last(text) < 31} == {
        name: text for name, text in before.items() if last(text) < 31
    }


def killed_and_again(
    stage: Stage, directory: Path, fits: Callable[[Request], bool], path: str
) -> Ended:
    """The end of a second run, after one that is killed before its first such request."""
    with Trap(stage.sandbox.url) as trap:
        config = trap.kubeconfig(kubeconfig(directory, stage.sandbox.url), directory)
        with Forge(directory, config) as forge:
            trap.before(fits, lambda: forge.kill(child[0]))
            child = [forge.start("apply", path, "--replace", "--yes")]
            assert forge.end(child[0]).code == -9
            return forge("apply", path, "--replace", "--yes")


def last(address: str) -> int:
    return int(address.rpartition(".")[2])


def test_a_run_killed_after_the_deletion_is_finished(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.consumers()
    path = manifest(tmp_path, pool_object("a", "10.0.0.0/26"))
    again = killed_and_again(
        stage,
        tmp_path,
        lambda each: each.method == "POST" and each.path.endswith("/externalippools"),
        path,
    )

    assert again.code == 0, again
    assert stage.consumers() == before
    assert stage.ranges() == {"a": ["10.0.0.0/26"]}


def test_pools_that_swap_ranges_are_replaced_in_the_planned_order(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.pool("b", "10.1.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    stage.fill("b", "10.1.0", 2, 1)
    before = stage.addresses()
    path = manifest(tmp_path, pool_object("a", "10.1.0.0/26"), pool_object("b", "10.0.0.0/26"))

    told = stage.run("apply", path, "--yes")
    document = json.loads(stage.run("apply", path, "--yes", "-o", "json").out)
    done = stage.run("apply", path, "--replace", "--yes")

    assert told.code == 4
    order = [
        "detach the Egresses and Services of pools a, b, keeping their addresses",
        "delete pool a",
        "delete pool b",
        "wait until the pools are gone from the webhook cache",
        "create pool a with 10.1.0.0/26",
        "create pool b with 10.0.0.0/26",
        "attach each to the pool that has its address",
    ]
    assert [each["procedure"] for each in document["refusals"]] == [order, order]
    assert told.err.count("delete pool a\n") == 1
    assert f"7. {order[-1]}\nkeep their address: Egress a-e00 holds 10.0.0.1 (pool a -> b)" in (
        told.err
    )
    assert "lose their address" not in told.err
    assert done.code == 0, done
    assert stage.ranges() == {"a": ["10.1.0.0/26"], "b": ["10.0.0.0/26"]}
    assert stage.addresses() == before
    assert {name: each.pool for name, each in stage.consumers().items() if name[:1] == "a"} == (
        dict.fromkeys(["a-e00", "a-e01", "a-s0"], "b")
    )


def test_a_pool_that_is_renamed_in_the_manifests_keeps_its_consumers(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("old", "10.0.0.0/26")
    stage.fill("old", "10.0.0", 3, 2)
    before = stage.addresses()
    path = manifest(tmp_path, pool_object("new", "10.0.0.0/26"))

    refused = stage.run("apply", path, "--complete", "--yes")
    done = stage.run("apply", path, "--complete", "--replace", "--yes")
    again = stage.run("apply", path, "--complete", "--replace", "--yes")

    assert refused.code == 4
    assert "keep the addresses in pool old, or use --replace" in refused.err
    assert done.code == 0, done
    assert (stage.ranges(), stage.addresses()) == ({"new": ["10.0.0.0/26"]}, before)
    assert {each.pool for each in stage.consumers().values()} == {"new"}
    assert (again.code, again.err) == (0, "nothing to change\n")


def test_an_unused_pool_is_deleted_before_its_space_is_needed(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.pool("unused", "10.1.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    before = stage.addresses()
    path = manifest(tmp_path, pool_object("a", "10.0.0.0-10.0.0.62", "10.1.0.0/28"))

    done = stage.run("apply", path, "--complete", "--replace", "--yes")

    assert done.code == 0, done
    assert stage.ranges() == {"a": ["10.0.0.0-10.0.0.62", "10.1.0.0/28"]}
    assert stage.addresses() == before


def test_a_refusal_that_replace_cannot_solve_does_not_suggest_replace(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.pool("foreign", "10.1.0.0/26")
    stage.rest()
    path = manifest(tmp_path, pool_object("a", "10.1.0.0/28"))

    refused = stage.run("apply", path, "--replace", "--yes")

    assert refused.code == 4
    assert "overlaps with range [10.1.0.0/26] of ExternalIPPool foreign" in refused.err
    assert "use --replace" not in refused.err
    assert [*stage.ranges()] == ["a", "foreign"]


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_one_question_is_about_the_replacement_and_the_other_steps(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stage.pool("a", "10.0.0.0/26")
    stage.pool("b", "10.2.0.0/28")
    wanted = pool_object("b", "10.2.0.0/28", "10.3.0.0/28")
    path = manifest(tmp_path, pool_object("a", "10.0.0.0/27"), wanted)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    result = stage.run("apply", path, "--replace")

    assert result.code == code, result
    assert result.err.count("[y/N]") == 1
    assert "  4. append 10.3.0.0/28 to pool b" in result.err
    assert "Apply 4 steps? [y/N]" in result.err
    changed = {"a": ["10.0.0.0/27"], "b": ["10.2.0.0/28", "10.3.0.0/28"]}
    assert stage.ranges() == (
        changed if code == 0 else {"a": ["10.0.0.0/26"], "b": ["10.2.0.0/28"]}
    )


def test_the_document_of_apply_is_always_a_plan(
    stage: Stage, tmp_path: Path, schema: Draft202012Validator
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    path = manifest(tmp_path, pool_object("a", "10.0.0.0-10.0.0.60"))
    losing = manifest(tmp_path / "l", pool_object("a", "10.0.0.0/30"))

    def document(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(stage.run("apply", *arguments, "-o", "json").out)
        schema.validate(found)
        assert (found["kind"], found["replace"]) == ("Plan", True)
        return found

    shown = document(path, "--replace", "--dry-run", "client")
    lost = document(losing, "--replace", "--yes")
    done = document(path, "--replace", "--yes")
    again = document(path, "--replace", "--yes")

    states = [each.get("replacement", {}).get("state") for each in (shown, lost, done, again)]
    assert states == ["dry-run", "loses-addresses", "done", None]
    assert [each["result"] for each in (shown, lost, done, again)] == [
        "legal", "refused", "legal", "unchanged"
    ]  # fmt: skip
    assert shown["replacement"]["delete"][0]["ranges"] == ["10.0.0.0/26"]
    assert [each["state"] for each in done["replacement"]["pools"]] == ["deleted", "created"]
    assert {each["state"] for each in done["replacement"]["consumers"]} == {"kept"}


def test_a_saved_plan_with_a_replacement_is_carried_out_or_stops(
    stage: Stage, tmp_path: Path, schema: Draft202012Validator
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.pool("b", "10.2.0.0/28")
    stage.fill("a", "10.0.0", 2, 1)
    before = stage.addresses()
    wanted = pool_object("b", "10.2.0.0/28", "10.3.0.0/28")
    path = manifest(tmp_path, pool_object("a", "10.0.0.0-10.0.0.62"), wanted)
    plan = str(tmp_path / "plan.json")

    saved = stage.run("apply", path, "--replace", "-o", f"plan={plan}")
    outdated = tmp_path / "outdated.json"
    text = Path(plan).read_text(encoding="utf-8")
    outdated.write_text(text.replace("10.0.0.0/26", "10.0.0.0/25"), encoding="utf-8")
    stopped = stage.run("apply", "--plan", str(outdated), "--yes")
    document = stage.run("apply", "--plan", str(outdated), "--yes", "-o", "json").document
    done = stage.run("apply", "--plan", plan, "--yes")
    again = stage.run("apply", "--plan", plan, "--yes")

    assert (saved.code, stopped.code) == (0, 6)
    assert "the cluster has changed since the plan was saved" in stopped.err
    schema.validate(document)
    assert (document["kind"], document["replace"]) == ("Plan", True)
    assert (done.code, again.code) == (0, 0), (done, again)
    assert stage.ranges() == {"a": ["10.0.0.0-10.0.0.62"], "b": ["10.2.0.0/28", "10.3.0.0/28"]}
    assert stage.addresses() == before


def test_a_run_killed_before_it_settles_the_new_pool_is_finished(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    before = stage.consumers()
    path = manifest(tmp_path, pool_object("a", "10.0.0.0-10.0.0.62"))
    again = killed_and_again(
        stage,
        tmp_path,
        lambda each: each.method == "PATCH" and each.path.endswith("/externalippools/a"),
        path,
    )

    assert again.code == 0, again
    assert stage.consumers() == before
    assert "ippoolctl/state" not in stage.pools()["a"]["metadata"]["annotations"]


LATER = RejectedFault(503, "try later")
FORBIDDEN = RejectedFault(403, "externalippools is forbidden", reason="Forbidden")


@pytest.fixture
def replacing(gateway: FakeGateway, here: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """A pool to replace, and manifests that also create another one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(here / "state"))
    store(gateway.cluster, "a", "10.0.0.0/26", "10.1.0.0/28")
    manifest(here, pool_object("a", "10.0.0.0/26"), pool_object("b", "10.2.0.0/28"))
    return gateway


def replaced_then(gateway: FakeGateway, method: str, happen: Callable[[], object]) -> None:
    """Let something happen at such a request after the pool was replaced."""

    def ended() -> None:
        gateway.before("list", lambda: gateway.before(method, happen))  # the last look

    gateway.before("delete", list)  # the pool; then the record of the run
    gateway.before("delete", ended)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_failed_read_after_a_replacement_is_retried(
    program: Program, replacing: FakeGateway
) -> None:
    replaced_then(replacing, "list", lambda: replacing.fail("list", LATER, times=2))

    result = program("apply", "pools.yaml", "--replace", "--yes")

    assert result.code == 0, result
    assert replacing.cluster.names == ["a", "b"]


@pytest.mark.parametrize(
    ("method", "failure", "code", "message"),
    [
        ("list", FORBIDDEN, 3, "error: externalippools is forbidden"),
        ("create", FORBIDDEN, 3, "error: externalippools is forbidden"),
        ("list", None, 130, "error: stopped"),
        ("create", None, 130, "error: stopped: pool b was not created; nothing is left behind"),
    ],
)
def test_a_failure_after_a_replacement_keeps_what_was_replaced(
    program: Program,
    replacing: FakeGateway,
    method: str,
    failure: RejectedFault | None,
    code: int,
    message: str,
) -> None:
    happen = partial(replacing.fail, method, failure) if failure else interrupt
    replaced_then(replacing, method, happen)

    result = program("apply", "pools.yaml", "--replace", "--yes")

    assert result.code == code
    assert [row.rpartition("/")[2] for row in result.out.splitlines()] == ["a deleted", "a created"]
    assert message in result.err.splitlines()
    assert replacing.cluster.names == ["a"]


def test_a_signal_between_the_requests_after_a_replacement_keeps_what_was_replaced(
    program: Program, replacing: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_hazards(*_: object) -> list[object]:
        if "create" in [method for _, method in replacing.requests]:
            interrupt()
        return []

    # A place between the steps, where no request is sent at which a signal could be sent.
    monkeypatch.setattr("ippoolctl.cli.commands.changing.apply.find_hazards", find_hazards)

    result = program("apply", "pools.yaml", "--replace", "--yes")

    assert (result.code, replacing.cluster.names) == (130, ["a"])
    assert [row.rpartition("/")[2] for row in result.out.splitlines()] == ["a deleted", "a created"]


def test_the_document_after_a_replacement_that_is_not_continued_is_a_plan(
    program: Program, replacing: FakeGateway, schema: Draft202012Validator
) -> None:
    replaced_then(replacing, "list", partial(replacing.fail, "list", FORBIDDEN))

    result = program("apply", "pools.yaml", "--replace", "--yes", "-o", "json")

    assert (result.code, result.document["kind"]) == (3, "Plan")
    schema.validate(result.document)
    pools = result.document["replacement"]["pools"]
    assert [(each["pool"], each["state"]) for each in pools] == [("a", "deleted"), ("a", "created")]
