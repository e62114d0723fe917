"""``apply --replace``: pools that cannot be changed in place, on a sandbox with consumers."""

import json
from pathlib import Path
from typing import Any

import yaml

from tests.builders import pool_object
from tests.kills.forge import Forge
from tests.kills.trap import Trap
from tests.relocation.conftest import stage
from tests.relocation.stage import Stage
from tests.scenarios.processes import kubeconfig

__all__ = ["stage"]


def manifest(directory: Path, *documents: dict[str, Any]) -> str:
    path = directory / "pools.yaml"
    path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    return str(path)


def test_a_shrunk_pool_is_replaced_and_the_rest_is_applied(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    stage.pool("b", "10.2.0.0/28")
    stage.fill("a", "10.0.0")
    before = stage.seats()
    wanted = pool_object("a", "10.0.0.0/26")
    wanted["metadata"]["labels"] = {"team": "net"}
    path = manifest(tmp_path, wanted, pool_object("b", "10.2.0.0/28", "10.3.0.0/28"))

    refused = stage.run("apply", path, "--yes")
    shown = stage.run("apply", path, "--replace", "--dry-run", "client")
    assert (refused.code, shown.code) == (4, 0)
    assert "would be deleted with 10.0.0.0/26, 10.1.0.0/28" in shown.out
    assert "after the replacement of pools:\nplan: 1 step\n  1. append 10.3.0.0/28 to pool b" in (
        shown.out
    )
    assert stage.ranges()["a"] == ["10.0.0.0/26", "10.1.0.0/28"]
    done = stage.run("apply", path, "--replace", "--yes", "-o", "json")
    again = stage.run("apply", path, "--replace", "--yes")

    assert done.code == 0, done
    assert json.loads(done.out)["kind"] == "Plan"
    assert stage.ranges() == {"a": ["10.0.0.0/26"], "b": ["10.2.0.0/28", "10.3.0.0/28"]}
    assert stage.pools()["a"]["metadata"]["labels"] == {"team": "net"}
    assert stage.seats() == before
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


def last(address: str) -> int:
    return int(address.rpartition(".")[2])


def test_a_run_killed_after_the_deletion_is_finished(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.seats()
    path = manifest(tmp_path, pool_object("a", "10.0.0.0/26"))
    with Trap(stage.sandbox.url) as trap:
        config = trap.kubeconfig(kubeconfig(tmp_path, stage.sandbox.url), tmp_path)
        with Forge(tmp_path, config) as forge:
            trap.before(
                lambda each: each.method == "POST" and each.path.endswith("/externalippools"),
                lambda: forge.kill(child[0]),
            )
            child = [forge.start("apply", path, "--replace", "--yes")]
            assert forge.end(child[0]).code == -9

            again = forge("apply", path, "--replace", "--yes")

    assert again.code == 0, again
    assert stage.seats() == before
    assert stage.ranges() == {"a": ["10.0.0.0/26"]}
