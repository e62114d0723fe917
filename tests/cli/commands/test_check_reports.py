"""``check --report``: formats for pipelines."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ippoolctl.domain.lint.rules import RULES
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

FORMATS = ("github", "gitlab", "junit", "sarif", "markdown", "json")


def pool(name: str, *ranges: str) -> str:
    listed = "".join(f"  - cidr: {each}\n" for each in ranges)
    return (
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\n"
        f"metadata:\n  name: {name}\nspec:\n  nodeSelector: {{}}\n  ipRanges:\n{listed}"
    )


@pytest.fixture
def overlap(here: Path) -> Path:
    (here / "a.yaml").write_text(pool("a", "10.0.0.0/24"), encoding="utf-8")
    (here / "b, 100%.yaml").write_text(pool("b", "10.0.0.128/25"), encoding="utf-8")
    return here


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_without_a_file_replaces_the_text(
    program: Program, overlap: Path, form: str
) -> None:
    report = program("check", ".", "--report", form)
    output = program("check", ".", "-o", form)

    assert report.code == output.code == 1
    assert report.out == output.out != ""


def test_several_reports_are_written_beside_the_text(program: Program, overlap: Path) -> None:
    wanted = [argument for each in FORMATS for argument in ("--report", f"{each}=out.{each}")]

    result = program("check", "a.yaml", "b, 100%.yaml", *wanted)

    assert result.code == 1
    assert "1 error in 2 pools" in result.out
    for each in FORMATS:
        assert (overlap / f"out.{each}").read_text("utf-8") == program(
            "check", "a.yaml", "b, 100%.yaml", "-o", each
        ).out


def test_github_gets_the_place_and_escaped_properties(program: Program, overlap: Path) -> None:
    result = program("check", ".", "--report", "github")

    assert result.out == (
        "::error file=b%2C 100%25.yaml,line=8,col=5,title=EIP209::range 10.0.0.128/25 of pool b"
        " overlaps with range 10.0.0.0/24 of pool a%0Afix: change the range of one of the two"
        " pools\n"
    )


@pytest.mark.parametrize("names", [9, 10, 11, 40])
def test_github_gets_ten_errors_and_the_number_of_the_others(
    program: Program, here: Path, names: int
) -> None:
    pools = [pool(f"p{each}", "10.0.0.0/24" if not each else f"10.0.0.{each}/32")
             for each in range(names + 1)]  # fmt: skip
    (here / "p.yaml").write_text("---\n".join(pools), encoding="utf-8")

    rows = program("check", "--select", "EIP209", "p.yaml", "--report", "github").out.splitlines()

    more = [f"::notice title=ippoolctl::{names - 10} more error"] if names > 10 else []
    assert [each.split(" ")[0] for each in rows] == ["::error"] * min(names, 10) + ["::notice"] * (
        len(more)
    )
    assert all(rows[-1].startswith(each) for each in more)


def test_github_gets_no_more_than_ten_notices_beside_unlisted_overlaps(
    program: Program, here: Path
) -> None:
    pools = "---\n".join(pool(f"p{each}", "10.0.0.7/24") for each in range(22))
    (here / "p.yaml").write_text(pools, encoding="utf-8")

    rows = program("check", "p.yaml", "--report", "github").out.splitlines()

    notices = [each for each in rows if each.startswith("::notice")]
    assert len(notices) == 10
    assert "1 more overlapping pair" in notices[-1]


def test_the_summary_of_a_job_is_appended_on_github(
    program: Program, overlap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = overlap / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    program("check", "a.yaml", "--report", "json")
    program("check", ".", "--report", "github=annotations.txt")

    text = summary.read_text("utf-8")
    assert text.startswith("before\n### ippoolctl check: 1 error in 2 pools")
    assert "| error | EIP209 | b, 100%.yaml:8 | range 10.0.0.128/25 of pool b" in text


@pytest.mark.parametrize("option", ["-o", "--report"])
def test_annotations_on_standard_output_come_with_the_summary_of_the_job(
    program: Program, overlap: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """``-o github`` wrote none."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(overlap / "summary.md"))

    result = program("check", ".", option, "github")

    assert result.out.startswith("::error file=")
    text = (overlap / "summary.md").read_text("utf-8")
    assert text.startswith("### ippoolctl check: 1 error in 2 pools")


def test_gitlab_gets_a_fingerprint_that_survives_moved_lines(
    program: Program, overlap: Path
) -> None:
    def issues() -> Any:
        return json.loads(program("check", ".", "--report", "gitlab").out)

    (before,) = issues()
    text = (overlap / "b, 100%.yaml").read_text("utf-8")
    (overlap / "b, 100%.yaml").write_text(f"# moved\n{text}", encoding="utf-8")
    (after,) = issues()

    assert before["location"] == {"path": "b, 100%.yaml", "lines": {"begin": 8}}
    assert (before["check_name"], before["severity"]) == ("EIP209", "critical")
    assert after["location"]["lines"] == {"begin": 9}
    assert after["fingerprint"] == before["fingerprint"]


def test_gitlab_gets_a_fingerprint_of_its_own_for_each_issue(program: Program, here: Path) -> None:
    for name in ("prod", "stage"):
        (here / name).mkdir()
        text = pool("a", "10.0.0.4/31") + "  - cidr: 10.0.0.4/31\n" * 2
        (here / name / "a.yaml").write_text(text, encoding="utf-8")

    issues = json.loads(program("check", "prod", "stage", "--report", "gitlab").out)

    assert len(issues) > 4
    assert len({each["fingerprint"] for each in issues}) == len(issues)


def test_junit_has_a_test_case_for_every_rule_and_pool(program: Program, overlap: Path) -> None:
    result = program("check", ".", "--report", "junit")

    suites = ElementTree.fromstring(result.out)
    cases = suites.findall("testsuite/testcase")
    assert len(cases) == 2 * len(RULES) == int(suites.attrib["tests"])
    (failed,) = [each for each in cases if each.find("failure") is not None]
    assert failed.attrib == {
        "classname": "ippoolctl.EIP209",
        "name": "b",
        "file": "b, 100%.yaml",
    }
    skipped = [each for each in cases if each.find("skipped") is not None]
    assert int(suites.attrib["skipped"]) == len(skipped) > 0


def test_junit_fails_only_what_fails_the_check(program: Program, overlap: Path) -> None:
    result = program("check", ".", "--fail-on", "never", "--report", "junit")

    suites = ElementTree.fromstring(result.out)
    assert result.code == 0
    assert suites.attrib["failures"] == "0"
    assert "EIP209" in str(suites.findtext("testsuite/testcase/system-out"))


def test_unreadable_input_is_in_every_report(program: Program, here: Path) -> None:
    (here / "broken.yaml").write_text("a: [b\n", encoding="utf-8")

    outputs = {each: program("check", "broken.yaml", "--report", each) for each in FORMATS}

    assert {each.code for each in outputs.values()} == {2}
    for form, each in outputs.items():
        assert "broken.yaml" in each.out, form


def test_github_gets_no_empty_fix_for_input_without_a_hint(program: Program, here: Path) -> None:
    (here / "empty").mkdir()

    result = program("check", "-R", "empty", "--report", "github")

    assert result.out == (
        "::error file=empty,title=input::no .yaml, .yml or .json file in this directory\n"
    )


@pytest.mark.parametrize("form", ["markdown", "sarif"])
def test_one_unlisted_overlap_is_in_the_singular(program: Program, here: Path, form: str) -> None:
    # Of each range at most 20 overlaps with earlier ones are listed.
    pools = "---\n".join(pool(f"p{each}", "10.0.0.0/24") for each in range(22))
    (here / "p.yaml").write_text(pools, encoding="utf-8")

    result = program("check", "p.yaml", "--report", form)

    assert "1 more overlapping pair is not listed" in result.out


def test_pools_of_a_cluster_have_no_file(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", "10.0.0.0/24")
    store(cluster, "lab", "10.0.0.128/25")

    (issue,) = json.loads(program("check", "--select", "EIP209", "--report", "gitlab").out)
    (run,) = json.loads(program("check", "--select", "EIP209", "--report", "sarif").out)["runs"]

    assert issue["location"] == {"path": "lab", "lines": {"begin": 1}}
    (result,) = run["results"]
    assert [*result["locations"][0]] == ["logicalLocations"]


def test_sarif_has_rules_places_and_relative_uris(program: Program, overlap: Path) -> None:
    (run,) = json.loads(program("check", str(overlap), "--report", "sarif").out)["runs"]

    (result,) = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [each.id for each in RULES]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "EIP209"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "b%2C%20100%25.yaml"},
        "region": {"startLine": 8, "startColumn": 5},
    }
    (other,) = result["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"] == {"uri": "a.yaml"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report", "html"], "error: invalid value: --report html"),
        (["--report", "sarif="], "error: invalid value: --report sarif="),
        (["--report", "sarif", "--report", "junit"], "error: --report sarif and junit both use"),
        (["--report", "sarif", "-o", "json"], "error: --report sarif and -o json both use"),
        (["-o", "json", "--report", "sarif"], "error: --report sarif and -o json both use"),
        (["--report", "sarif=x", "--report", "junit=./x"], "--report sarif and junit both use ./x"),
        (["--report", "sarif=no/such/directory"], "error: cannot write the sarif report to no/"),
    ],
)
def test_wrong_reports_are_code_2(
    program: Program, overlap: Path, arguments: list[str], message: str
) -> None:
    result = program("check", "a.yaml", *arguments)

    assert result.code == 2
    assert message in result.err


def test_reports_are_written_if_the_reader_of_the_output_is_gone(overlap: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    result = subprocess.run(
        [sys.executable, "-m", "ippoolctl", "check", ".", "--report", "junit=r.xml"],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(write)

    assert (result.returncode, result.stderr) == (141, "")
    assert "EIP209" in (overlap / "r.xml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("overlap")
def test_a_report_that_cannot_be_written_is_the_only_document(program: Program) -> None:
    people = program("check", ".", "--report", "sarif=no/such/directory")
    machines = program("check", ".", "--report", "sarif=no/such/directory", "-o", "json")

    assert (people.code, machines.code) == (2, 2)
    assert "1 error in 2 pools" in people.out
    assert machines.document["kind"] == "Error"


@pytest.mark.usefixtures("overlap")
def test_a_report_replaces_the_format_of_the_variable(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_OUTPUT", "json")

    result = program("check", ".", "--report", "github")

    assert result.code == 1
    assert result.out.startswith("::error ")
    typed = "error: --report github and -o json both use standard output"
    assert typed in program("-o", "json", "check", ".", "--report", "github").err
