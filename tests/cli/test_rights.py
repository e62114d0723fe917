"""F15: each right is removed in turn: it is named once, and no operation is left incomplete."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.sandbox.sandbox import Sandbox, Settings
from ippoolctl.sandbox.store import ChangedError
from tests.builders import pool_object
from tests.cli.program import Program
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import Rule, Status
from tests.scenarios.processes import kubeconfig

POOLS = "externalippools"
VERBS = [f"{verb}:{POOLS}" for verb in ("list", "get", "create", "patch", "delete", "update")]
OTHERS = ["list:egresses", "list:services"]
WEBHOOKS = "list:validatingwebhookconfigurations"

NEEDS = {
    "create new --range 10.7.0.0/24": {"list", "get", "create", "patch", "delete"},
    "create new --range 10.7.0.0/24 --wait": {"list", "get", "create", "patch", "delete"},
    "lease --ips 6 --within 10.7.0.0/24 -- true": {"list", "get", "create", "patch", "delete"},
    "delete edge": {"get", "delete"},
    "delete edge --wait": {"get", "delete"},
    "delete edge --until forgotten": {"get", "list", "create", "delete"},
    "wait edge": {"get"},
    "wait edge --until seen": {"get", "list", "create"},
    "wait nothing --until forgotten --range 10.9.0.0/24": {"get", "list", "create"},
    "list": {"list"},
    "sweep --yes": {"list", "get", "delete", "patch", *OTHERS},
}
"""The rights that each command requires; for pools, unless another kind is named."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Settings(status_delay=0.0)) as sandbox:
        for number, (name, annotations) in enumerate(
            {
                "edge": {},
                "old": {"ippoolctl/request-id": "old/1", "ippoolctl/ttl": "1h"},
                "claimed": {"ippoolctl/claim": '{"at": "2001-01-01T00:00:00Z"}'},
            }.items()
        ):
            document = pool_object(name, f"10.{number}.0.0/24")
            document["metadata"]["annotations"] = annotations
            sandbox._put(document)
            age(sandbox, name)
        sandbox.cache.catch_up()
        yield sandbox


def age(sandbox: Sandbox, name: str) -> None:
    """Make a pool as old as the century."""
    resource, key = sandbox.kinds.pools.resource, ("", name)
    while True:
        before = sandbox.store.get(resource, key)
        assert before is not None
        metadata = {**before["metadata"], "creationTimestamp": "2001-01-01T00:00:00Z"}
        with suppress(ChangedError):  # the controller wrote the status meanwhile
            sandbox.store.commit(resource, key, before, {**before, "metadata": metadata})
            return


def pools(sandbox: Sandbox) -> dict[str, Any]:
    found = sandbox.store.snapshot(sandbox.kinds.pools.resource)[0]
    return {
        name: (each["spec"], each["metadata"].get("annotations"))
        for (_, name), each in found.items()
    }


@pytest.mark.parametrize("denied", [*VERBS, *OTHERS, WEBHOOKS])
@pytest.mark.parametrize("command", NEEDS)
def test_a_missing_right_is_named_and_nothing_is_half_done(
    program: Program, sandbox: Sandbox, tmp_path: Path, command: str, denied: str
) -> None:
    sandbox.access.denied = {denied}
    before = pools(sandbox)
    verb, _, resource = denied.partition(":")
    needed = NEEDS[command] & {denied, verb if resource == POOLS else ""}

    with FaultProxy(sandbox.url, seed=15) as proxy:
        result = program("--kubeconfig", str(kubeconfig(tmp_path, proxy.url)), *command.split())

    assert result.code == (3 if needed else 0), result.err
    if needed:
        assert sum(each.client_status == 403 for each in proxy.log) <= 1
        words = "cannot|no permission to"
        named = rf'({words}) {verb} (resource "{resource}"|[^;]*\b{resource}\b)'
        assert re.search(named, result.err), result.err
        assert pools(sandbox) == before


def test_without_access_reviews_the_write_is_tried(
    program: Program, sandbox: Sandbox, tmp_path: Path
) -> None:
    forbidden = Rule(Status(403, message="forbidden"), path="selfsubjectaccessreviews")

    with FaultProxy(sandbox.url, seed=15, rules=[forbidden]) as proxy:
        config = str(kubeconfig(tmp_path, proxy.url))
        for command in ("create new --range 10.7.0.0/24", "sweep --yes"):
            assert program(*command.split(), "--kubeconfig", config).code == 0

    assert sorted(pools(sandbox)) == ["claimed", "edge", "new"]


def test_until_seen_without_the_right_to_create_appends_nothing(
    sandbox: Sandbox, program: Program
) -> None:
    sandbox.access.denied = {"create:externalippools"}

    result = program(
        "extend", "edge", "--range", "10.7.0.0/24", "--until", "seen", "--server", sandbox.url
    )

    assert result.code == 3
    assert (
        "no permission to create externalippools.crd.antrea.io; nothing was written" in result.err
    )
    assert program("list", "edge", "-o", "ranges", "--server", sandbox.url).out == "10.0.0.0/24\n"
