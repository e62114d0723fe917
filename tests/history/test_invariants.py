"""The checker itself: a valid history, and one invalid history for each violation."""

from dataclasses import replace
from typing import Any

import pytest

from ippoolctl.domain.annotations.marks import REQUEST_ID, STATE
from tests.builders import pool_object
from tests.history.history import Command, History
from tests.history.invariants import violations
from tests.proxy.front import Entry

PATH = "/apis/crd.antrea.io/v1beta1/externalippools"


def stored(name: str, cidr: str, uid: str = "", **annotations: str) -> dict[str, Any]:
    document = pool_object(name, cidr)
    document["metadata"] |= {"uid": uid or f"uid-{name}", "annotations": annotations}
    return document


def ours(name: str, cidr: str, **more: str) -> dict[str, Any]:
    return stored(name, cidr, **{REQUEST_ID: f"{name}/1", **more})


def entry(method: str, name: str = "") -> Entry:
    path = f"{PATH}/{name}" if name else PATH
    return Entry(0.0, method, path, "", None, 200, 200, 1.0)


def event(verb: str, pool: str | None, elapsed: float = 0.1, **more: Any) -> dict[str, Any]:
    told = {"event": "request", "verb": verb, "pool": pool, "elapsed": elapsed}
    return {**told, "outcome": "answered", "requestId": None, **more}


def created(name: str, cidr: str, code: int = 0, state: str = "created") -> Command:
    outcome = {"state": state, "requestId": f"{name}/1"}
    return Command("create", name, 60.0, code, outcome, (cidr,))


GOOD = History(
    commands=[
        created("a", "10.1.0.0/24"),
        created("taken", "10.2.0.0/24", 4, "refused"),
        Command("delete", "old", 60.0, 0, {"state": "deleted"}, uid="uid-old"),
    ],
    before={"taken": stored("taken", "10.3.0.0/24"), "old": stored("old", "10.4.0.0/24")},
    after={"taken": stored("taken", "10.3.0.0/24"), "a": ours("a", "10.1.0.0/24")},
    sent=[entry("POST"), entry("PATCH", "a"), entry("DELETE", "old"), entry("GET", "a")],
    events=[event("create", "a"), event("patch", "a"), event("delete", "old")],
)


def test_a_valid_history_breaks_no_invariant() -> None:
    assert violations(GOOD) == []


def changed(**objects: Any) -> History:
    kept = {key: value for key, value in {**GOOD.after, **objects}.items() if value is not None}
    return replace(GOOD, after=kept)


def commanded(*commands: Command) -> History:
    return replace(GOOD, commands=[*GOOD.commands, *commands])


DAMAGE = {
    "I1: pools taken and z overlap": changed(z=stored("z", "10.3.0.128/25")),
    "I2: create a ended with 0 and there is no such pool": changed(a=None),
    "I2: create a ended with 0 and the pool is not the only one of its own": changed(
        copy=stored("copy", "10.9.0.0/24", **{REQUEST_ID: "a/1"})
    ),
    "I2: create a ended with 0 and the pool has 10.7.0.0/24": changed(a=ours("a", "10.7.0.0/24")),
    "I2: create a ended with 0 and the pool is still marked": changed(
        a=ours("a", "10.1.0.0/24", **{STATE: "pending"})
    ),
    "I2: delete old ended with 0 and it is still there": changed(old=GOOD.before["old"]),
    "I3: create b ended with 5 and left its pool": replace(
        commanded(created("b", "10.8.0.0/24", 5, "failed")),
        after={**GOOD.after, "b": ours("b", "10.8.0.0/24")},
    ),
    "I4: pool taken was there and is gone": changed(taken=None),
    "I4: pool taken is not what it was": changed(taken=stored("taken", "10.3.0.0/25")),
    "I5: get for a began 1.60 s after the deadline": replace(
        GOOD, events=[*GOOD.events, event("get", "a", 61.6)]
    ),
    "I5: list for a began 2.00 s after the deadline": replace(
        GOOD, events=[*GOOD.events, event("list", None, 62.0, requestId="a/1")]
    ),
    "log: delete old was sent 1 times and told 0 times": replace(GOOD, events=GOOD.events[:2]),
    "log: patch a was sent 1 times and told 2 times": replace(
        GOOD, events=[*GOOD.events, event("patch", "a")]
    ),
}


@pytest.mark.parametrize("sentence", DAMAGE)
def test_an_invalid_history_breaks_its_invariant(sentence: str) -> None:
    assert violations(DAMAGE[sentence]) == [sentence]


def test_an_unknown_outcome_may_leave_its_pool() -> None:
    history = replace(
        commanded(created("b", "10.8.0.0/24", 5, "unknown")),
        after={**GOOD.after, "b": ours("b", "10.8.0.0/24")},
    )

    assert violations(history) == []


def test_a_recreated_pool_that_disappears_breaks_an_invariant() -> None:
    recreated = stored("old", "10.4.0.0/24", "uid-new")
    history = replace(GOOD, before={**GOOD.before, "old": recreated})

    assert violations(replace(history, after={**GOOD.after, "old": recreated})) == []
    assert violations(history) == ["I4: pool old was there and is gone"]
