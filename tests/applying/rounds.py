"""The guarantees of ``apply`` on a server, from any live pools to any manifests."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import Gateway
from tests.applying.pairs import Pair, name_of

Command = Callable[..., tuple[int, str]]
"""Runs the command; its exit code and standard output."""


def round_trips(
    command: Command, gateway: Gateway, pairs: Iterable[Pair], directory: Path
) -> Counter[str]:
    """Apply each pair; the number of pairs by result."""
    seen: Counter[str] = Counter()
    for number, pair in enumerate(pairs):
        if pair.wanted:
            seen[_round_trip(command, gateway, pair, directory / f"{number}.json")] += 1
    return seen


def empty(gateway: Gateway) -> None:
    """Delete all pools."""
    while pools := gateway.list_pools().pools:
        for each in pools:
            try:
                gateway.delete_pool(each)
            except RejectedFault as fault:  # the controller has just written its status
                if fault.status not in (404, 409):
                    raise


def _round_trip(command: Command, gateway: Gateway, pair: Pair, file: Path) -> str:
    empty(gateway)
    for each in pair.live:
        _create(gateway, each)
    before = _specs(gateway.list_pools().pools)
    file.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": pair.wanted}))
    options = ["--complete"] if pair.complete else []
    code, out = command("apply", str(file), "--ordered", *options, "--yes", "-o", "json")
    plan: dict[str, Any] = json.loads(out)
    live = gateway.list_pools().pools
    if code == 4:
        assert plan["refusals"], (pair, plan)
        assert _specs(live) == before
        return "refused"
    assert code == 0, (pair, out)
    assert plan["result"] in ("legal", "unchanged")
    assert all(each["outcome"]["code"] == 0 for each in plan["steps"])
    if pair.complete:
        assert {each.name for each in live} == {name_of(each) for each in pair.wanted}
    code, out = command("diff", str(file), "-o", "json")
    rest = json.loads(out)
    assert (code, rest["unified"]) == (0, ""), (pair, rest)
    assert all(each["change"] == "unchanged" for each in rest["items"])
    assert {each["pool"] for each in rest["items"]} == {each["pool"] for each in plan["inPieces"]}
    code, out = command("apply", str(file), "--ordered", *options, "--yes", "-o", "json")
    again = json.loads(out)
    assert (code, again["result"]) == (0, "unchanged"), (pair, again)
    return f"legal, {len(plan['steps'])} steps" + (", in pieces" if rest["items"] else "")


def _create(gateway: Gateway, document: dict[str, Any]) -> None:
    """Create the pool, also while the webhook still knows the pools of the pair before."""
    until = time.monotonic() + 30
    while True:
        try:
            gateway.create_pool(document)
        except RejectedFault as fault:
            if "overlaps with" not in fault.message or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _specs(pools: Iterable[Pool]) -> dict[str, object]:
    return {
        each.name: (each.texts, each.subnet, {**each.node_selector}, {**each.labels})
        for each in pools
    }
