"""``restore``: deleted pools are recreated, and consumers get their addresses back."""

import json
import os
import signal
import threading
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.cli.app import main
from ippoolctl.manifests.saved import read_saved_file
from tests.cli.program import Program
from tests.relocation.conftest import stage
from tests.relocation.stage import Consumer, Stage
from tests.scenarios.processes import eventually, kubeconfig

__all__ = ["stage"]

NETWORK = "10.0.0"


@pytest.fixture
def saved(stage: Stage, tmp_path: Path) -> str:
    """A saved file of pool ``a`` with 20 Egresses and 5 Services; the pool is deleted."""
    stage.pool("a", f"{NETWORK}.0/26", nodeSelector={"matchLabels": {"zone": "1"}})
    stage.fill("a", NETWORK)
    return delete(stage, tmp_path)


def delete(stage: Stage, directory: Path) -> str:
    """Delete pool ``a`` by force; the path of the saved file."""
    path = str(directory / "a.yaml")
    assert stage.run("delete", "a", "--force", "--save", path).code == 0
    stage.rest()
    return path


def holders(path: str) -> dict[str, str]:
    """The saved addresses by name."""
    return {each.name: each.address for each in read_saved_file(path).holders}


def test_all_consumers_of_a_deleted_pool_get_their_addresses_back(
    stage: Stage, tmp_path: Path, schema: Draft202012Validator
) -> None:
    stage.pool("a", f"{NETWORK}.0/26", nodeSelector={"matchLabels": {"zone": "1"}})
    stage.fill("a", NETWORK)
    before, pool = stage.consumers(), stage.pools()["a"]
    saved = delete(stage, tmp_path)
    lost = {name for name, each in stage.consumers().items() if not each.address}
    assert lost == {*before}

    result = stage.run("restore", saved, "--yes", "-o", "json")

    document = result.document
    schema.validate(document)
    assert (result.code, document["state"]) == (0, "done"), result
    assert stage.consumers() == before
    assert stage.pools()["a"]["spec"] == pool["spec"]
    assert {each["state"] for each in document["consumers"]} == {"kept"}
    assert len(document["consumers"]) == 25
    again = stage.run("restore", saved, "--yes")
    assert (again.code, again.err) == (0, "nothing to restore\n")


def test_consumers_of_a_pool_that_is_back_are_moved_to_their_addresses(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", f"{NETWORK}.0/26")
    stage.fill("a", NETWORK)
    before = stage.consumers()
    saved = delete(stage, tmp_path)
    stage.pool("a", f"{NETWORK}.0/26")
    stage.rest()
    stage.egress("new", "a", f"{NETWORK}.62")
    stage.rest()
    assert stage.addresses() != {name: each.address for name, each in before.items()}
    pool = stage.pools()["a"]["metadata"]["uid"]

    result = stage.run("restore", saved, "--yes")

    assert result.code == 0, result
    assert stage.consumers() == {
        **before,
        "new": Consumer("a", f"{NETWORK}.62", "", detached=False),
    }
    assert stage.pools()["a"]["metadata"]["uid"] == pool


class Terminal(StringIO):
    """Standard input or standard error of a user."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("", 1), ("y\n", 0)])
def test_restore_shows_the_steps_and_asks_for_confirmation(
    stage: Stage, saved: str, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    config = kubeconfig(stage.directory, stage.sandbox.url)
    shown = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", shown)

    ended = main(["restore", saved, "--kubeconfig", str(config)])

    assert ended == code
    assert "Egress a-e01 gets 10.0.0.59 back" in shown.getvalue()
    assert "Continue? [y/N]" in shown.getvalue()
    assert ("a" in stage.pools()) == (code == 0)


def test_a_signal_names_detached_consumers_and_the_next_run_finishes(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", f"{NETWORK}.0/29")
    stage.rest()
    stage.egress("web", "a", f"{NETWORK}.3")
    stage.rest()
    before = stage.consumers()
    saved = delete(stage, tmp_path)
    stage.pool("b", f"{NETWORK}.0/29")
    stage.rest()
    stage.sandbox.cache.catch_up()
    stage.sandbox.cache.lag = 60
    stage.delete("pool", "b")

    def stop() -> None:
        eventually(lambda: stage.consumers()["web"].detached)
        os.kill(os.getpid(), signal.SIGTERM)

    signals = threading.Thread(target=stop)
    signals.start()
    stopped = stage.run("restore", saved, "--yes")
    signals.join()

    assert stopped.code == 143
    assert f"stopped by a signal; still detached: Egress web ({NETWORK}.3)" in stopped.err
    stage.sandbox.cache.catch_up()
    stage.sandbox.cache.lag = 0
    assert stage.run("restore", saved, "--yes").code == 0
    assert stage.consumers() == before


def test_a_dry_run_shows_the_steps_and_writes_nothing(stage: Stage, saved: str) -> None:
    before = stage.consumers()

    result = stage.run("restore", saved, "--dry-run", "client")

    assert result.code == 0
    assert "externalippool.crd.antrea.io/a would be created with 10.0.0.0/26" in result.out
    assert "Egress a-e01 gets 10.0.0.59 back" in result.out
    assert (stage.consumers(), stage.ranges()) == (before, {})


def test_a_server_dry_run_asks_the_webhook_and_writes_nothing(
    stage: Stage, saved: str, schema: Draft202012Validator
) -> None:
    before = stage.consumers()

    result = stage.run("restore", saved, "--dry-run", "server", "-o", "json")
    stage.pool("b", f"{NETWORK}.0/26")
    stage.rest()
    stage.sandbox.cache.catch_up()
    stage.sandbox.cache.lag = 60
    stage.delete("pool", "b")
    stale = stage.run("restore", saved, "--dry-run", "server", "--timeout", "1s")

    schema.validate(result.document)
    assert (result.code, [each["state"] for each in result.document["pools"]]) == (0, ["dry-run"])
    assert (stage.consumers(), stage.ranges()) == (before, {})
    assert stale.code == 5
    assert "deleted pool b" in stale.err


def test_a_taken_address_is_listed(
    stage: Stage, tmp_path: Path, schema: Draft202012Validator
) -> None:
    stage.pool("a", f"{NETWORK}.0/29")
    stage.rest()
    stage.egress("one", "a", f"{NETWORK}.3")
    stage.egress("two", "a", f"{NETWORK}.4")
    stage.service("api", "a", f"{NETWORK}.5")
    stage.rest()
    saved = delete(stage, tmp_path)
    stage.pool("a", f"{NETWORK}.0/29")
    stage.rest()
    stage.egress("thief", "a", f"{NETWORK}.3")
    stage.rest()

    result = stage.run("restore", saved, "--yes", "-o", "json")

    document = result.document
    schema.validate(document)
    assert (result.code, document["code"]) == (4, 4)
    assert document["leftAlone"] == [
        {
            "kind": "Egress",
            "name": "one",
            "pool": "a",
            "address": f"{NETWORK}.3",
            "reason": "taken",
            "now": "Egress thief",
        }
    ]
    addresses = stage.addresses()
    assert (addresses["two"], addresses["api"], addresses["thief"]) == (
        f"{NETWORK}.4",
        f"{NETWORK}.5",
        f"{NETWORK}.3",
    )
    assert addresses["one"] not in ("", f"{NETWORK}.3")


def test_consumers_that_users_changed_since_are_listed_and_left_alone(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", f"{NETWORK}.0/28")
    stage.pool("b", "10.9.0.0/28")
    stage.rest()
    for name in ("moved", "static", "gone", "stays"):
        stage.egress(name, "a")
    stage.service("fixed", "a")
    stage.rest()
    saved = delete(stage, tmp_path)
    before = holders(saved)
    stage.change_egress("moved", externalIPPool="b", egressIP=None)
    stage.change_egress("static", externalIPPool=None, egressIP="192.0.2.7")
    stage.delete("egress", "gone")
    stage._ask(
        "PATCH",
        "/api/v1/namespaces/default/services/fixed",
        {"spec": {"loadBalancerIP": f"{NETWORK}.13"}},
    )
    stage.rest()

    result = stage.run("restore", saved, "--yes")

    assert result.code == 0, result
    for line in (
        f"Egress moved ({before['moved']}) refers to pool b",
        f"Egress static ({before['static']}) requests 192.0.2.7",
        f"Egress gone ({before['gone']}) does not exist",
        f"Service default/fixed ({before['fixed']}) requests {NETWORK}.13",
    ):
        assert line in result.err
    stage.rest()
    consumers = stage.consumers()
    assert consumers["stays"] == Consumer("a", before["stays"], "", detached=False)
    assert consumers["moved"].pool == "b"
    assert consumers["static"] == Consumer("", "192.0.2.7", "", detached=False)
    assert consumers["fixed"].address == f"{NETWORK}.13"


def test_consumers_that_wait_do_not_take_the_addresses_of_others(
    stage: Stage, tmp_path: Path
) -> None:
    stage.pool("a", f"{NETWORK}.0/29")
    stage.rest()
    for number in range(6):
        stage.egress(f"e{number}", "a")
    stage.egress("waits", "a")
    stage.rest()
    before = stage.addresses()
    saved = delete(stage, tmp_path)
    stage.egress("appeared", "a")
    stage.service("pending", "a")

    result = stage.run("restore", saved, "--yes")

    assert result.code == 0, result
    assert stage.addresses() == {**before, "appeared": "", "pending": ""}
    assert not any(each.detached for each in stage.consumers().values())
    assert {each.pool for each in stage.consumers().values()} == {"a"}


def test_a_pool_that_differs_is_not_changed(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", f"{NETWORK}.0/28")
    stage.rest()
    stage.egress("inside", "a", f"{NETWORK}.2")
    stage.egress("outside", "a", f"{NETWORK}.9")
    stage.rest()
    saved = delete(stage, tmp_path)
    stage.pool("a", f"{NETWORK}.0/29")
    stage.rest()

    result = stage.run("restore", saved, "--yes")

    assert result.code == 4
    assert "pool a exists and differs from the saved one; it is not changed" in result.err
    assert "Egress outside (10.0.0.9) cannot get its address back" in result.err
    assert stage.addresses()["inside"] == f"{NETWORK}.2"
    assert stage.ranges() == {"a": [f"{NETWORK}.0/29"]}


def test_ranges_that_another_pool_has_by_now_are_refused_before_anything_is_written(
    stage: Stage, saved: str
) -> None:
    stage.pool("thief", f"{NETWORK}.32/28")
    stage.rest()
    before = stage.consumers()

    result = stage.run("restore", saved, "--yes")

    assert result.code == 4
    assert "overlaps with range [10.0.0.32/28] of ExternalIPPool thief" in result.err
    assert stage.consumers() == before


@pytest.mark.parametrize(
    "denied",
    [
        "list:externalippools",
        "create:externalippools",
        "list:egresses",
        "list:services",
        "patch:egresses",
        "patch:services",
    ],
)
def test_without_a_permission_nothing_is_written(stage: Stage, saved: str, denied: str) -> None:
    before = stage.consumers()
    stage.sandbox.access.denied = {denied}

    result = stage.run("restore", saved, "--yes")

    stage.sandbox.access.denied = set()
    assert result.code == 3, result
    assert denied.partition(":")[2] in result.err
    assert (stage.consumers(), stage.ranges()) == (before, {})


def test_a_pool_without_consumers_and_its_lifetime_come_back(stage: Stage, tmp_path: Path) -> None:
    path = str(tmp_path / "a.yaml")
    assert stage.run("create", "a", "--range", "10.0.0.0/28", "--ttl", "2h").code == 0
    assert stage.run("delete", "a", "--save", path).code == 0

    result = stage.run("restore", path, "--yes", "-o", "name")

    assert (result.code, result.out) == (0, "externalippool.crd.antrea.io/a\n")
    annotations = stage.pools()["a"]["metadata"]["annotations"]
    assert annotations["ippoolctl/ttl"] == "2h"
    assert "ippoolctl/state" not in annotations


def test_several_pools_are_restored_from_one_file(stage: Stage, tmp_path: Path) -> None:
    for name, network in (("a", "10.0.0"), ("b", "10.1.0")):
        stage.pool(name, f"{network}.0/26")
        stage.fill(name, network, 4, 4)
    before = stage.consumers()
    path = str(tmp_path / "both.yaml")
    assert stage.run("delete", "a", "b", "--force", "--save", path).code == 0
    stage.rest()

    assert stage.run("restore", path, "--yes").code == 0

    assert stage.consumers() == before


def test_services_that_share_an_address_get_it_back(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.rest()
    stage.service("one", "a", "10.0.0.9", shared=True)
    stage.service("two", "a", "10.0.0.9", shared=True)
    stage.rest()
    before = stage.consumers()
    saved = delete(stage, tmp_path)

    assert stage.run("restore", saved, "--yes").code == 0

    assert stage.consumers() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "not a terminal; use --yes"),
        (["--yes", "--dry-run", "sometimes"], "invalid value: --dry-run sometimes"),
    ],
)
def test_wrong_usage_is_code_2(stage: Stage, saved: str, arguments: list[str], words: str) -> None:
    result = stage.run("restore", saved, *arguments)

    assert (result.code, words in result.err) == (2, True)


@pytest.mark.parametrize("arguments", [["--yes"], []], ids=["yes", "not a terminal"])
def test_a_file_without_saved_holders_is_rejected(
    stage: Stage, tmp_path: Path, arguments: list[str]
) -> None:
    """Without a terminal the error was that there is none."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": []}))

    result = stage.run("restore", str(path), *arguments)
    missing = stage.run("restore", str(tmp_path / "b.json"), *arguments)

    assert (result.code, missing.code) == (2, 2)
    assert "no SavedHolders document" in result.err
    assert "b.json: no such file" in missing.err


def test_a_missing_file_hints_at_those_that_a_forced_deletion_has_saved(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(here))
    before = program("restore", "edge", "--yes")
    (here / "ippoolctl").mkdir()

    after = program("restore", "edge", "--yes")

    error = "error: edge: no such file or directory\nhint: "
    assert (before.code, before.err) == (2, f"{error}check the path\n")
    listed = f"list the files of delete --force: ls {here / 'ippoolctl'}"
    assert (after.code, after.err) == (2, f"{error}{listed}\n")
