"""A plan of six steps under kill -9 at each of its requests; the next run ends it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.builders import pool_object
from tests.kills.kit import Kit, clean
from tests.kills.trap import When

ARGUMENTS = ("--complete", "--ordered", "--yes", "-o", "json")


def apply_killed_at_each_request(kit: Kit, directory: Path) -> int:
    """How many kills; at each request another moment of it."""
    file = directory / "pools.json"
    _set_up(kit, file)
    steps = kit.counted("apply", str(file), *ARGUMENTS)
    _is_done(kit)
    whens = _in_turn()
    for number in range(1, steps + 1):
        _set_up(kit, file)
        when = next(whens)
        assert kit.killed_at(number, when, "apply", str(file), *ARGUMENTS).code == -9
        again = kit.forge("apply", str(file), *ARGUMENTS)
        assert again.code == 0, (number, when, again)
        _is_done(kit)
    return steps


def saved_plan_killed_at_each_write(kit: Kit, directory: Path) -> int:
    """The same with a saved plan, whose steps the next run must recognize; how many kills."""
    file, plan = directory / "pools.json", directory / "plan.json"
    _set_up(kit, file)
    saving = ("apply", str(file), *ARGUMENTS[:2], "-o", f"plan={plan}")
    assert kit.forge(*saving).code == 0
    steps = kit.counted("apply", "--plan", str(plan), "--yes")
    kills = 0
    for number in range(2, steps + 1, 3):
        _set_up(kit, file)
        assert kit.forge(*saving).code == 0
        ended = kit.killed_at(number, When.MEANWHILE, "apply", "--plan", str(plan), "--yes")
        assert ended.code in (-9, 0)  # a run that waits less sends fewer requests
        kills += ended.code == -9
        again = kit.forge("apply", "--plan", str(plan), "--yes")
        assert again.code == 0, (number, again)
        _is_done(kit)
    return kills


def _in_turn() -> Iterator[When]:
    while True:
        yield from When


def _set_up(kit: Kit, file: Path) -> None:
    for each in kit.pools():
        kit.delete(each.name)
    kit.make("a", "10.0.0.0/26")
    kit.make("b", "10.0.1.0/24")
    kit.make("old", "10.0.3.0/24")
    wanted: list[dict[str, Any]] = [
        pool_object("a", "10.0.0.0/25"),
        pool_object("b", "10.0.2.0/24", "10.0.1.0/24", nodeSelector={"matchLabels": {"x": "y"}}),
        pool_object("new", "10.0.3.0/24"),
    ]
    wanted[1]["metadata"]["labels"] = {"team": "net"}
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": wanted}))


def _is_done(kit: Kit) -> None:
    pools = kit.pools()
    clean(pools)
    assert {each.name: each.texts for each in pools} == {
        "a": ("10.0.0.0/26", "10.0.0.64/26"),
        "b": ("10.0.2.0/24", "10.0.1.0/24"),
        "new": ("10.0.3.0/24",),
    }
    changed = next(each for each in pools if each.name == "b")
    assert changed.labels == {"team": "net"}
    assert changed.node_selector == {"matchLabels": {"x": "y"}}
