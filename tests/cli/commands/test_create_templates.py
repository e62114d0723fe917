"""``create -f`` with a size: manifests without ranges as templates, against a sandbox."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from ippoolctl.sandbox.sandbox import Sandbox
from tests.allocation.clients import Server, kubeconfig, overlaps
from tests.cli.program import Program, Result

Command = Callable[..., Result]
EDGE = """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: edge, labels: {team: net}}
spec:
  nodeSelector: {matchLabels: {role: egress}}
  subnetInfo: {gateway: 10.5.0.1, prefixLength: 28, vlan: 7}
"""
WIDE = """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: wide}
spec: {ipRanges: [], nodeSelector: {}}
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Sandbox() as sandbox:
        server = Server(sandbox.url)
        yield server
        server.close()


@pytest.fixture
def command(program: Program, server: Server, here: Path) -> Command:
    (here / "edge.yaml").write_text(EDGE, encoding="utf-8")
    (here / "both.yaml").write_text(f"{EDGE}---\n{WIDE}", encoding="utf-8")
    config = kubeconfig(server.url, here)
    return lambda *arguments: program("create", *arguments, "--kubeconfig", config)


def pools(server: Server) -> dict[str, Any]:
    return {each["metadata"]["name"]: each for each in server.pools()}


def addresses(document: Any) -> set[str]:
    (found,) = document["spec"]["ipRanges"]
    if "cidr" in found:
        return {str(each) for each in ip_network(found["cidr"])}
    first, last = (int(ip_address(found[key])) for key in ("start", "end"))
    return {str(ip_address(each)) for each in range(first, last + 1)}


def test_a_template_gives_labels_nodes_and_subnet(command: Command, server: Server) -> None:
    result = command("-f", "edge.yaml", "--ips", "3", "--count", "4", "--wait", "-l", "ci=true")

    assert result.code == 0
    made = pools(server)
    assert [*made] == ["edge-1", "edge-2", "edge-3", "edge-4"]
    subnet = {str(each) for each in ip_network("10.5.0.0/28").hosts()} - {"10.5.0.1"}
    for each in made.values():
        assert each["metadata"]["labels"] == {"team": "net", "ci": "true"}
        assert each["spec"]["nodeSelector"] == {"matchLabels": {"role": "egress"}}
        assert each["spec"]["subnetInfo"]["vlan"] == 7
        assert addresses(each) <= subnet
    assert overlaps(server.pools()) == 0
    full = command("more", "-f", "edge.yaml", "--ips", "3")
    assert (full.code, "gateway of pool more" in full.err) == (1, True)


def test_each_template_gets_its_own_range(command: Command, server: Server) -> None:
    size = ("--prefix", "30", "--within", "10.5.0.0/24")

    first = command("-f", "both.yaml", *size, "-o", "ranges")
    again = command("-f", "both.yaml", *size, "-o", "ranges")

    assert (first.code, again.code, again.out) == (0, 0, first.out)
    made = pools(server)
    assert [*made] == ["edge", "wide"]
    assert addresses(made["edge"]) < {str(each) for each in ip_network("10.5.0.0/28")}


@pytest.mark.parametrize("count", [1, 2])
def test_a_generated_name_stays_in_the_manifest_of_a_client_dry_run(
    command: Command, here: Path, count: int
) -> None:
    text = EDGE.replace("name: edge", "generateName: edge-")
    (here / "generated.yaml").write_text(text, encoding="utf-8")
    size = ("--ips", "3", *(("--count", "2") if count == 2 else ()))

    dry = command("-f", "generated.yaml", *size, "--dry-run", "client", "-o", "yaml")
    real = command("-f", "generated.yaml", *size)

    found = list(yaml.safe_load_all(dry.out))
    assert (dry.code, len(found)) == (0, count)
    assert {each["metadata"]["generateName"] for each in found} == {"edge-"}
    assert not any("name" in each["metadata"] for each in found)
    assert len({str(each["spec"]["ipRanges"]) for each in found}) == count
    assert (real.code, "generateName is not supported" in real.err) == (2, True)


def test_a_name_and_other_labels_make_another_request(command: Command, server: Server) -> None:
    size = ("-f", "edge.yaml", "--ips", "3")

    assert command("e2e-1", *size).code == 0
    assert command("--name-from", "E2E 1", *size).code == 0
    assert "created by an earlier run" in command("e2e-1", *size).out
    assert command("e2e-1", *size, "-l", "a=b").code == 4
    assert command("e2e-1", *size, "-l", "team=net", "--if-not-exists").code == 0
    assert command("e2e-1", *size, "-l", "a=b", "--if-not-exists").code == 4


def test_a_subnet_of_options_is_the_network_to_search(command: Command, server: Server) -> None:
    subnet = ("--gateway", "10.7.0.1", "--prefix-length", "29")

    made = command("lab", "--ips", "5", *subnet, "-o", "ranges")
    dry = command("dry", "--ips", "5", *subnet, "--dry-run", "client", "-o", "ranges")
    outside = command("no", "--ips", "5", *subnet, "--within", "10.8.0.0/24")

    assert (made.code, made.out) == (0, "10.7.0.2-10.7.0.6\n")
    assert (dry.code, dry.out) == (0, made.out)
    assert (outside.code, "outside the subnet of pool no" in outside.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "-f", "both.yaml", "--ips", "3"), "NAME requires a single manifest"),
        (("-f", "lab.yaml", "--ips", "3"), "pool lab has ranges"),
        (("a", "-f", "edge.yaml"), "exactly one of NAME and -f"),
        (("-f", "edge.yaml", "--ips", "3", "--vlan", "3"), "--vlan and -f cannot be used together"),
        (("-f", "wide.yaml", "--ips", "3"), "no network to search"),
    ],
)
@pytest.mark.usefixtures("conflict")
def test_an_invalid_template_is_refused(
    command: Command, server: Server, here: Path, arguments: tuple[str, ...], message: str
) -> None:
    (here / "wide.yaml").write_text(WIDE, encoding="utf-8")

    result = command(*arguments)

    assert (result.code, message in result.err) == (2, True)
    assert pools(server) == {}


def test_invalid_templates_are_named_together(command: Command, server: Server, here: Path) -> None:
    odd = EDGE.replace("team: net", "team: 'a b'").replace("edge", "odd")
    (here / "odd.yaml").write_text(
        f"{WIDE}---\n{odd}---\n{odd.replace('odd', 'Odd')}", encoding="utf-8"
    )

    result = command("-f", "odd.yaml", "--ips", "3", "--within", "10.5.0.0/24")

    assert result.code == 4
    assert result.err.count("error: ") == 2
    assert pools(server) == {}
