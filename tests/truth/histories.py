"""Recorded histories of consumers, and their replay on any backend.

A history is a list of actions with the answer to each and the state of the cluster after it
settled (README.md beside this). What it can be replayed on is a :class:`Backend`.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tests.builders import json_lines

RECORDED = Path(__file__).parent
FILES = ("histories-2.7.0.jsonl", "updates-2.7.0.jsonl")

State = dict[str, dict[str, Any]]
"""``pools``: usage or None; ``egresses``: pool, ip, allocated; ``services``: address or None."""


class Answer(NamedTuple):
    """The answer of the API server to an action."""

    code: int
    sentence: str = ""
    """Of the webhook that refused it, or the message of the API server for an invalid object."""


class Backend(Protocol):
    """A cluster with one Antrea in it. ``ranges`` are items of ``spec.ipRanges``, all of them;
    an empty pool or address is one that is not given. ``changed`` are the fields as they are
    patched (README.md beside this), with ``None`` for one that is removed.
    """

    def create_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer: ...
    def extend_pool(self, name: str, ranges: list[dict[str, str]]) -> Answer: ...
    def delete_pool(self, name: str) -> Answer: ...
    def create_egress(self, name: str, pool: str, address: str) -> Answer: ...
    def update_egress(self, name: str, changed: dict[str, str | None]) -> Answer: ...
    def delete_egress(self, name: str) -> Answer: ...
    def create_service(self, name: str, pool: str, address: str, *, shared: bool) -> Answer: ...
    def update_service(self, name: str, changed: dict[str, Any]) -> Answer: ...
    def delete_service(self, name: str) -> Answer: ...

    def state(self) -> State:
        """The state after all immediate reconciles: without later retries."""
        ...


class Replayed(NamedTuple):
    """One step of a history, and the result of the backend."""

    step: dict[str, Any]
    answer: Answer
    state: State


def histories(file: str = FILES[0]) -> list[dict[str, Any]]:
    return list(json_lines(RECORDED / file))


def replay(history: dict[str, Any], backend: Backend) -> Iterator[Replayed]:
    """Do every step of a history on a backend that has nothing yet."""
    for step in history["steps"]:
        answer = act(step["do"], backend)
        yield Replayed(step, answer, backend.state())


def act(do: dict[str, Any], backend: Backend) -> Answer:
    """Do the action of a step."""
    match do:
        case {"create pool": name, "ipRanges": ranges}:
            return backend.create_pool(name, ranges)
        case {"extend pool": name, "ipRanges": ranges}:
            return backend.extend_pool(name, ranges)
        case {"delete pool": name}:
            return backend.delete_pool(name)
        case {"create egress": name}:
            return backend.create_egress(name, do.get("externalIPPool", ""), do.get("egressIP", ""))
        case {"update egress": name, "set": changed}:
            return backend.update_egress(name, changed)
        case {"delete egress": name}:
            return backend.delete_egress(name)
        case {"create service": name}:
            address, shared = do.get("loadBalancerIP", ""), do.get("shared", False)
            return backend.create_service(name, do["pool"], address, shared=shared)
        case {"update service": name, "set": changed}:
            return backend.update_service(name, changed)
        case {"delete service": name}:
            return backend.delete_service(name)
        case _:
            raise AssertionError(f"unknown action: {do}")


def differences(history: dict[str, Any], backend: Backend) -> Iterator[str]:
    """Where the backend answers or ends up otherwise than Antrea did; nothing if nowhere."""
    steps = zip(
        replay(history, backend), open_orders(history), pools_of_services(history), strict=True
    )
    for number, ((step, answer, state), open_order, pools) in enumerate(steps):
        said = Answer(step["code"], step.get("message", ""))
        if answer != said:
            yield f"{history['id']}, step {number}: {answer} instead of {said}"
        ours, theirs = (_nameless(each, pools, open_order) for each in (state, step["state"]))
        if ours != theirs:
            yield f"{history['id']}, step {number}: {ours} instead of {theirs}"


def open_orders(history: dict[str, Any]) -> Iterator[frozenset[str]]:
    """For every step the pools whose consumers can be compared as a set only.

    So it is from the step on in which some of several that waited for a pool got an address: which
    of them is not fixed, Antrea has four workers for each kind of consumer.
    """
    open_order: set[str] = set()
    before: dict[str, str] = {}
    for step, pools in zip(history["steps"], pools_of_services(history), strict=True):
        state, after = step["state"], _waiting(step["state"], pools)
        refer = pools | {name: it["pool"] for name, it in state["egresses"].items()}
        served = {
            pool for name, pool in before.items() if refer.get(name) == pool and name not in after
        }
        open_order |= {pool for pool in served if list(before.values()).count(pool) > 1}
        before = after
        yield frozenset(open_order)


def pools_of_services(history: dict[str, Any]) -> Iterator[dict[str, str]]:
    """For every step the pool that each Service refers to; the recorded state does not tell."""
    pools: dict[str, str] = {}
    for step in history["steps"]:
        match step["do"]:
            case {"create service": name, "pool": pool}:
                pools[name] = pool
            case {"update service": name, "set": {"pool": pool}}:
                pools[name] = pool or ""
            case {"delete service": name}:
                del pools[name]
        yield dict(pools)


def _waiting(state: State, pools: dict[str, str]) -> dict[str, str]:
    """Consumers that have no address of their pool, and that pool."""
    egresses = {
        name: it["pool"]
        for name, it in state["egresses"].items()
        if it["allocated"] and it["allocated"][0] == "False"
    }
    services = {name: pools[name] for name, it in state["services"].items() if it is None}
    return egresses | services


def _nameless(state: State, pools: dict[str, str], open_order: frozenset[str]) -> State:
    """The state without the names of consumers of pools with an open order."""
    egresses, services = state["egresses"], state["services"]
    hidden_egresses = {name for name, it in egresses.items() if it["pool"] in open_order}
    hidden_services = {name for name in services if pools[name] in open_order}
    return {
        "pools": state["pools"],
        "egresses": {name: it for name, it in egresses.items() if name not in hidden_egresses},
        "services": {name: it for name, it in services.items() if name not in hidden_services},
        "egresses without names": Counter(str(egresses[name]) for name in hidden_egresses),
        "services without names": Counter(services[name] for name in hidden_services),
    }
