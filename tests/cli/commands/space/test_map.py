"""``map``: the address space as a picture."""

from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import CONFLICT
from tests.cli.live_pools import store
from tests.cli.program import Program, run
from tests.fakes import FakeCluster

SPACE = """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: edge}
spec:
  ipRanges: [{cidr: 10.0.0.0/26}, {start: 10.0.2.10, end: 10.0.2.90}]
  subnetInfo: {gateway: 10.0.0.1, prefixLength: 22}
  nodeSelector: {}
---
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: lab}
spec: {ipRanges: [{start: 10.0.2.80, end: 10.0.2.127}], nodeSelector: {}}
---
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: ipv6-customers}
spec: {ipRanges: [{cidr: "2001:db8:aaaa::/112"}], nodeSelector: {}}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDRs: [10.0.3.0/25]}
status: {addresses: [{type: InternalIP, address: 10.0.1.20}]}
---
apiVersion: crd.antrea.io/v1beta1
kind: Egress
metadata: {name: web, uid: a}
spec: {egressIP: 10.0.0.5, externalIPPool: edge, appliedTo: {}}
"""

AT_80 = """\
                10.0.0.0        10.0.1.0        10.0.2.0        10.0.3.0
10.0.0.0/22     ▁▒▒▒·············╎··············░▒▒▒▒╳▒▒········╱╱╱╱╱╱╱╱········
  edge          ▁▒▒▒                            ░▒▒▒▒╳
  lab                                                ╳▒▒
                16 addresses per character, 1 used, 167 held, 11 overlapping,
                132 reserved, 713 free

ipv6-customers  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
                2001:db8:aaaa::/112, 1,024 addresses per character, 65,535 held,
                1 reserved

╳ overlapping   ▁▂▃▄▅▆▇█ used   ╎╱ reserved   ░▒ held by a pool   · free
"""  # noqa: RUF001  drawn, not read

AT_40 = """\
        10.0.0.0        10.0.2.0
10.0.0.0/22
        ▁▒······╎·······▒▒╳▒····╱╱╱╱····
  edge  ▁▒              ▒▒╳
  lab                     ╳▒
        32 addresses per character,
        1 used, 167 held, 11 overlapping,
        132 reserved, 713 free
"""  # noqa: RUF001  drawn, not read

WITHIN_ASCII = """\
                2001:db8::                      2001:db8:8000::
2001:db8::/32   ..........................................-.....................
  ipv6-customers
                                                          -
                2^90 addresses per character, 65,535 held, 1 reserved,
                ~2^96 free

,/ reserved   -= held by a pool   . free
"""


@pytest.fixture
def space(here: Path) -> Path:
    (here / "space.yaml").write_text(SPACE, encoding="utf-8")
    return here


@pytest.mark.usefixtures("space")
def test_a_subnet_and_its_pools_are_drawn_on_one_scale(program: Program) -> None:
    result = program("map", "-f", "space.yaml")

    assert (result.code, result.err) == (0, "")
    assert result.out == AT_80


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("columns", [20, 40, 57, 80, 132, 200])
def test_no_row_is_wider_than_the_screen(
    program: Program, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    out = program("map", "-f", "space.yaml").out

    bars = [row for row in out.splitlines() if "▒▒" in row]
    assert all(len(row) <= columns for row in bars)
    assert columns != 40 or out.startswith(AT_40)
    assert columns != 200 or "128" in out.splitlines()[0]


@pytest.mark.usefixtures("space")
def test_a_112_in_a_32_is_visible_and_ascii_is_drawn_where_unicode_is_not_known(
    space: Path,
) -> None:
    result = run(
        "map", "-f", "space.yaml", "--within", "2001:db8::/32", cwd=space,
        env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == WITHIN_ASCII


@pytest.mark.usefixtures("space")
def test_names_select_pools_and_exact_numbers_are_in_the_document(program: Program) -> None:
    result = program("map", "lab", "nothing", "-f", "space.yaml", "-o", "json")

    assert result.code == 1
    assert result.err == "error: pool nothing not found\nhint: check the files of -f\n"
    assert result.document["items"] == [
        {
            "pool": "lab",
            "spans": [{"first": "10.0.2.80", "last": "10.0.2.127", "addresses": "48"}],
            "overlapping": "11",
            "used": "0",
            "reserved": "0",
            "held": "37",
            "free": "0",
        }
    ]


@pytest.mark.usefixtures("space")
def test_the_numbers_of_a_network_add_up(program: Program) -> None:
    block = "2001:db8::/32"
    (item,) = program("map", "-f", "space.yaml", "--within", block, "-o", "json").document["items"]

    kinds = ("overlapping", "used", "reserved", "held", "free")
    assert sum(int(item[each]) for each in kinds) == 2**96
    assert [each["pool"] for each in item["pools"]] == ["ipv6-customers"]
    assert item["pools"][0]["held"] == "65535"


def test_pools_egresses_and_services_of_the_cluster_are_drawn(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "edge", "10.0.0.0-10.0.0.7", used=2)
    egress = next(each for each in yaml.safe_load_all(SPACE) if each["kind"] == "Egress")
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "shop",
            "namespace": "web",
            "annotations": {"service.antrea.io/external-ip-pool": "edge"},
        },
        "spec": {"type": "LoadBalancer"},
        "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.0"}]}},
    }
    cluster.others["egresses"].append(egress)
    cluster.others["services"].append(service)

    result = program("map")

    assert result.out.splitlines()[0] == "edge  " + "█" * 8 + "▒" * 32 + "█" * 8 + "▒" * 16


def test_a_written_pool_replaces_the_live_one(
    program: Program, cluster: FakeCluster, conflict: Path
) -> None:
    store(cluster, "edge", "10.0.0.0/24")
    store(cluster, "other", "10.7.0.0/24")

    result = program("map", "-f", "edge.yaml", "--live", "-o", "json")

    found = {each["pool"]: each["overlapping"] for each in result.document["items"]}
    assert found == {"edge": "0", "other": "0"}
    assert CONFLICT["edge.yaml"].count("10.0.0.0/24") == 1


def test_supernets_and_exclusions_of_the_configuration_count(program: Program, space: Path) -> None:
    text = "supernets: [10.0.2.0/24]\nexclude: [10.0.2.128/25]\n"
    (space / ".ippoolctl.yaml").write_text(text, encoding="utf-8")

    found = program("map", "-f", "space.yaml", "-o", "json").document["items"]

    assert [each.get("block", each.get("pool")) for each in found] == [
        "10.0.2.0/24",
        "edge",
        "ipv6-customers",
    ]
    assert found[0]["reserved"] == "128"


def test_hostile_names_do_not_reach_the_terminal(program: Program, here: Path) -> None:
    document = CONFLICT["edge.yaml"].replace("name: edge", 'name: "a\\e[31m\\u202eb"')
    (here / "hostile.yaml").write_text(document, encoding="utf-8")

    out = program("map", "-f", "hostile.yaml").out

    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "a\\x1b[31m\\u202eb" in out


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-f", ".", "--within", "10.0.0/16"], 2),
        (["-f", "nowhere.yaml"], 2),
        (["UPPER", "-f", "."], 2),
        (["-f", ".", "--within", "::/0"], 0),
        ([], 3),
    ],
)
def test_exit_codes_of_map(program: Program, arguments: list[str], code: int) -> None:
    assert program("map", *arguments).code == code


def test_a_map_without_pools_prints_a_message(program: Program, cluster: FakeCluster) -> None:
    result = program("map")

    assert (result.code, result.out) == (0, "")
    assert "no ExternalIPPools found" in result.err
