"""``extend`` against the sandbox: output, writes, exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.sandbox.sandbox import Sandbox
from tests.builders import pool_object
from tests.cli.program import Program, Result

OWN, MORE = "10.0.0.0/24", "10.0.1.0/24"


class Commands:
    """The program, logged in to a sandbox."""

    def __init__(self, program: Program, sandbox: Sandbox, kubeconfig: Path) -> None:
        self._program, self._kubeconfig, self.sandbox = program, kubeconfig, sandbox
        kubeconfig.write_text(json.dumps(config_of(sandbox.url)))

    def __call__(self, *arguments: str) -> Result:
        return self._program(*arguments, "--kubeconfig", str(self._kubeconfig))


def config_of(url: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
        "current-context": "c",
    }


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(load=[pool_object("a", OWN)]) as running:
        yield running


@pytest.fixture
def command(program: Program, sandbox: Sandbox, tmp_path: Path) -> Commands:
    return Commands(program, sandbox, tmp_path / "kubeconfig")


def test_extend_prints_extended_or_unchanged(command: Commands) -> None:
    assert command("extend", "a", "--range", MORE).out == (
        "externalippool.crd.antrea.io/a extended\n"
    )
    assert command("extend", "eip/a", "--range", MORE).out == (
        "externalippool.crd.antrea.io/a unchanged (has the ranges already)\n"
    )
    assert command("list", "a", "-o", "ranges").out == f"{OWN}\n{MORE}\n"


def test_documents_fit_the_schema(command: Commands, schema: Draft202012Validator) -> None:
    done = command("extend", "a", "--range", MORE, "-o", "json")
    refused = command("extend", "a", "--range", "10.0.0.9-10.0.0.10", "-o", "json")

    for each in (done, refused):
        schema.validate(each.document)
    assert done.document["items"][0]["state"] == "extended"
    assert (refused.code, refused.document["items"][0]["state"]) == (4, "refused")


def test_extending_an_absent_pool_is_code_1(command: Commands) -> None:
    result = command("extend", "b", "--range", MORE)

    assert (result.code, result.err.splitlines()[0]) == (1, "error: pool b not found")


def test_an_overlap_is_code_4_and_names_it(command: Commands) -> None:
    command("create", "b", "--range", MORE)

    result = command("extend", "a", "--range", "10.0.1.128/25", "--wait")

    assert result.code == 4
    assert "10.0.1.128/25 overlaps with 10.0.1.0/24 of pool b" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["extend", "a"],
        ["extend", "a", "--range", "nonsense"],
        ["extend", "a", "--range", f"{MORE},{MORE}"],
        ["extend", "A B", "--range", MORE],
        ["extend", "a", "--range", MORE, "--against", "x.yaml"],
        ["extend", "a", "--range", MORE, "--dry-run", "perhaps"],
        ["extend", "a", "--range", MORE, "--until", "gone"],
        ["extend", "a", "--range", MORE, "--request-id", ""],
        ["extend", "a", "--range", MORE, "--request-id", "a b"],
    ],
)
def test_bad_usage_is_code_2(command: Commands, arguments: list[str]) -> None:
    assert command(*arguments).code == 2


def test_a_hazard_is_refused_unless_it_is_allowed(command: Commands) -> None:
    odd = "2001:DB8::1-2001:DB8::9"

    assert command("extend", "a", "--range", odd).code == 4
    assert command("extend", "a", "--range", odd, "--allow", "EIP302").code == 0


def test_until_seen_waits_for_the_webhook_to_deny_overlaps(command: Commands) -> None:
    command.sandbox.cache.lag = 0.5

    assert command("extend", "a", "--range", MORE, "--until", "seen").code == 0

    probe = command("create", "x", "--range", MORE, "--dry-run", "server")
    assert probe.code == 4


def test_a_dry_run_of_the_server_writes_nothing(command: Commands) -> None:
    result = command("extend", "a", "--range", MORE, "--dry-run", "server")

    assert result.out == "externalippool.crd.antrea.io/a extended (server dry run)\n"
    assert command("list", "a", "-o", "ranges").out == f"{OWN}\n"


def test_a_client_dry_run_predicts_the_update(command: Commands, here: Path) -> None:
    listed = {"kind": "List", "items": [pool_object("a", OWN), pool_object("b", MORE)]}
    (here / "live.json").write_text(json.dumps({"apiVersion": "v1", **listed}))
    against = ("--dry-run", "client", "--against", "live.json")

    fine = command("extend", "a", "--range", "10.0.2.0/24", *against)
    refused = command("extend", "a", "--range", MORE, *against)
    absent = command("extend", "c", "--range", MORE, *against, "-o", "json")

    assert (fine.code, refused.code, absent.code) == (0, 4, 1)
    assert "update" in fine.out
    assert absent.document["message"] == "pool c not found in --against"


@pytest.mark.parametrize("form", ["yaml", "manifest"])
def test_a_client_dry_run_prints_the_extended_manifest(command: Commands, form: str) -> None:
    found = command("extend", "a", "--range", MORE, "--dry-run", "client", "-o", form)
    command("create", "b", "--range", MORE)
    refused = command("extend", "a", "--range", MORE, "--dry-run", "client", "-o", "yaml")

    manifest = yaml.safe_load(found.out)
    assert manifest["metadata"] == {"name": "a"}
    assert manifest["spec"]["ipRanges"] == [{"cidr": OWN}, {"cidr": MORE}]
    assert yaml.safe_load(refused.out)["items"][0]["admitted"] is False


def test_a_client_dry_run_reads_the_cluster_without_against(command: Commands) -> None:
    fine = command("extend", "a", "--range", "10.0.2.0/24", "--dry-run", "client")
    command("create", "b", "--range", MORE)
    refused = command("extend", "a", "--range", MORE, "--dry-run", "client", "-o", "json")
    absent = command("extend", "c", "--range", MORE, "--dry-run", "client")

    assert (fine.code, refused.code) == (0, 4)
    assert "update" in fine.out
    assert "reported by the cluster" in fine.out
    assert refused.document["items"][0]["operation"] == "update"
    assert (absent.code, "pool c not found\nhint: list all pools" in absent.err) == (1, True)
    assert command("list", "a", "-o", "ranges").out == f"{OWN}\n"


def claim(command: Commands, ranges: str) -> None:
    """Store a claim of a run that has ended."""
    stop = command("extend", "a", "--range", ranges, "--dry-run", "server")
    assert stop.code == 0
    pools = command.sandbox.kinds.pools.resource
    document = command.sandbox.store.get(pools, ("", "a"))
    assert document is not None
    text = json.dumps({"request-id": "x", "nonce": "1", "at": "", "ranges": [ranges]})
    meta = {**document["metadata"], "annotations": {"ippoolctl/claim": text}}
    command.sandbox.store.commit(pools, ("", "a"), document, {**document, "metadata": meta})


def test_a_claimed_range_counts_as_taken(command: Commands, here: Path) -> None:
    claim(command, MORE)
    (here / "new.json").write_text(json.dumps(pool_object("new", "10.0.1.7-10.0.1.8")))

    assert "claimed" in command("list", "--no-headers").out
    assert command("check", "new.json", "--live").code == 1
    assert "10.0.1." not in command("suggest", "--prefix", "25", "--within", "10.0.0.0/22").out
    blocked = command("create", "new", "--range", "10.0.1.7-10.0.1.8")
    assert blocked.code == 5
    assert "a (claimed)" in blocked.err
    waiting = command("extend", "a", "--range", "10.0.3.0/24")
    assert (waiting.code, "claimed" in waiting.err) == (5, True)


def test_the_same_request_id_adopts_the_claim_of_another_run(command: Commands) -> None:
    claim(command, MORE)

    assert command("extend", "a", "--range", MORE, "--request-id", "x").code == 0
    assert command("list", "a", "-o", "ranges").out == f"{OWN}\n{MORE}\n"
