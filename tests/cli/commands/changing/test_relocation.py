"""rename, move and shrink on a sandbox whose controller assigns addresses."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.render.documents.envelope import SCHEMA_FILE
from tests.relocation.conftest import stage
from tests.relocation.stage import Consumer, Stage

__all__ = ["stage"]


def document_of(out: str) -> Any:
    """The document, which fits the published schema."""
    document = json.loads(out)
    Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))).validate(document)
    return document


def moved(consumers: dict[str, Consumer], pool: str) -> dict[str, Consumer]:
    return {name: each._replace(pool=pool) for name, each in consumers.items()}


def test_all_consumers_of_a_renamed_pool_keep_their_addresses(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/26", nodeSelector={"matchLabels": {"zone": "1"}})
    stage.fill("a", "10.0.0")
    before = stage.consumers()

    result = stage.run("rename", "a", "b", "--yes", "-o", "json")

    document = document_of(result.out)
    assert (result.code, document["state"]) == (0, "done")
    assert stage.consumers() == moved(before, "b")
    assert stage.ranges() == {"b": ["10.0.0.0/26"]}
    assert stage.pools()["b"]["spec"]["nodeSelector"] == {"matchLabels": {"zone": "1"}}
    assert [each["state"] for each in document["pools"]] == ["deleted", "created"]
    assert {each["state"] for each in document["consumers"]} == {"kept"}
    assert document["interruptedSeconds"] > 0


def test_a_rename_that_is_done_is_unchanged(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    assert stage.run("rename", "a", "b", "--yes").code == 0

    again = stage.run("rename", "a", "b", "--yes")

    assert (again.code, again.out) == (0, "externalippool.crd.antrea.io/b unchanged\n")


def test_a_shrink_of_ranges_that_the_pool_does_not_have_is_unchanged_and_says_why(
    stage: Stage,
) -> None:
    stage.pool("a", "10.0.0.0/28")

    result = stage.run("shrink", "a", "--range", "10.9.0.0/28,10.8.0.1-10.8.0.1", "--yes")

    assert (result.code, result.out) == (0, "externalippool.crd.antrea.io/a unchanged\n")
    assert result.err == "pool a has no address of 10.9.0.0/28, 10.8.0.1-10.8.0.1\n"


def test_a_dry_run_changes_nothing_and_needs_no_confirmation(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.rest()
    stage.egress("web", "a", "10.0.0.9")
    stage.rest()
    before, pools = stage.consumers(), stage.ranges()

    result = stage.run("rename", "a", "b", "--dry-run", "client")

    assert result.code == 0
    assert "Egress web keeps 10.0.0.9 (pool a -> b)" in result.out
    assert "traffic of 1 consumer may stop" in result.out
    assert (stage.consumers(), stage.ranges()) == (before, pools)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["rename", "a", "b"], 2, "not a terminal; use --yes"),
        (["rename", "a", "a", "--yes"], 2, "both names are the same"),
        (["rename", "x", "b", "--yes"], 1, "pool x not found"),
        (["rename", "a", "z", "--yes"], 4, "pool z exists"),
        (["shrink", "a", "--yes"], 2, "no ranges specified"),
        (["shrink", "a", "--range", "10.0.0.0/27", "--yes"], 4, "does not have all addresses"),
        (["shrink", "a", "--range", "10.0.0.0/28", "--yes"], 4, "would have no ranges"),
        (["move", "10.0.0.0/30", "--from", "a", "--to", "a", "--yes"], 2, "are the same pool"),
        (["move", "10.0.0.0/30", "--from", "a", "--to", "x", "--yes"], 1, "pool x not found"),
        (["move", "10.7.0.0/30", "--from", "a", "--to", "z", "--yes"], 4, "not have all addresses"),
    ],
)
def test_an_impossible_relocation_is_refused_before_any_write(
    stage: Stage, arguments: list[str], code: int, message: str
) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.pool("z", "10.9.0.0/28")
    before = stage.pools().keys()

    result = stage.run(*arguments)

    assert (result.code, message in result.err) == (code, True), result
    assert stage.pools().keys() == before


def test_a_denied_end_state_is_reported_before_any_write(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.pool("z", "10.9.0.0/28", subnetInfo={"gateway": "10.9.0.1", "prefixLength": 24})

    result = stage.run("move", "10.0.0.0/29", "--from", "a", "--to", "z", "--yes")

    assert result.code == 4
    assert "pool z: " in result.err
    assert stage.ranges()["a"] == ["10.0.0.0/28"]


def test_consumers_of_moved_ranges_move_and_others_stay(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/26", "10.1.0.0/28")
    stage.pool("z", "10.9.0.0/28")
    stage.fill("a", "10.0.0")
    stage.egress("other", "z")
    stage.rest()
    before = stage.addresses()

    result = stage.run("move", "10.0.0.0-10.0.0.40", "--from", "a", "--to", "z", "--yes")

    assert result.code == 0, result
    assert stage.addresses() == before
    assert stage.ranges() == {
        "a": ["10.0.0.41-10.0.0.62", "10.1.0.0/28"],
        "z": ["10.9.0.0/28", "10.0.0.0-10.0.0.40"],
    }
    for each in stage.consumers().values():
        last = int(each.address.rpartition(".")[2])
        in_z = each.address.startswith("10.9.") or last <= 40
        assert (each.pool, each.detached) == ("z" if in_z else "a", False)
    again = stage.run("move", "10.0.0.0-10.0.0.40", "--from", "a", "--to", "z", "--yes")
    assert (again.code, "unchanged" in again.out) == (0, True)


def test_all_ranges_of_a_pool_can_be_moved(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.pool("z", "10.9.0.0/28")
    stage.egress("web", "a")
    stage.rest()

    result = stage.run("move", "10.0.0.0/28", "--from", "a", "--to", "z", "--yes")

    assert result.code == 0
    assert stage.ranges() == {"z": ["10.9.0.0/28", "10.0.0.0/28"]}
    assert stage.consumers()["web"] == Consumer("z", "10.0.0.1", "", detached=False)


def test_consumers_of_removed_ranges_need_force_and_get_other_addresses(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/26")
    stage.fill("a", "10.0.0")
    before = stage.addresses()
    inside = {name for name, text in before.items() if int(text.rpartition(".")[2]) >= 48}

    refused = stage.run("shrink", "a", "--range", "10.0.0.48/28", "--yes")
    assert refused.code == 4
    assert (
        f"{len(inside)} consumers would lose the address: Egress a-e01 (10.0.0.59)" in refused.err
    )
    assert "Egress a-e01 loses 10.0.0.59: no new range can assign it" in refused.out
    assert stage.ranges() == {"a": ["10.0.0.0/26"]}
    assert stage.addresses() == before
    forced = stage.run("shrink", "a", "--range", "10.0.0.48/28", "--yes", "--force")

    after = stage.addresses()
    assert forced.code == 0
    assert "Egress a-e01 has 10.0.0." in forced.out
    assert stage.ranges() == {"a": ["10.0.0.1-10.0.0.47"]}
    assert {name for name in before if before[name] != after[name]} == inside
    assert len({*after.values()}) == len(after)


def test_a_consumer_that_waits_does_not_take_the_address_of_a_detached_one(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/29")
    stage.pool("z", "10.9.0.0/29")
    for number in range(6):
        stage.egress(f"e{number}", "a")
    stage.egress("waits", "a")
    stage.service("pending", "a")
    stage.rest()
    before = stage.addresses()
    assert (before["waits"], before["pending"]) == ("", "")

    result = stage.run("rename", "a", "b", "--yes")

    assert result.code == 0, result
    assert stage.addresses() == before
    assert {each.pool for each in stage.consumers().values()} == {"b"}
    assert not any(each.detached for each in stage.consumers().values())


def test_services_that_share_an_address_keep_it(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.service("one", "a", "10.0.0.9", shared=True)
    stage.service("two", "a", "10.0.0.9", shared=True)
    stage.rest()
    before = stage.consumers()
    assert before["two"].address == "10.0.0.9"

    assert stage.run("rename", "a", "b", "--yes").code == 0

    assert stage.consumers() == moved(before, "b")


def test_without_permission_to_list_services_nothing_is_written(stage: Stage) -> None:
    stage.pool("a", "10.0.0.0/28")
    stage.egress("web", "a")
    stage.rest()
    before = stage.consumers()
    for denied in ("list:services", "list:egresses", "patch:egresses", "delete:externalippools"):
        stage.sandbox.access.denied = {denied}

        result = stage.run("rename", "a", "b", "--yes")

        stage.sandbox.access.denied = set()
        assert result.code == 3, (denied, result)
        assert denied.partition(":")[2] in result.err
        assert (stage.consumers(), [*stage.ranges()]) == (before, ["a"])


def test_the_local_record_is_removed_after_the_run(stage: Stage, tmp_path: Path) -> None:
    stage.pool("a", "10.0.0.0/28")

    assert stage.run("rename", "a", "b", "--yes").code == 0

    assert [*(tmp_path / "state" / "ippoolctl").iterdir()] == []
