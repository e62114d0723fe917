"""``map -o html``: one self-contained page. Its behavior in a browser: ``tests/e2e``."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from tests.cli.commands.space.test_map import SPACE
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

WAITING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: web
  uid: b
  annotations: {service.antrea.io/external-ip-pool: nowhere}
spec: {type: LoadBalancer}
"""


class Parsed(HTMLParser):
    """The parts of a page: start tags, the rows of each table, and the texts of some elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": [], "dd": []}
        self._section = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self._open = tag
        if tag == "section":
            self._section = attributes["id"] or ""
            self.rows[self._section] = []
        elif tag == "tr":
            self.rows[self._section].append([])
        elif tag in ("td", "th"):
            self.rows[self._section][-1].append("")
        elif tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("td", "th"):
            self.rows[self._section][-1][-1] += data
        elif self._open in self.texts:
            self.texts[self._open][-1] += data


def page(program: Program, *arguments: str) -> Parsed:
    result = program("map", *arguments, "-o", "html")
    assert result.code == 0
    return Parsed(result.out)


@pytest.fixture
def space(here: Path) -> Path:
    (here / "space.yaml").write_text(f"{SPACE}---\n{WAITING}", encoding="utf-8")
    return here


@pytest.mark.usefixtures("space")
def test_the_tables_have_pools_consumers_and_findings(program: Program) -> None:
    found = page(program, "-f", "space.yaml").rows

    assert found["pools"][1] == [
        "edge", "10.0.0.0/26, 10.0.2.10-10.0.2.90", "143", "1", "142", "1", "<all>",
        "overlap, frozen",
    ]  # fmt: skip
    assert found["addresses"][1:] == [["10.0.0.5", "edge", "Egress", "web", "-"]]
    assert found["waiting"][1:] == [
        ["web/shop", "Service", "nowhere", "pool nowhere does not exist"]
    ]
    assert ["error", "EIP209"] in [each[:2] for each in found["findings"]]
    assert found["numbers"][1] == ["10.0.0.0/22", "1,024", "11", "1", "132", "167", "713"]


@pytest.mark.usefixtures("space")
def test_the_policy_names_the_one_script_and_the_one_style_sheet(program: Program) -> None:
    found = page(program, "-f", "space.yaml")

    (policy,) = [
        each["content"] or ""
        for tag, each in found.tags
        if tag == "meta" and each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        (text,) = found.texts[tag]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.usefixtures("space")
def test_nothing_in_the_page_is_loaded_or_runs_by_an_attribute(program: Program) -> None:
    found = page(program, "-f", "space.yaml")

    for tag, attributes in found.tags:
        assert tag not in ("img", "iframe", "object", "embed", "base", "audio", "video")
        assert not [each for each in attributes if each.startswith("on") or each == "style"]
        for key in ("src", "href", "action"):
            target = attributes.get(key)
            assert target is None or target.startswith("#") or target == "data:,"
    assert "url(" not in found.texts["style"][0].replace("url(#map-", "")


def test_objects_of_the_cluster_are_read_once(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", "10.0.0.0-10.0.0.7", used=1)
    egress = next(each for each in yaml.safe_load_all(SPACE) if each["kind"] == "Egress")
    cluster.others["egresses"].append(egress)

    found = page(program)

    assert found.rows["pools"][1][:6] == ["edge", "10.0.0.0-10.0.0.7", "8", "1", "7", "13"]
    assert found.rows["addresses"][1][:2] == ["10.0.0.5", "edge"]
    assert found.rows["waiting"] == []


def test_a_forbidden_kind_is_reported_on_the_page(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", "10.0.0.0-10.0.0.7")
    cluster.forbidden.add("list:egresses")

    result = program("map", "-o", "html")

    assert result.code == 0
    assert "warning: no permission to list Egresses; used and reserved" in result.err
    assert "Incomplete: no permission to list Egresses." in result.out


def test_findings_about_pools_of_the_cluster_count_beside_files(
    program: Program, cluster: FakeCluster, space: Path
) -> None:
    store(cluster, "one", "10.7.0.0/24")
    store(cluster, "two", "10.7.0.0/24")

    found = page(program, "-f", "space.yaml", "--live").rows["findings"]

    messages = " ".join(each[3] for each in found)
    assert "pool one" in messages
    assert "pool edge" in messages


@pytest.mark.usefixtures("space")
def test_with_names_the_page_is_about_these_pools(program: Program) -> None:
    found = page(program, "lab", "-f", "space.yaml").rows

    assert [each[0] for each in found["pools"][1:]] == ["lab"]
    assert found["addresses"] == []
    assert found["waiting"] == []
    assert found["numbers"][1][0] == "lab"
    assert all("pool lab" in each[3] for each in found["findings"][1:])
    assert "EIP209" in [each[1] for each in found["findings"]]


def test_a_page_without_pools_has_a_message(program: Program, here: Path) -> None:
    (here / "empty.yaml").write_text("", encoding="utf-8")

    result = program("map", "-f", "empty.yaml", "-o", "html")

    assert "No ExternalIPPools." in result.out
    assert "No finding." in result.out
