"""``delete --save`` and ``delete --force``: the record of a pool before its deletion."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.manifests.saved import read_saved_file
from tests.cli.live_pools import store
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"
WEB = Consumer("Egress", "web", "edge", "10.0.0.9")
API = Consumer("Service", "prod/api", "edge", "10.0.0.1", pinned=True)
LATE = Consumer("Egress", "late", "edge")
OTHER = Consumer("Egress", "other", "lab", "10.1.0.1")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of files without a given path."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ippoolctl"


@pytest.fixture
def pools(cluster: FakeCluster) -> FakeCluster:
    """Pool ``edge`` with three consumers, ``lab`` with one, and ``free``."""
    annotations = {marks.REQUEST_ID: "edge/1", marks.TTL: "2h", "team": "net"}
    store(cluster, "edge", RANGE, used=2, labels={"a": "b"}, annotations=annotations)
    store(cluster, "lab", "10.1.0.0/24", used=1)
    store(cluster, "free", "10.2.0.0/24")
    cluster.consumers = [WEB, API, LATE, OTHER]
    return cluster


def documents(path: Path) -> list[Any]:
    return [*yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def saved_to(result: Result) -> Path:
    """The path that the command printed."""
    (line,) = [each for each in result.err.splitlines() if each.startswith("saved ")]
    return Path(line.partition(" to ")[2].partition("; ")[0])


@pytest.mark.usefixtures("pools")
def test_manifests_and_holders_are_saved_before_anything_is_deleted(
    program: Program, gateway: FakeGateway, here: Path, schema: Draft202012Validator
) -> None:
    looked: list[bool] = []
    gateway.before("delete", lambda: looked.append((here / "edge.yaml").exists()))

    result = program("delete", "edge", "free", "--force", "--save", "edge.yaml", "-o", "json")

    edge, free, holders = documents(here / "edge.yaml")
    assert result.code == 0
    assert looked == [True]
    assert stat.S_IMODE((here / "edge.yaml").stat().st_mode) == 0o600
    assert edge["metadata"] == {
        "name": "edge",
        "labels": {"a": "b"},
        "annotations": {"team": "net"},
    }
    assert (edge["spec"]["ipRanges"], free["metadata"]["name"]) == ([{"cidr": RANGE}], "free")
    schema.validate(holders)
    assert holders["ttl"] == {"edge": "2h"}
    assert holders["items"] == [
        {"kind": "Egress", "name": "late", "pool": "edge"},
        {"kind": "Egress", "name": "web", "pool": "edge", "address": "10.0.0.9"},
        {
            "kind": "Service",
            "namespace": "prod",
            "name": "api",
            "pool": "edge",
            "address": "10.0.0.1",
            "pinned": True,
        },
    ]
    assert [each["saved"] for each in result.document["items"]] == ["edge.yaml"] * 2


@pytest.mark.usefixtures("pools")
def test_the_pools_of_a_saved_file_are_read_as_manifests(program: Program, here: Path) -> None:
    assert program("delete", "edge", "--force", "--save", "edge.yaml").code == 0

    assert program("verdict", "edge.yaml").code == 0
    assert program("check", "edge.yaml").code == 0
    assert read_saved_file(str(here / "edge.yaml")).names == ("edge",)


def test_a_forced_deletion_saves_pools_in_use_by_default(
    program: Program, pools: FakeCluster, state: Path
) -> None:
    result = program("delete", "edge", "free", "--force")

    path = saved_to(result)
    assert (result.code, pools.names) == (0, ["lab"])
    assert path.parent == state
    assert [each["kind"] for each in documents(path)] == ["ExternalIPPool", "SavedHolders"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_saved_if_no_consumer_loses_an_address(
    program: Program, pools: FakeCluster, state: Path, here: Path
) -> None:
    for arguments in (
        ["free", "--force"],
        ["free", "--force", "--save", "file"],  # it is gone by now
        ["edge", "--force", "--dry-run", "client"],
        ["edge", "--force", "--save", "file", "--dry-run", "client"],
    ):
        result = program("delete", *arguments)
        assert (result.code, "saved" in result.err) == (0, False)

    assert not state.exists()
    assert not [*here.iterdir()]
    assert "edge" in pools.names


@pytest.mark.parametrize("target", ["directory", "file/below", "full"])
def test_a_save_that_fails_deletes_nothing(
    program: Program, pools: FakeCluster, here: Path, target: str
) -> None:
    (here / "directory").mkdir()
    (here / "file").write_text("", encoding="utf-8")
    (here / "full").symlink_to("/dev/full")

    result = program("delete", "edge", "--force", "--save", target)

    assert (result.code, pools.names) == (2, ["edge", "free", "lab"])
    assert result.err.startswith("error: cannot write ")


def test_an_unwritable_state_directory_deletes_nothing(
    program: Program, pools: FakeCluster, state: Path
) -> None:
    state.parent.write_text("a file", encoding="utf-8")

    result = program("delete", "edge", "--force")

    assert (result.code, pools.names) == (2, ["edge", "free", "lab"])
    assert result.err.endswith("hint: use --save with a file that can be written\n")


def test_an_incomplete_record_of_consumers_is_not_saved_as_complete(
    program: Program, pools: FakeCluster, here: Path, state: Path
) -> None:
    pools.unseen = {"Service"}

    refused = program("delete", "edge", "--force", "--save", "edge.yaml")

    assert (refused.code, "edge" in pools.names, [*here.iterdir()]) == (3, True, [])
    assert "no permission to list every Service" in refused.err
    forced = program("delete", "edge", "--force")
    assert forced.code == 0
    assert documents(saved_to(forced))[-1]["unread"] == ["Service"]
    assert state.is_dir()


def test_a_consumer_that_appears_after_the_save_is_added_to_it(
    program: Program, pools: FakeCluster, gateway: FakeGateway, here: Path
) -> None:
    new = Consumer("Egress", "new", "edge", "10.0.0.2")

    def appear() -> None:
        pools.consumers.append(new)
        pools.write_status("edge", 254, 3)

    gateway.before("delete", appear)

    assert program("delete", "edge", "--force", "--save", "edge.yaml").code == 0

    saved = read_saved_file(str(here / "edge.yaml"))
    assert "Egress new" in [each.label for each in saved.holders]


def test_a_run_that_was_killed_after_a_deletion_can_be_repeated(
    program: Program, pools: FakeCluster, here: Path
) -> None:
    command = ["delete", "edge", "lab", "--force", "--save", "both.yaml"]
    assert program("delete", "edge", "lab", "--save", "both.yaml").code == 4
    assert program(*command).code == 0
    before = documents(here / "both.yaml")
    store(pools, "lab", "10.1.0.0/24", used=1)  # as if it had been killed before this one
    pools.consumers = [OTHER]

    assert program(*command).code == 0

    assert documents(here / "both.yaml") == before
    assert program(*command).code == 0
    assert documents(here / "both.yaml") == before


@pytest.mark.parametrize("content", ["", "a: [", "kind: X\napiVersion: v1\n", "saved"])
def test_a_file_with_anything_else_is_kept(
    program: Program, pools: FakeCluster, here: Path, content: str
) -> None:
    if content == "saved":
        assert program("delete", "lab", "--force", "--save", "file").code == 0
    else:
        (here / "file").write_text(content, encoding="utf-8")
    before = (here / "file").read_bytes()

    result = program("delete", "edge", "--force", "--save", "file")

    assert (result.code, "edge" in pools.names) == (2, True)
    assert (here / "file").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: Egress", "kind: Pod", "items[0].kind is neither Egress nor Service"),
        ("name: web", "name: ''", "items[0]: name or pool is missing"),
        ("10.0.0.9", "10.0.0.999", "items[0].address is not an IP address"),
        ("items:", "entries:", "items is not a list"),
        ("kind: SavedHolders", "kind: Others", "no SavedHolders document"),
    ],
)
def test_invalid_edits_of_a_saved_file_are_rejected(
    program: Program, pools: FakeCluster, here: Path, old: str, new: str, words: str
) -> None:
    pools.consumers = [WEB]
    program("delete", "edge", "--force", "--save", "file")
    text = (here / "file").read_text(encoding="utf-8")
    assert old in text
    (here / "file").write_text(text.replace(old, new), encoding="utf-8")
    store(pools, "edge", RANGE)

    result = program("delete", "edge", "--force", "--save", "file")

    assert (result.code, "edge" in pools.names) == (2, True)
    assert words in result.err


def test_a_pool_that_another_run_deletes_meanwhile_does_not_replace_what_that_run_has_saved(
    program: Program, pools: FakeCluster, gateway: FakeGateway, here: Path
) -> None:
    """Both runs had the same file, and the second one saved the pool without its holders."""

    def other_run() -> None:
        pools.remove("edge")
        pools.consumers = [OTHER]

    gateway.before("consumers", other_run)

    result = program("delete", "edge", "--force", "--save", "edge.yaml")

    assert result.code == 0
    assert not (here / "edge.yaml").exists()
