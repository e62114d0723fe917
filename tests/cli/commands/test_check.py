"""``check``: conflicts with both places, exit codes, formats."""

import json
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.domain.lint.rules import RULES
from tests.builders import pool_object
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, run

SKIPPED = sum(bool(rule.needs or rule.needs_one) for rule in RULES)
"""How many rules a check of files cannot run."""

REPORT = f"""\
pool lab
lab.yaml:8:5: error EIP209: range 10.0.0.250-10.0.1.9 of pool lab overlaps with range \
10.0.0.0/24 of pool edge
    overlaps with: edge.yaml:7:5
    common addresses: 10.0.0.250-10.0.0.255 (6 addresses)
    consequence: overlapping pools cannot be updated (EIP212)
    consequence: an address can be assigned twice (EIP306)
    fix: change the range of one of the two pools

1 error in 2 pools with 3 ranges in 2 files (Antrea 2.7.0); {SKIPPED} rules skipped
next: change one range of each overlapping pair; find a free range for lab: ippoolctl suggest \
--ips 16 --within CIDR edge.yaml lab.yaml
"""


@pytest.mark.usefixtures("conflict")
def test_a_conflict_names_both_files_and_lines(program: Program) -> None:
    result = program("check", "edge.yaml", "lab.yaml")

    assert result.out == REPORT
    assert result.err == ""
    assert result.code == 1


@pytest.mark.usefixtures("conflict")
def test_the_json_document_has_the_conflict_with_both_places(program: Program) -> None:
    result = program("check", ".", "-o", "json")

    (finding,) = result.document["items"]
    assert result.code == 1
    assert finding["rule"] == "EIP209"
    assert finding["place"] == {"file": "./lab.yaml", "line": 8, "column": 5}
    assert finding["other"] == {
        "pool": "edge",
        "field": "spec.ipRanges[0]",
        "range": "10.0.0.0/24",
        "place": {"file": "./edge.yaml", "line": 7, "column": 5},
    }
    assert finding["intersection"] == {
        "first": "10.0.0.250",
        "last": "10.0.0.255",
        "addresses": "6",
    }
    assert finding["consequences"] == ["EIP212", "EIP306"]
    assert result.document["summary"]["errors"] == 1


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize("output", ["table", "json", "yaml"])
def test_the_exit_code_is_the_same_for_every_format(program: Program, output: str) -> None:
    assert program("check", ".", "-o", output).code == 1
    assert program("check", "edge.yaml", "-o", output).code == 0
    assert program("check", "nowhere.yaml", "-o", output).code == 2


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--fail-on", "info"], 1),
        (["--ignore", "EIP209"], 0),
        (["--ignore", "EIP301,EIP212", "--ignore", "EIP306"], 1),
        (["--select", "EIP1,EIP3"], 1),
        (["--select", "eip301"], 0),
        (["--require-all"], 3),
        (["--select", "EIP210"], 3),
        (["--select", "EIP2"], 1),
        (["--antrea", "1.15"], 1),
    ],
)
def test_options_set_the_exit_code_of_a_check(
    program: Program, arguments: list[str], code: int
) -> None:
    assert program("check", ".", *arguments).code == code


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--select", "EIP29"], "did you mean EIP209?"),
        (["--fail-on", "warn"], "use one of error, warning, info, never"),
        (["--antrea", "two"], "2.7 or 2.4.2"),
        (["--exclude", "!"], "use a pattern as in .gitignore"),
        (["--exclude", "a", "--exclude", "b\\"], "use a pattern as in .gitignore"),
        (["--config", "c" * 300], "check --config"),
    ],
)
def test_a_wrong_word_gets_one_error_and_one_hint(
    program: Program, conflict: Path, arguments: list[str], hint: str
) -> None:
    result = program("check", str(conflict), *arguments)

    error, said = result.err.splitlines()
    assert result.code == 2
    assert error.startswith("error: ")
    assert said.startswith("hint: ")
    assert hint in said


def test_an_invalid_document_is_reported_and_the_others_are_checked(
    program: Program, conflict: Path
) -> None:
    path = conflict / "lab.yaml"
    path.write_text(f"{CONFLICT['lab.yaml']}---\na: [b\n", encoding="utf-8")

    people = program("check", "edge.yaml", "lab.yaml")
    machines = program("check", "edge.yaml", "lab.yaml", "-o", "json")

    assert people.code == machines.code == 2
    assert "lab.yaml:8:5: error EIP209" in people.out
    assert people.err.startswith("error: lab.yaml:12:4: while parsing a flow sequence")
    (problem,) = machines.document["problems"]
    assert problem["place"] == {"file": "lab.yaml", "line": 12, "column": 4}
    assert len(machines.document["items"]) == 1


def test_no_files_and_no_cluster_is_one_line_a_hint_and_code_3(
    program: Program, here: Path
) -> None:
    result = program("check")

    error, hint = result.err.splitlines()
    assert (result.code, result.out) == (3, "")
    assert error == "error: no cluster is configured"
    assert hint.startswith("hint: use --kubeconfig or --server, or set KUBECONFIG")
    assert not list(here.iterdir())


@pytest.mark.usefixtures("conflict")
def test_quiet_leaves_the_findings(program: Program) -> None:
    result = program("check", ".", "-q")

    assert result.out == "".join(REPORT.replace("lab.y", "./lab.y", 1).replace(
        "edge.y", "./edge.y", 1).splitlines(keepends=True)[:-3])  # fmt: skip


@pytest.mark.usefixtures("conflict")
def test_verbose_lists_read_files_and_skipped_objects(program: Program) -> None:
    result = program("check", ".", "-v", "-v")

    assert "read 2 files: 2 pools, 0 of other kinds; Antrea 2.7.0" in result.err
    assert "pools in ./edge.yaml:1:1" in result.err
    assert "skipped EIP210: the existing pools are unknown; use --live" in result.err


def test_check_without_findings_prints_a_summary(program: Program, conflict: Path) -> None:
    result = program("check", str(conflict / "edge.yaml"))

    assert result.out == (
        f"no findings in 1 pool with 1 range in 1 file (Antrea 2.7.0); {SKIPPED} rules skipped\n"
    )
    assert result.code == 0


def test_a_list_in_json_names_lines_and_columns(program: Program, here: Path) -> None:
    items = [pool_object("a", "10.0.0.0/24"), pool_object("b", "10.0.0.0/25")]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2)
    (here / "l.json").write_text(text, encoding="utf-8")

    result = program("check", "l.json", "-o", "json")

    (finding,) = result.document["items"]
    for side, number in ((finding, 1), (finding["other"], 0)):
        row = text.splitlines()[side["place"]["line"] - 1]
        assert row[side["place"]["column"] - 1 :] == "{"
        before = "\n".join(text.splitlines()[: side["place"]["line"]])
        assert before.count('"ipRanges"') == number + 1


def test_the_worst_findings_come_first_then_the_order_of_lines(
    program: Program, here: Path
) -> None:
    (here / "a.yaml").write_text(
        """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: a}
spec:
  foo: 1
  ipRanges:
  - cidr: 10.0.0.0
  - start: 10.0.0.1
  - cidr: 10.0.0.0/24
  nodeSelectors: {}
""",
        encoding="utf-8",
    )

    result = program("check", "a.yaml")

    lines = [row for row in result.out.splitlines() if row.startswith("a.yaml:")]
    assert [row.split(": ")[0] for row in lines] == [
        f"a.yaml:{n}" for n in ("4:1", "7:5", "8:5", "5:3", "10:3")
    ]
    assert "a required field is missing: spec.nodeSelector" in lines[0]
    assert "a range has no end: 10.0.0.1" in lines[2]
    assert "use nodeSelector instead of nodeSelectors" in result.out


@pytest.mark.usefixtures("here")
def test_empty_standard_input_is_an_error() -> None:
    result = run("check", "-", input="")

    assert result.returncode == 2
    assert result.stderr.startswith("error: <stdin>: no data on standard input")
    assert result.stdout == ""


def test_a_misspelled_kind_is_an_error(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("ExternalIPPool", "ExternalIpPool")
    (here / "a.yaml").write_text(text, encoding="utf-8")

    result = program("check", "a.yaml")

    assert result.code == 2
    assert "use crd.antrea.io/v1beta1 ExternalIPPool" in result.err


def test_require_all_names_the_skipped_rules(program: Program, conflict: Path) -> None:
    result = program("check", str(conflict / "edge.yaml"), "--require-all")

    assert result.code == 3
    assert "skipped EIP210: the existing pools are unknown; use --live" in result.err


def test_input_without_pools_is_warned_about(program: Program, here: Path) -> None:
    (here / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")

    result = program("check", "a.yaml")

    assert result.code == 0
    assert result.err == "warning: no ExternalIPPools in the input\n"


def test_findings_are_grouped_by_pool_with_the_worst_pool_first(
    program: Program, here: Path
) -> None:
    objects = [
        pool_object("mild", "10.1.0.0/24", "fd00::/120"),
        pool_object("bad", "::ffff:0:0/120"),
    ]
    objects[1]["spec"]["ipRanges"].append({"start": "10.9.0.9", "end": "10.9.0.1"})
    write_pools(here / "a.json", objects)

    result = program("check", "a.json")
    document = program("check", "a.json", "-o", "json").document

    headings = [row for row in result.out.splitlines() if row.startswith("pool ")]
    assert headings == ["pool bad", "pool mild"]
    assert document["items"][0]["pool"] == "mild"  # in the order of lines


def write_pools(path: Path, objects: list[dict[str, Any]]) -> None:
    document = {"apiVersion": "v1", "kind": "List", "items": objects}
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")


@pytest.fixture
def one_among_many(here: Path) -> list[str]:
    """A range that overlaps with 1,000 others."""
    others = [pool_object(f"p{n}", f"10.{n // 256}.{n % 256}.0/28") for n in range(1_000)]
    write_pools(here / "a.json", [*others, pool_object("big", "10.0.0.0-10.15.255.255")])
    return ["check", "a.json", "--select", "EIP209"]


def test_a_range_that_overlaps_with_1000_others_is_one_paragraph(
    program: Program, one_among_many: list[str]
) -> None:
    result = program(*one_among_many)

    rows = result.out.splitlines()
    assert rows[0] == "pool big"
    assert rows[1].endswith(
        "error EIP209: range 10.0.0.0-10.15.255.255 of pool big overlaps with 1000 ranges of"
        " 1000 pools"
    )
    assert rows[2].startswith("    overlaps with: a.json:")
    assert rows[2].endswith(": range 10.0.0.0/28 of pool p0 (common addresses: 10.0.0.0-10.0.0.15)")
    assert rows[5] == "    and 997 more"
    assert rows[-2].startswith("1000 errors in 1001 pools")
    assert len(rows) < 15


def test_without_a_limit_every_overlap_is_listed(
    program: Program, one_among_many: list[str]
) -> None:
    assert program(*one_among_many, "--max-findings", "0").out.count("overlaps with: ") == 1_000


def test_documents_are_never_cut(program: Program, one_among_many: list[str]) -> None:
    document = program(*one_among_many, "--max-findings", "1", "-o", "json").document

    assert len(document["items"]) == document["summary"]["errors"] == 1_000


def test_1000_pools_with_one_range_are_a_few_paragraphs(program: Program, here: Path) -> None:
    write_pools(here / "a.json", [pool_object(f"p{n}", "10.0.0.0/28") for n in range(1_000)])

    result = program("check", "a.json", "--select", "EIP209")

    assert result.out.count("error EIP209") == 20
    assert "p0 overlaps with 999 ranges of 999 pools" in result.out
    assert "p1 overlaps with 998 more ranges of 998 pools" in result.out
    assert "and 479710 more overlapping pairs, not listed" in result.out


def test_findings_beyond_the_limit_are_counted_and_are_the_mildest(
    program: Program, here: Path
) -> None:
    mixed = [pool_object(f"p{n}", f"10.{n}.0.0/24", f"fd00:{n}::/120") for n in range(5)]
    bad = pool_object("bad", "10.9.0.9-10.9.0.1")
    write_pools(here / "a.json", [*mixed, bad])
    check = ["check", "a.json", "--select", "EIP204,EIP409"]

    cut, quiet = program(*check, "--max-findings", "2"), program(*check, "--max-findings=2", "-q")

    assert cut.out.count("EIP204") == cut.out.count("EIP409") == 1
    assert "\nand 4 more findings, not listed; use --max-findings 0 for all\n" in cut.out
    assert "1 error, 5 warnings in 6 pools" in cut.out
    assert quiet.out.endswith("use --max-findings 0 for all\n")
