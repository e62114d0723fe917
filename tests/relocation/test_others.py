"""Other clients during the replacement of a pool: foreign pools, new consumers, twins, signals."""

import json
import os
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import pool_object
from tests.kills.forge import Forge
from tests.kills.trap import Trap
from tests.proxy.faults import Request
from tests.relocation.stage import Consumer, Stage
from tests.scenarios.processes import kubeconfig


@pytest.fixture
def trap(stage: Stage) -> Iterator[Trap]:
    with Trap(stage.sandbox.url) as trap:
        yield trap


@pytest.fixture
def forge(trap: Trap, stage: Stage, tmp_path: Path) -> Iterator[Forge]:
    config = trap.kubeconfig(kubeconfig(tmp_path, stage.sandbox.url), tmp_path)
    with Forge(tmp_path, config) as forge:
        yield forge


def is_a(method: str, part: str) -> Callable[[Request], bool]:
    return lambda request: request.method == method and part in request.path


def test_a_foreign_pool_that_takes_the_range_is_named_and_a_later_run_finishes(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.addresses()
    trap.before(is_a("POST", "externalippools"), lambda: stage.pool("thief", "10.0.0.0/28"))

    lost = forge("rename", "a", "b", "--yes", "--timeout", "20s")

    assert lost.code == 6, lost
    assert "thief" in lost.err
    assert "still detached: Egress a-e00 (10.0.0.1)" in lost.err
    assert [*stage.ranges()] == ["thief"]
    assert all(each.detached for each in stage.consumers().values())
    stage.delete("pool", "thief")
    again = forge("rename", "a", "b", "--yes")
    assert again.code == 0, again
    assert stage.addresses() == before
    assert not any(each.detached for each in stage.consumers().values())


def test_a_consumer_that_appears_before_the_delete_gets_its_address_back_too(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.addresses()

    def appear() -> None:
        stage.egress("newcomer", "a", "10.0.0.50")
        stage.rest()

    trap.before(is_a("DELETE", "externalippools"), appear)

    assert forge("rename", "a", "b", "--yes").code == 0

    assert stage.addresses() == before | {"newcomer": "10.0.0.50"}
    assert {each.pool for each in stage.consumers().values()} == {"b"}


def test_a_new_consumer_that_is_given_the_address_of_a_detached_one_gets_another(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 0)
    before = stage.addresses()

    def appear() -> None:
        stage.rest()
        stage.egress("newcomer", "a")
        stage.rest()
        assert stage.addresses()["newcomer"] == before["a-e00"]

    trap.before(is_a("DELETE", "externalippools"), appear)

    ended = forge("rename", "a", "b", "--yes")

    after = stage.addresses()
    assert ended.code == 0, ended
    assert {name: after[name] for name in before} == before
    assert after["newcomer"] not in (*before.values(), "")
    assert f"Egress newcomer has {after['newcomer']} instead of {before['a-e00']}" in ended.out


def test_a_consumer_that_refers_to_the_new_name_early_takes_no_address_of_others(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    stage.egress("early", "b")
    before = stage.addresses()
    trap.before(is_a("DELETE", "externalippools"), lambda: stage.egress("between", "a"))

    assert forge("rename", "a", "b", "--yes").code == 0

    after = stage.addresses()
    assert {name: after[name] for name in before if before[name]} == {
        name: text for name, text in before.items() if text
    }
    assert {after["early"], after["between"]}.isdisjoint({*before.values(), ""})


def test_an_address_that_another_consumer_takes_at_the_end_is_named_and_given_back_later(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.addresses()

    def take() -> None:
        stage.rest()
        stage.egress("thief", "b", before["a-e01"])
        stage.rest()

    trap.before(is_a("PATCH", "externalippools/b"), take)

    lost = forge("rename", "a", "b", "--yes")

    assert lost.code == 6, lost
    assert f"Egress thief has {before['a-e01']}, the address of Egress a-e01" in lost.err
    consumers = stage.consumers()
    assert [name for name, each in consumers.items() if each.detached] == ["a-e01"]
    assert consumers["a-e01"] == Consumer("", before["a-e01"], "", detached=True)
    stage.delete("egress", "thief")
    stage.rest()
    assert forge("rename", "a", "b", "--yes").code == 0
    assert stage.addresses() == before


def test_an_address_that_is_taken_just_after_the_last_look_is_named(
    stage: Stage, trap: Trap, forge: Forge
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.addresses()

    def take() -> None:
        stage.rest()
        stage.egress("thief", "b", before["a-e01"])
        stage.rest()

    made = is_a("PATCH", "/egresses/a-e")
    trap.before(lambda each: made(each) and "b" in stage.pools(), take)

    lost = forge("rename", "a", "b", "--yes")

    assert lost.code == 6, lost
    assert f"Egress thief has {before['a-e01']}, the address of Egress a-e01" in lost.err
    assert stage.consumers()["a-e01"] == Consumer("b", before["a-e01"], "", detached=False)


def test_twins_end_with_one_pool_and_all_addresses(stage: Stage, forge: Forge) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 6, 3)
    before = stage.addresses()

    both = [forge.start("rename", "a", "b", "--yes") for _ in range(2)]
    codes = [forge.end(each).code for each in both]

    assert codes == [0, 0]
    assert stage.addresses() == before
    assert not any(each.detached for each in stage.consumers().values())
    assert stage.ranges() == {"b": ["10.0.0.0/26"]}


def test_another_request_for_the_same_pool_waits_for_the_end_of_the_first(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    trap.before(is_a("DELETE", "externalippools"), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    forge.end(child[0])

    other = forge("shrink", "a", "--range", "10.0.0.48/28", "--yes")

    assert other.code == 4, other
    assert "an unfinished run has detached consumers: rename a b" in other.err
    assert "hint: finish it first: ippoolctl rename a b" in other.err


@pytest.mark.parametrize("command", ["apply", "restore"])
def test_the_hint_for_an_unfinished_run_is_a_command_that_finishes_it(
    stage: Stage, forge: Forge, trap: Trap, tmp_path: Path, command: str
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    before = stage.addresses()
    saved, manifest = str(tmp_path / "saved files.yaml"), tmp_path / "pools.json"
    made = pool_object("a", "10.0.0.0-10.0.0.62")
    manifest.write_text(json.dumps(made), encoding="utf-8")
    arguments = ["apply", str(manifest), "--replace"]
    if command == "restore":
        assert forge("delete", "a", "--force", "--save", saved).code == 0
        stage.rest()
        arguments = ["restore", saved]
    trap.before(is_a("POST", "externalippools"), lambda: forge.kill(child[0]))
    child = [forge.start(*arguments, "--yes")]
    assert forge.end(child[0]).code == -9
    if "a" in stage.pools():  # the request reached the server all the same
        stage.delete("pool", "a")

    other = forge("rename", "a", "b", "--yes")

    assert other.code == 4, other
    (hint,) = (row for row in other.err.splitlines() if row.startswith("hint: "))
    finish = hint.removeprefix("hint: finish it first: ippoolctl ").partition("; or abandon it")[0]
    assert shlex.split(finish) == arguments
    assert forge(*shlex.split(finish), "--yes").code == 0
    assert stage.addresses() == before


def advised(stage: Stage, forge: Forge) -> list[str]:
    """The command that finishes an unfinished run, as another one is told."""
    other = forge("rename", "a", "other", "--yes")
    assert other.code == 4, other
    (hint,) = (row for row in other.err.splitlines() if row.startswith("hint: "))
    finish = hint.removeprefix("hint: finish it first: ippoolctl ").partition("; or abandon it")[0]
    return shlex.split(finish)


def after(count: int, fits: Callable[[Request], bool]) -> Callable[[Request], bool]:
    """The requests like these after the first ones."""
    seen = []

    def is_later(request: Request) -> bool:
        if fits(request):
            seen.append(request)
        return len(seen) > count

    return is_later


def test_the_advised_command_finishes_a_killed_run_that_takes_addresses_by_force(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 8, 0)
    trap.before(after(1, is_a("PATCH", "egresses")), lambda: forge.kill(child[0]))
    child = [forge.start("shrink", "a", "--range", "10.0.0.48/28", "--yes", "--force")]
    assert forge.end(child[0]).code == -9

    finished = forge(*advised(stage, forge), "--yes")

    assert finished.code == 0, finished
    assert stage.ranges() == {"a": ["10.0.0.1-10.0.0.47"]}
    assert not any(each.detached for each in stage.consumers().values())


def test_the_advised_command_finishes_a_killed_run_that_allows_a_hazard(
    stage: Stage, forge: Forge, trap: Trap, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 0)
    before, manifest = stage.addresses(), tmp_path / "pools.json"
    crashes = {"matchExpressions": [{"key": "a", "operator": "In"}]}
    made = pool_object("a", "10.0.0.0-10.0.0.62", nodeSelector=crashes)
    manifest.write_text(json.dumps(made), encoding="utf-8")
    arguments = ["apply", str(manifest), "--replace", "--yes"]
    trap.before(after(1, is_a("PATCH", "egresses")), lambda: forge.kill(child[0]))
    child = [forge.start(*arguments, "--allow", "EIP303")]
    assert forge.end(child[0]).code == -9

    finished = forge(*advised(stage, forge), "--yes")

    assert finished.code == 0, finished
    assert stage.addresses() == before
    assert not any(each.detached for each in stage.consumers().values())


def test_the_interruption_counts_from_the_first_detach_of_a_killed_run(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    trap.before(is_a("DELETE", "externalippools"), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    assert forge.end(child[0]).code == -9
    killed = time.monotonic()
    time.sleep(3)

    again = forge("rename", "a", "b", "--yes", "-o", "json")

    assert again.code == 0, again
    seconds = json.loads(again.out)["interruptedSeconds"]
    assert seconds >= 1.9  # the dates of the server are whole seconds
    assert seconds <= time.monotonic() - killed + 5


def test_a_consumer_with_the_annotation_of_another_request_is_refused_first(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 1)
    stage.annotate_egress("a-e00", **{"ippoolctl/detached": '{"request":"rename x y","from":"x"}'})
    before = stage.consumers()

    result = stage.run("rename", "a", "b", "--yes")

    assert result.code == 4, result
    assert "kubectl annotate egress a-e00 ippoolctl/detached-" in result.err
    assert (stage.consumers(), list(stage.pools())) == (before, ["a"])


def test_a_signal_at_the_first_patch_does_not_call_its_consumer_attached(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 2, 0)
    before = stage.addresses()

    trap.before(is_a("PATCH", "egresses"), lambda: os.kill(child[0].pid, signal.SIGINT))
    child = [forge.start("rename", "a", "b", "--yes")]
    ended = forge.end(child[0])

    assert ended.code == 130, ended
    assert "stopped by a signal; still detached: Egress a-e00 (10.0.0.1)" in ended.err
    assert forge("rename", "a", "b", "--yes").code == 0
    assert stage.addresses() == before


def test_a_signal_stops_a_run_and_names_detached_consumers(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0", 4, 2)
    before = stage.addresses()
    stage.sandbox.cache.lag = 60.0

    trap.before(is_a("DELETE", "externalippools"), lambda: os.kill(child[0].pid, signal.SIGINT))
    child = [forge.start("rename", "a", "b", "--yes")]
    ended = forge.end(child[0])

    assert ended.code == 130, ended
    assert "stopped by a signal; still detached: Egress a-e00 (10.0.0.1)" in ended.err
    assert "run the same command again to finish" in ended.err
    stage.sandbox.cache.lag = 0.0
    stage.sandbox.cache.catch_up()
    assert forge("rename", "a", "b", "--yes").code == 0
    assert stage.addresses() == before


def test_freed_ranges_are_avoided_until_the_run_is_finished(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.rest()
    stage.egress("web", "a", "10.0.0.9")
    stage.rest()
    trap.before(is_a("POST", "externalippools"), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    assert forge.end(child[0]).code == -9
    if "b" in stage.pools():  # the request reached the server all the same
        stage.delete("pool", "b")
    within = ("--within", "10.0.0.0/27")

    free = stage.run("free", *within, "-o", "ranges")
    created = stage.run("create", "other", "--ips", "6", *within, "--wait")
    stage.pool("thief", "10.0.0.0/30")
    check = stage.run("check")

    assert free.out.split() == ["10.0.0.16-10.0.0.31"]
    assert created.code == 0
    assert stage.ranges()["other"] == ["10.0.0.16/29"]
    assert "EIP518" in check.out
    assert "pool thief is needed by an unfinished run: rename a b" in check.out
    stage.delete("pool", "thief")
    assert forge("rename", "a", "b", "--yes").code == 0
    assert stage.addresses() == {"web": "10.0.0.9"}
    assert "EIP518" not in stage.run("check").out


def test_a_run_killed_before_it_settles_the_new_pool_is_finished_at_once(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.rest()
    stage.egress("web", "a", "10.0.0.9")
    stage.rest()
    trap.before(is_a("PATCH", "externalippools/b"), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    assert forge.end(child[0]).code == -9

    again = forge("rename", "a", "b", "--yes", "--timeout", "20s")

    assert again.code == 0, again
    assert stage.addresses() == {"web": "10.0.0.9"}
    assert "ippoolctl/state" not in stage.pools()["b"]["metadata"]["annotations"]


def is_after_the_deletion(stage: Stage) -> Callable[[Request], bool]:
    return lambda request: request.method == "POST" and "a" not in stage.pools()


def test_a_killed_rename_without_consumers_is_recorded_in_the_cluster_and_finished_anywhere(
    stage: Stage, forge: Forge, trap: Trap, tmp_path: Path
) -> None:
    stage.pool("a", "10.0.0.0/28")
    trap.before(is_after_the_deletion(stage), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    assert forge.end(child[0]).code == -9
    (record,) = stage.pools()
    assert record.startswith("ippoolctl-unfinished-")
    shutil.rmtree(tmp_path / "state")
    manifest = tmp_path / "pools.json"
    manifest.write_text(json.dumps(pool_object("z", "10.9.0.0/28")), encoding="utf-8")

    check = stage.run("check")
    applied = stage.run("apply", str(manifest), "--complete", "--yes")
    again = forge("rename", "a", "b", "--yes")

    assert "finish the run that the pool records: ippoolctl rename a b" in check.out
    assert (applied.code, again.code) == (0, 0), (applied, again)
    assert stage.ranges() == {"b": ["10.0.0.0/28"], "z": ["10.9.0.0/28"]}


def test_without_a_record_in_the_cluster_the_local_record_is_used(
    stage: Stage, forge: Forge, trap: Trap
) -> None:
    stage.pool("a", "10.0.0.0/28")
    trap.before(is_after_the_deletion(stage), lambda: forge.kill(child[0]))
    child = [forge.start("rename", "a", "b", "--yes")]
    assert forge.end(child[0]).code == -9
    for name in stage.pools():
        if name.startswith("ippoolctl-unfinished-"):
            stage.delete("pool", name)

    assert forge("rename", "a", "b", "--yes").code == 0

    assert stage.ranges() == {"b": ["10.0.0.0/28"]}
