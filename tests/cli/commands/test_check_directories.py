"""``check --group-by dir``: directories as clusters, and the overlaps between them."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from tests.cli.program import Program, run

GROUPED = ("check", "prod", "lab", "--group-by", "dir")


def pool(name: str, *ranges: str) -> str:
    listed = "".join(f"  - cidr: {each}\n" for each in ranges)
    return (
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\n"
        f"metadata:\n  name: {name}\nspec:\n  nodeSelector: {{}}\n  ipRanges:\n{listed}"
    )


@pytest.fixture
def clusters(here: Path) -> Path:
    """Two directories with a pool of one name and common addresses."""
    for name, text in {
        "prod": pool("edge", "10.0.0.0/24"),
        "lab": pool("edge", "10.1.0.0/24", "10.0.0.128/25"),
    }.items():
        (here / name).mkdir()
        (here / name / "pools.yaml").write_text(text, encoding="utf-8")
    return here


def write(directory: Path, name: str, text: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text, encoding="utf-8")


def test_an_overlap_of_two_directories_is_printed_with_both(clusters: Path) -> None:
    result = run(*GROUPED, cwd=clusters)

    assert result.returncode == 1
    assert result.stdout == (
        "pool edge in directory lab\n"
        "lab/pools.yaml:9:5: error EIP517: range 10.0.0.128/25 of pool edge in directory lab"
        " overlaps with range 10.0.0.0/24 of pool edge in directory prod\n"
        "    overlaps with: prod/pools.yaml:8:5\n"
        "    common addresses: 10.0.0.128-10.0.0.255 (128 addresses)\n"
        "    fix: change the range of one of the two pools, or accept the overlap if their networks"
        " never meet\n"
        "\n"
        "1 error in 2 pools with 3 ranges in 2 files of 2 directories (Antrea 2.7.0);"
        " 44 rules skipped\n"
        "next: change one range of each overlapping pair; find a free range for edge:"
        " ippoolctl suggest --ips 126 --within CIDR prod lab\n"
    )


def test_without_the_option_the_two_are_one_pool_that_is_defined_twice(
    program: Program, clusters: Path
) -> None:
    result = program("check", "prod", "lab", "-o", "json")

    assert [each["rule"] for each in result.document["items"]] == ["EIP112"]


def test_a_path_that_is_too_long_is_one_error(program: Program, clusters: Path) -> None:
    result = program("check", str(clusters / "prod"), "x" * 300, "--group-by", "dir")

    assert result.code == 2
    assert f"{'x' * 300}: file name too long" in result.err


def test_the_document_names_the_directory_of_both_sides(
    program: Program, clusters: Path, schema: Draft202012Validator
) -> None:
    document = program(*GROUPED, "-o", "json").document

    schema.validate(document)
    (finding,) = document["items"]
    assert (finding["rule"], finding["directory"]) == ("EIP517", "lab")
    assert (finding["other"]["pool"], finding["other"]["directory"]) == ("edge", "prod")
    assert finding["intersection"]["addresses"] == "128"
    assert document["summary"]["directories"] == 2
    assert document["groups"] == [
        {
            "directory": each,
            "release": "2.7.0",
            "releaseSource": "default",
            "pools": 1,
            "ranges": ranges,
        }
        for each, ranges in (("prod", 1), ("lab", 2))
    ]
    assert all("directory" not in each for each in document["skipped"])


def test_findings_within_a_directory_do_not_depend_on_other_directories(
    program: Program, here: Path, schema: Draft202012Validator
) -> None:
    write(here / "prod", "a.yaml", pool("a", "10.0.0.9/24"))
    write(here / "prod", "b.yaml", pool("b", "10.0.0.128/25"))
    write(here / "lab", "c.yaml", pool("c", "10.1.0.9/24"))
    node = "apiVersion: v1\nkind: Node\nmetadata: {name: n}\nstatus: {addresses: [{type: InternalIP"
    write(here / "lab", "node.yaml", f"{node}, address: 10.0.0.7}}]}}\n")

    alone = [program("check", each, "-o", "json").document for each in ("prod", "lab")]
    document = program(*GROUPED, "-o", "json").document

    schema.validate(document)
    for each in document["items"]:
        assert each.pop("directory")
        each.get("other", {}).pop("directory", None)
    assert document["items"] == [finding for each in alone for finding in each["items"]]
    # The Node is in the other cluster: rules about Nodes run there only.
    where = {each["rule"]: each.get("directory") for each in document["skipped"]}
    assert where["EIP501"] == "prod"
    assert where["EIP210"] is None


@pytest.mark.parametrize("form", ["github", "gitlab", "junit", "sarif", "markdown", "json"])
def test_every_report_names_both_directories(program: Program, clusters: Path, form: str) -> None:
    result = program(*GROUPED, "--report", form)

    assert result.code == 1
    for each in ("pool edge in directory prod", "pool edge in directory lab"):
        assert each in result.out


def test_reports_distinguish_pools_of_the_same_name(program: Program, clusters: Path) -> None:
    write(clusters / "prod", "bits.yaml", pool("bits", "10.3.0.9/24"))
    write(clusters / "lab", "bits.yaml", pool("bits", "10.4.0.9/24"))

    junit = ElementTree.fromstring(program(*GROUPED, "--report", "junit").out)
    sarif = json.loads(program(*GROUPED, "--report", "sarif").out)
    gitlab = json.loads(program(*GROUPED, "--report", "gitlab").out)

    suite = next(each for each in junit if each.attrib["name"] == "EIP517 other-cluster")
    assert [(each.attrib["name"], len(each)) for each in suite] == [
        ("prod/bits", 0), ("prod/edge", 0), ("lab/bits", 0), ("lab/edge", 1),
    ]  # fmt: skip
    prints = [
        each["partialFingerprints"]["ippoolctlFinding/v1"] for each in sarif["runs"][0]["results"]
    ]
    assert len(prints) == len(set(prints)) == 3
    names = [
        place["fullyQualifiedName"]
        for each in sarif["runs"][0]["results"]
        for place in each["locations"][0]["logicalLocations"]
    ]
    assert "lab/edge.spec.ipRanges[1]" in names
    assert len({each["fingerprint"] for each in gitlab}) == len(gitlab)


def test_overlaps_of_one_range_with_several_directories_are_one_paragraph(
    program: Program, here: Path
) -> None:
    write(here / "prod", "a.yaml", pool("big", "10.0.0.0/16"))
    for number, name in enumerate(("lab", "dev", "test")):
        ranges = [f"10.0.{number}.{low}/28" for low in (0, 32)]
        write(here / name, "a.yaml", pool("small", *ranges))

    people = program("check", "prod", "lab", "dev", "test", "--group-by", "dir")
    two = program("check", "prod", "lab", "--group-by", "dir")

    assert people.out.startswith(
        "pool big in directory prod\n"
        "prod/a.yaml:8:5: error EIP517: range 10.0.0.0/16 of pool big in directory prod overlaps"
        " with 6 ranges of 3 pools in 3 directories\n"
        "    overlaps with: lab/a.yaml:8:5: range 10.0.0.0/28 of pool small in directory lab"
        " (common addresses: 10.0.0.0-10.0.0.15)\n"
    )
    assert "    and 3 more\n" in people.out
    assert two.out.count("error EIP517") == 2


def test_max_findings_limits_the_printed_findings_and_keeps_the_total(
    program: Program, here: Path
) -> None:
    for name in ("prod", "lab"):
        text = "---\n".join(pool(f"p{n}", f"10.0.{n}.0/24") for n in range(9))
        write(here / name, "a.yaml", text)

    result = program(*GROUPED, "--max-findings", "2")

    assert result.out.count("error EIP517") == 2
    assert "and 7 more findings, not listed" in result.out
    assert "9 errors in 18 pools" in result.out


def test_files_belong_to_the_innermost_given_directory(program: Program, here: Path) -> None:
    write(here / "all", "a.yaml", pool("a", "10.0.0.0/24"))
    write(here / "all" / "x" / "deep", "b.yaml", pool("b", "10.0.0.0/25"))
    write(here / "all" / "y", "c.yaml", pool("c", "10.0.0.0/26"))
    write(here / "one", "d.yaml", pool("d", "10.0.0.0/27"))

    result = program(
        "check", "./all/", "all/x", "one/d.yaml", "-R", "--group-by", "dir", "-o", "json"
    )

    found = {
        (each["rule"], *sorted([each["directory"], each["other"]["directory"]]))
        for each in result.document["items"]
    }
    assert found == {
        ("EIP209", "all", "all"),
        ("EIP517", "all", "all/x"),
        ("EIP517", "all", "one"),
        ("EIP517", "all/x", "one"),
    }
    assert [each["directory"] for each in result.document["groups"]] == ["all", "all/x", "one"]


def test_a_directory_without_pools_is_compared_too(program: Program, clusters: Path) -> None:
    write(clusters / "empty", "a.yaml", "a: b\n")

    document = program("check", "prod", "empty", "--group-by", "dir", "-o", "json").document

    assert [(each["directory"], each["pools"]) for each in document["groups"]] == [
        ("prod", 1),
        ("empty", 0),
    ]


def test_fixes_are_made_in_each_directory(program: Program, here: Path) -> None:
    for name, second in (("prod", 0), ("lab", 1)):
        write(here / name, "a.yaml", pool("edge", f"10.{second}.0.9/24"))

    result = program(*GROUPED, "--fix")

    assert result.code == 0
    for name, second in (("prod", 0), ("lab", 1)):
        assert f"cidr: 10.{second}.0.0/24\n" in (here / name / "a.yaml").read_text()
    assert "no findings in 2 pools" in result.out


ACCEPT = "acceptedOverlaps: [{{pools: [{}], reason: one at a time{}}}]\n"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (ACCEPT.format("prod/edge, lab/edge", ""), 0),
        (ACCEPT.format("lab/*, prod/*", ", expires: 2999-12-31"), 0),
        (ACCEPT.format("prod/edge, lab/*", ", expires: 2001-01-01"), 1),
        (ACCEPT.format("prod/edge, other/*", ""), 1),
        (ACCEPT.format("edge, edge", ""), 1),
        ("accepted: [{rule: EIP517, pool: edge, reason: anycast}]\n", 0),
        ("accepted: [{rule: EIP517, pool: prod/edge, reason: anycast}]\n", 0),
        ("accepted: [{rule: EIP517, pools: [edge, prod/edge], reason: anycast}]\n", 0),
    ],
)
def test_the_configuration_accepts_intended_overlaps(
    program: Program, clusters: Path, entry: str, code: int
) -> None:
    (clusters / ".ippoolctl.yaml").write_text(entry, encoding="utf-8")

    result = program(*GROUPED)

    assert result.code == code
    assert ("1 accepted" in result.out) == (code == 0)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            ACCEPT.format("prod/*, lab/*", ", expires: 2001-01-01"),
            "the acceptance of overlaps between pools lab/* and prod/* expired on 2001-01-01",
        ),
        (
            ACCEPT.format("prod/edge, lab/other", ""),
            "the acceptance of overlaps between pools lab/other and prod/edge accepts no finding",
        ),
    ],
)
def test_an_idle_acceptance_of_an_overlap_is_a_warning(
    program: Program, clusters: Path, entry: str, message: str
) -> None:
    write(clusters / "lab", "other.yaml", pool("other", "10.9.0.0/24"))
    (clusters / ".ippoolctl.yaml").write_text(entry, encoding="utf-8")

    result = program(*GROUPED)

    assert f".ippoolctl.yaml:1:20: warning EIP805: {message}\n" in result.out
    if "expires" not in entry:
        assert "EIP805" not in program("check", "prod").out


def test_a_comment_accepts_an_overlap_with_another_directory(
    program: Program, clusters: Path
) -> None:
    path = clusters / "prod" / "pools.yaml"
    comment = "  # ippoolctl: ignore=EIP517 reason='two segments'"
    path.write_text(path.read_text().replace("/24\n", f"/24{comment}\n"))

    assert program(*GROUPED).code == 0
    # Alone the directory is not compared, so the comment is not idle.
    assert "EIP805" not in program("check", "prod").out


def test_an_accepted_pair_with_one_cluster_name_is_an_error(
    program: Program, clusters: Path
) -> None:
    entry = ACCEPT.format("prod/edge, edge", "")
    (clusters / ".ippoolctl.yaml").write_text(entry, encoding="utf-8")

    result = program(*GROUPED)

    assert result.code == 2
    assert "only one of prod/edge and edge names its cluster" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--group-by", "dir"], "--group-by requires PATH"),
        (["prod", "--group-by", "dir"], "--group-by dir requires two directories"),
        (["prod", "lab", "--group-by", "file"], "invalid value: --group-by file"),
        (["prod", "./prod/", "--group-by", "dir"], "prod and ./prod/ are the same directory"),
        (["prod", "-", "--group-by", "dir"], "--group-by dir cannot read standard input"),
        (["prod", "lab", "--group-by", "dir", "--live"], "--group-by and --live cannot be used"),
        (
            ["prod", "lab", "--group-by", "dir", "--against", "lab"],
            "--group-by and --against cannot be used together",
        ),
        (["prod", "--select", "EIP517"], "EIP517 compares several clusters"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    program: Program, clusters: Path, arguments: list[str], message: str
) -> None:
    result = program("check", *arguments)

    assert (result.code, result.out) == (2, "")
    first, *hint = result.err.splitlines()
    assert first.startswith(f"error: {message}")
    assert len(hint) == 1


def test_an_unreadable_file_hides_no_overlap(program: Program, clusters: Path) -> None:
    write(clusters / "lab", "broken.yaml", "kind: ExternalIPPool\na: [b\n")

    result = program(*GROUPED, "-o", "json")

    assert result.code == 2
    assert [each["rule"] for each in result.document["items"]] == ["EIP517"]


def test_a_file_that_two_directories_link_to_is_in_both(program: Program, here: Path) -> None:
    write(here / "common", "shared.yaml", pool("edge", "10.0.0.9/24"))
    for name in ("prod", "lab"):
        (here / name).mkdir()
        (here / name / "shared.yaml").symlink_to("../common/shared.yaml")

    result = program(*GROUPED, "-o", "json")
    fixed = program(*GROUPED, "--fix", "-o", "json")
    apart = program("check", "prod", "lab", "-o", "json")

    assert [each["rule"] for each in result.document["items"]] == ["EIP410", "EIP410", "EIP517"]
    assert [each["rule"] for each in fixed.document["items"]] == ["EIP517"]
    assert apart.document["items"] == []
    assert "cidr: 10.0.0.0/24" in (here / "common" / "shared.yaml").read_text()
