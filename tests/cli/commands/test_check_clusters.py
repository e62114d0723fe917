"""``check`` with several ``--context``: findings of each cluster, and overlaps between clusters."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from tests.builders import pool_object
from tests.cli.program import Program, run
from tests.cli.two_clusters import two_clusters

BOTH = ("check", "--context", "prod", "--context", "lab", "--ignore", "EIP4,EIP6,EIP7")
ONE_GONE = ("check", "--context", "gone", "--context", "prod", "--ignore", "EIP4,EIP6,EIP7")


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two clusters: pools of one name with common addresses, and an overlap within lab."""
    path = tmp_path_factory.mktemp("clusters") / "kubeconfig"
    prod = [pool_object("edge", "10.0.0.0/24"), pool_object("other", "10.5.0.0/24")]
    lab = [pool_object("edge", "10.0.0.128/25"), pool_object("side", "10.0.0.192/26")]
    with two_clusters(path, prod, lab):
        yield path


@pytest.fixture(autouse=True)
def selected(kubeconfig: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))


def test_overlaps_of_two_clusters_are_printed_with_both() -> None:
    result = run(*BOTH)

    assert (result.returncode, result.stderr) == (1, "")
    assert (
        "pool edge in cluster lab\n"
        "error EIP517: range 10.0.0.128/25 of pool edge in cluster lab overlaps with"
        " range 10.0.0.0/24 of pool edge in cluster prod\n"
        "    overlaps with: edge in cluster prod\n"
        "    common addresses: 10.0.0.128-10.0.0.255 (128 addresses)\n"
    ) in result.stdout
    assert (
        "error EIP209: range 10.0.0.192/26 of pool side overlaps with range 10.0.0.128/25 of"
        " pool edge\n    overlaps with: edge\n"
    ) in result.stdout
    assert "3 errors in 4 pools with 4 ranges in 2 clusters (Antrea 2.7.0" in result.stdout
    assert "next: change one range of each overlapping pair, then run check again" in result.stdout


def test_the_document_names_the_cluster_of_both_sides(
    program: Program, schema: Draft202012Validator
) -> None:
    document = program(*BOTH, "-o", "json").document

    schema.validate(document)
    found = [
        (each["rule"], each["cluster"], each["pool"], each["other"]["cluster"])
        for each in document["items"]
    ]
    assert sorted(found) == [
        ("EIP209", "lab", "side", "lab"),
        ("EIP517", "lab", "edge", "prod"),
        ("EIP517", "lab", "side", "prod"),
    ]
    assert [(each["cluster"], each["pools"]) for each in document["groups"]] == [
        ("prod", 2),
        ("lab", 2),
    ]
    assert document["summary"]["clusters"] == 2
    assert document["summary"]["livePools"] == 4


def test_findings_within_a_cluster_do_not_depend_on_other_clusters(program: Program) -> None:
    alone = program("check", "--context", "lab", "-o", "json").document
    both = program("check", "--context", "lab", "--context", "prod", "-o", "json").document

    def within(document: dict[str, object]) -> list[object]:
        items = json.loads(json.dumps(document["items"]))
        found = [each for each in items if each.pop("cluster", "lab") == "lab"]
        for each in found:
            each.get("other", {}).pop("cluster", None)
        return [each for each in found if each["rule"] != "EIP517"]

    assert within(both) == within(alone) != []


def test_an_unreadable_cluster_does_not_hide_the_others(
    program: Program, schema: Draft202012Validator
) -> None:
    people = program(*ONE_GONE, "--context", "lab")
    machines = program(*ONE_GONE, "--context", "lab", "-o", "json")

    assert people.code == machines.code == 3
    assert people.err.startswith("error: cluster gone: ")
    assert people.err.count("\n") == 2
    assert people.out.count("error EIP517") == 2
    assert "4 pools with 4 ranges in 2 of 3 clusters" in people.out
    schema.validate(machines.document)
    gone, *_ = machines.document["groups"]
    assert gone["cluster"] == "gone"
    assert gone["error"]["code"] == 3
    assert machines.document["summary"]["unreadableClusters"] == 1


def test_no_readable_cluster_is_not_reported_as_free_of_problems(
    program: Program, kubeconfig: Path, schema: Draft202012Validator
) -> None:
    content = json.loads(kubeconfig.read_text())
    content["contexts"].append({"name": "also", "context": {"cluster": "also", "user": "any"}})
    content["clusters"].append({"name": "also", "cluster": {"server": "http://127.0.0.1:10"}})
    Path("both-gone").write_text(json.dumps(content))
    command = ("check", "--kubeconfig", "both-gone", "--context", "gone", "--context", "also")

    people = program(*command)
    machines = program(*command, "-o", "json")

    assert (people.code, people.out) == (3, "")
    assert people.err.count("error: cluster ") == 2
    schema.validate(machines.document)


@pytest.mark.parametrize("form", ["github", "gitlab", "junit", "sarif", "markdown", "json"])
def test_every_report_names_the_clusters_and_the_unreadable_one(
    program: Program, form: str
) -> None:
    result = program(*ONE_GONE, "--context", "lab", "--report", form)

    assert result.code == 3
    for each in ("pool edge in cluster lab", "pool edge in cluster prod"):
        assert each in result.out
    unreadable = '"cluster": "gone"' if form == "json" else "cluster gone"
    assert unreadable in result.out or (form == "gitlab" and '"path": "gone"' in result.out)
    if form not in ("json", "junit"):
        # A finding within one cluster has no file that would tell the cluster.
        within = r"cluster lab: range 10.0.0.192/26 of pool side overlaps"
        assert within in result.out


def test_junit_distinguishes_pools_of_the_same_name(program: Program) -> None:
    suites = ElementTree.fromstring(program(*BOTH, "--report", "junit").out)

    suite = next(each for each in suites if each.attrib["name"] == "EIP517 other-cluster")
    assert [(each.attrib["name"], len(each)) for each in suite] == [
        ("prod/edge", 0), ("prod/other", 0), ("lab/edge", 1), ("lab/side", 1),
    ]  # fmt: skip


def test_the_configuration_accepts_intended_overlaps(program: Program) -> None:
    Path(".ippoolctl.yaml").write_text(
        "acceptedOverlaps:\n"
        "- {pools: [prod/*, lab/*], reason: two networks}\n"
        "- {pools: [lab/edge, lab/side], reason: a test}\n"
        "- {pools: [prod/*, gone/*], reason: two networks}\n"
        "accepted:\n"
        "- {rule: EIP209, pool: prod/edge, reason: nothing}\n"
    )

    result = program(*BOTH)

    assert result.code == 0
    assert "3 accepted" in result.out
    assert result.out.count("EIP805") == 1
    assert "the acceptance of EIP209 of pool prod/edge accepts no finding" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--context", "prod", "--context", "prod"], "duplicate context prod"),
        (
            ["--context", "prod", "--context", "again"],
            "contexts prod and again are the same cluster: http://127.0.0.1:",
        ),
        (["--context", "prod", "--context", "lap"], "context 'lap' not found"),
        (
            ["--context", "prod", "--context", "lab", "--server", "http://127.0.0.1:9"],
            "contexts prod and lab are the same cluster: http://127.0.0.1:9",
        ),
        (
            ["--context", "prod", "--context", "lab", "x.yaml"],
            "several --context and PATH cannot be used together",
        ),
        (
            ["--context", "prod", "--context", "lab", "a", "b", "--group-by", "dir"],
            "several --context and --group-by cannot be used together",
        ),
        (["--context", "prod", "--select", "EIP517"], "EIP517 compares several clusters"),
        (["--context", "prod", "--context", "lab", "--fix"], "--fix requires PATH"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    program: Program, arguments: list[str], message: str
) -> None:
    result = program("check", *arguments)

    assert (result.code, result.out) == (2, "")
    first, *hint = result.err.splitlines()
    assert first.startswith(f"error: {message}")
    assert len(hint) == 1


@pytest.mark.parametrize(
    ("arguments", "clusters"),
    [
        (["--context", "gone", "check", "--context", "prod", "--context", "lab"], ["prod", "lab"]),
        (["--context", "prod", "--context", "lab", "check"], ["prod", "lab"]),
        (["--context", "gone", "check", "--context", "lab"], None),
    ],
)
def test_contexts_after_the_command_replace_those_before_it(
    program: Program, arguments: list[str], clusters: list[str] | None
) -> None:
    document = program(*arguments, "--fail-on", "never", "-o", "json").document

    found = document.get("groups")
    assert (found and [each["cluster"] for each in found]) == clusters
    assert document["summary"]["livePools"] == (4 if clusters else 2)


def test_the_context_variable_is_one_name_and_options_replace_it(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPOOLCTL_CONTEXT", "my lab")

    missing = program("check")
    both = program(*BOTH)

    assert (missing.code, both.code) == (2, 1)
    assert "context 'my lab' not found" in missing.err


def test_other_commands_use_the_last_context(program: Program) -> None:
    contexts = ("--context", "prod", "--context", "lab")

    assert program("show", "side", *contexts, "-o", "name").code == 0
    assert program("show", "other", *contexts).code == 1


def test_messages_of_several_clusters_begin_with_the_context(program: Program) -> None:
    result = program(*BOTH, "-v")

    assert "prod: read 2 live pools\n" in result.err
    assert "lab: read 2 live pools\n" in result.err


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("check --context ", ["prod", "lab", "gone", "again"]),
        ("check --context l", ["lab"]),
        ("check --context lab --context ", ["prod", "gone", "again"]),
        ("--context prod check --context lab --context ", ["gone", "again"]),
        ("check --kubeconfig nothing --context ", []),
    ],
)
def test_the_shell_gets_the_contexts_that_are_not_given_yet(words: str, offered: list[str]) -> None:
    typed = f"ippoolctl {words}"
    environment = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}

    result = run(env={"_IPPOOLCTL_COMPLETE": "complete_bash", **environment})

    assert (result.stdout.split(), result.stderr) == (offered, "")


def test_one_cluster_behind_two_addresses_is_a_warning(program: Program, kubeconfig: Path) -> None:
    content = json.loads(kubeconfig.read_text())
    server = content["clusters"][0]["cluster"]["server"].replace("127.0.0.1", "localhost")
    content["clusters"].append({"name": "alias", "cluster": {"server": server}})
    content["contexts"].append({"name": "alias", "context": {"cluster": "alias", "user": "any"}})
    Path("aliased").write_text(json.dumps(content))
    command = ("check", "--kubeconfig", "aliased", "--context", "prod", "--context", "alias")

    result = program(*command)

    assert result.err == (
        "warning: cluster prod and cluster alias have the same pool edge (equal UIDs);"
        " they may be one cluster\n"
    )
    assert result.out.count("error EIP517") == 2
