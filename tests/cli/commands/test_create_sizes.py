"""``create`` by size, against a sandbox in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.cli.options.sizes import STRATEGIES
from ippoolctl.domain.space.search import SearchStrategy
from ippoolctl.sandbox.sandbox import Sandbox
from tests.allocation.clients import Server, kubeconfig, overlaps
from tests.builders import pool_object
from tests.cli.program import Program, Result

NETWORK = ("--within", "10.0.0.0/24")
Command = Callable[..., Result]


@pytest.fixture
def server() -> Iterator[Server]:
    with Sandbox() as sandbox:
        server = Server(sandbox.url)
        yield server
        server.close()


@pytest.fixture
def command(program: Program, server: Server, here: Path) -> Command:
    config = kubeconfig(server.url, here)
    return lambda *arguments: program("create", *arguments, "--kubeconfig", config)


def pools(server: Server) -> dict[str, Any]:
    return {
        each["metadata"]["name"]: each["spec"]["ipRanges"][0]["cidr"] for each in server.pools()
    }


def test_the_strategies_of_the_option_are_those_of_the_search() -> None:
    assert tuple(each.value for each in SearchStrategy) == STRATEGIES


def untouched(server: Server) -> list[Any]:
    """All that the controller does not write."""
    return [
        (each["metadata"]["uid"], each["metadata"]["generation"], each["spec"])
        for each in server.pools()
    ]


def test_ranges_format_prints_the_range(command: Command, server: Server) -> None:
    result = command("lab", "--ips", "6", *NETWORK, "--wait", "-o", "ranges")

    assert (result.code, result.err) == (0, "")
    assert result.out == f"{pools(server)['lab']}\n"


def test_each_format_prints_the_range(
    command: Command, server: Server, schema: Draft202012Validator
) -> None:
    names = command("lab", "--prefix", "28", *NETWORK, "--count", "2", "-o", "name")
    wide = command("lab", "--prefix", "28", *NETWORK, "--count", "2", "-o", "wide")
    made = command("lab", "--prefix", "28", *NETWORK, "--count", "3", "-o", "json")
    as_yaml = command("lab", "--prefix", "28", *NETWORK, "--count", "3", "-o", "yaml")

    resource = "externalippool.crd.antrea.io"
    taken = pools(server)
    assert names.out == f"{resource}/lab-1\n{resource}/lab-2\n"
    assert all(f"/{name} " in wide.out for name in ("lab-1", "lab-2"))
    assert f" with {taken['lab-1']} (" in wide.out
    schema.validate(made.document)
    assert [each["ranges"] for each in made.document["items"]] == [
        [taken[f"lab-{number}"]] for number in (1, 2, 3)
    ]
    assert [each["created"] for each in made.document["items"]] == [False, False, True]
    assert taken["lab-3"] in as_yaml.out
    assert (len(taken), overlaps(server.pools())) == (3, 0)


def test_no_free_range_is_code_1_with_one_document(
    command: Command, server: Server, schema: Draft202012Validator
) -> None:
    server.create("other", "10.0.0.0/24")

    result = command("lab", "--ips", "6", *NETWORK, "--wait", "-o", "json")

    assert result.code == 1
    schema.validate(result.document)
    assert result.document["items"][0]["state"] == "no-room"
    assert "taken by other" in result.err
    assert "--within" in result.err


def test_networks_and_exclusions_of_the_configuration_apply(
    command: Command, server: Server, here: Path
) -> None:
    (here / ".ippoolctl.yaml").write_text(
        "supernets: [10.7.0.0/28]\nexclude: [10.7.0.0/29]\n", encoding="utf-8"
    )

    assert command("lab", "--ips", "6").code == 0
    assert pools(server) == {"lab": "10.7.0.8/29"}


def test_the_first_is_the_lowest(command: Command, server: Server) -> None:
    command("lab", "--ips", "6", *NETWORK, "--exclude", "10.0.0.0/29", "--strategy", "first")

    assert pools(server) == {"lab": "10.0.0.8/29"}


def test_a_server_side_dry_run_names_disjoint_ranges(command: Command, server: Server) -> None:
    size = ("--prefix", "25", *NETWORK, "--count", "2", "--dry-run", "server")

    result = command("lab", *size, "-o", "ranges")

    assert sorted(result.out.split()) == ["10.0.0.0/25", "10.0.0.128/25"]
    assert pools(server) == {}


def test_a_client_dry_run_sends_no_request(program: Program, conflict: Path) -> None:
    size = ("--prefix", "29", "--within", "10.1.0.0/27", "--count", "2", "--dry-run", "client")

    ranges = program("create", "new", *size, "--against", "lab.yaml", "-o", "ranges")
    told = program("create", "new", *size, "--against", "lab.yaml")
    full = program(
        "create", "new", *size[:2], "--within", "10.1.0.0/28", *size[-2:], "--against", "lab.yaml"
    )

    assert sorted(ranges.out.split()) == ["10.1.0.16/29", "10.1.0.24/29"]
    assert told.code == 0
    assert "new-1" in told.out
    assert full.code == 1


@pytest.mark.parametrize(
    ("ips", "count", "hint"),
    [
        (200_000, (), "use several pools, NAME-1 to NAME-4: --count 4 --ips 50000"),
        (70_000, ("--count", "3"), "use several pools, NAME-1 to NAME-6: --count 6 --ips 35000"),
        (10**9, (), "use fewer addresses"),
    ],
)
def test_too_many_addresses_are_several_pools(
    program: Program, ips: int, count: tuple[str, ...], hint: str
) -> None:
    size = ("lab", "--ips", str(ips), "--within", "10.0.0.0/8", *count)

    for command in (("create", *size), ("lease", *size, "--", "true")):
        result = program(*command)
        assert (result.code, result.err.splitlines()[-1]) == (2, f"hint: {hint}")


def test_if_not_exists(command: Command, server: Server) -> None:
    server.create("lab", "10.0.0.0/28")
    before = untouched(server)

    refused = command("lab", "--ips", "14", *NETWORK)
    enough = command("lab", "--ips", "14", *NETWORK, "--if-not-exists")
    lacking = command("lab", "--ips", "15", *NETWORK, "--if-not-exists")
    ranges = command("lab", "--range", "10.0.0.0/28", "--if-not-exists", "-o", "json")
    others = command("lab", "--range", "10.0.1.0/28", "--if-not-exists")

    assert (refused.code, enough.code, lacking.code, others.code) == (4, 0, 4, 4)
    assert "unchanged" in enough.out
    assert "have 14 usable addresses, not 15" in lacking.err
    assert "missing 10.0.1.0/28" in others.err
    assert (ranges.code, ranges.document["items"][0]["created"]) == (0, False)
    assert untouched(server) == before


def test_a_given_request_id_does_not_depend_on_the_arguments(
    command: Command, server: Server
) -> None:
    command("lab", "--range", "10.0.0.0/28", "--request-id", "job-1")

    same = command("lab", "--ips", "14", *NETWORK, "--request-id", "job-1", "-o", "json")
    other = command("lab", "--ips", "14", *NETWORK, "--request-id", "job-2")

    assert (same.code, same.document["items"][0]["requestId"]) == (0, "job-1")
    assert other.code == 4
    assert pools(server) == {"lab": "10.0.0.0/28"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--ips", "6", "--within", "10.0.1.0/24"), "its ranges {} are outside 10.0.1.0/24"),
        (("--ips", "6", *NETWORK, "--exclude", "{}"), "its ranges {} contain excluded addresses"),
        (("--prefix", "30", *NETWORK), "none of its ranges {} is a /30"),
    ],
)
def test_a_given_request_id_with_other_networks_or_another_size_names_the_difference(
    command: Command, server: Server, arguments: tuple[str, ...], said: str
) -> None:
    command("lab", "--ips", "6", *NETWORK, "--request-id", "job-1")
    before, range_ = untouched(server), pools(server)["lab"]
    arguments = tuple(each.format(range_) for each in arguments)

    refused = command("lab", *arguments, "--request-id", "job-1")

    assert (refused.code, refused.out) == (4, "")
    assert f"created it differently: {said.format(range_)}\nhint: " in refused.err
    assert untouched(server) == before


def test_if_not_exists_accepts_no_pool_outside_the_networks(
    command: Command, server: Server
) -> None:
    command("lab", "--range", "10.0.0.0/28")

    other = command("lab", "--ips", "6", "--within", "fd00::/64", "--if-not-exists")

    assert other.code == 4
    assert "does not match: its ranges 10.0.0.0/28 are outside fd00::/64" in other.err


@pytest.mark.parametrize("size", [("--range", "10.0.0.0/28"), ("--ips", "14", *NETWORK)])
def test_a_given_request_id_with_another_lifetime_or_label_names_the_difference(
    command: Command, server: Server, size: tuple[str, ...]
) -> None:
    request = ("lab", *size, "--request-id", "job-1")
    command(*request, "--ttl", "2h", "-l", "team=net")
    before = untouched(server)

    other = command(*request, "--ttl", "4h", "-l", "team=net")
    without = command(*request, "-l", "team=net")
    label = command(*request, "--ttl", "2h", "-l", "team=web")
    same = command(*request, "--ttl", "2h", "-l", "team=net")

    differently = "an earlier run of this request created it differently"
    assert (other.code, without.code, label.code, same.code) == (4, 4, 4, 0)
    assert (
        f"{differently}: with TTL 2h, not with 4h\nhint: use the arguments of that run" in other.err
    )
    assert f"{differently}: with TTL 2h, not without" in without.err
    assert f"{differently}: different metadata.labels.team" in label.err
    assert untouched(server) == before


@pytest.mark.parametrize("size", [("--range", "10.0.0.0/28"), ("--ips", "14", *NETWORK)])
def test_a_pending_pool_of_a_given_request_id_with_another_lifetime_is_left_alone(
    command: Command, server: Server, size: tuple[str, ...]
) -> None:
    document = pool_object("lab", "10.0.0.0/28")
    document["metadata"]["annotations"] = {
        "ippoolctl/request-id": "job-1",
        "ippoolctl/state": "pending",
        "ippoolctl/ttl": "2h",
    }
    server.request("POST", body=document)
    before = untouched(server)

    result = command("lab", *size, "--request-id", "job-1", "--ttl", "4h", "--wait")

    assert result.code == 4
    assert "created it differently: with TTL 2h, not with 4h" in result.err
    assert untouched(server) == before
    assert server.pools()[0]["metadata"]["annotations"]["ippoolctl/state"] == "pending"


def test_each_pool_has_its_own_request_id(command: Command, server: Server) -> None:
    size = ("--ips", "6", *NETWORK, "--request-id", "job-1")

    result = command("lab", *size, "--count", "2", "-o", "json")

    ids = [each["requestId"] for each in result.document["items"]]
    assert ids == ["job-1/lab-1", "job-1/lab-2"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lab", "--ips", "6", "--prefix", "28", *NETWORK), "exactly one of --ips and --prefix"),
        (("lab", "--ips", "6"), "no network to search"),
        (("lab", "--ips", "6", "--range", "10.0.0.0/28", *NETWORK), "cannot be used with --range"),
        (("-f", "lab.yaml", "--ips", "6", *NETWORK), "pool lab has ranges"),
        (("lab", "--range", "10.0.0.0/28", *NETWORK), "--within requires --ips or --prefix"),
        (("lab", "--range", "10.0.0.0/28", "--count", "2"), "--count requires"),
        (("lab", "--range", "10.0.0.0/28", "--strategy", "first"), "--strategy requires"),
        (("lab", "--range", "10.0.0.0/28", "--exclude", "10.0.0.1"), "--exclude requires"),
        (("lab", "--ips", "6", *NETWORK, "--strategy", "worst"), "invalid value: --strategy worst"),
        (("lab", "--prefix", "33", *NETWORK), "invalid prefix length: /33 (maximum: /32)"),
        (("lab", "--ips", "6", "--within", "10.0.0.0"), "invalid CIDR"),
        (("Lab", "--ips", "6", *NETWORK), "invalid pool name"),
        (("lab", "--ips", "6", *NETWORK, "--request-id", "a b"), "invalid request ID"),
        (
            ("lab", "--ips", "6", *NETWORK, "--if-not-exists", "--dry-run", "client"),
            "--if-not-exists and --dry-run client",
        ),
    ],
)
def test_options_that_cannot_be_used_together(
    program: Program, conflict: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = program("create", *arguments)

    assert result.code == 2
    assert said in result.err


def test_within_in_the_environment_does_not_affect_ranges(
    command: Command, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_WITHIN", "10.0.0.0/24")

    assert command("lab", "--range", "10.5.0.0/28").code == 0
    assert command("more", "--ips", "6").code == 0
    assert pools(server)["more"].startswith("10.0.0.")
