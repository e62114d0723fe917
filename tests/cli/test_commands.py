"""``verdict``, ``create --dry-run client``, ``suggest``, ``diff``, ``version``, ``completion``."""

from pathlib import Path
from typing import Any

import pytest

from ippoolctl import __version__
from ippoolctl.cli.app import COMMANDS as COMMAND_TABLE
from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import ROOT
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, Result, run


@pytest.mark.usefixtures("conflict")
def test_verdict_names_the_sentence_of_the_release(program: Program) -> None:
    new = program("verdict", "lab.yaml", "--against", "edge.yaml", "-o", "json")
    old = program("verdict", "lab.yaml", "--against", "edge.yaml", "--antrea", "2.4.2")

    assert new.code == old.code == 4
    (item,) = new.document["items"]
    overlap = "range [10.0.0.250-10.0.1.9] overlaps with range [10.0.0.0/24] of"
    assert item["reasons"] == [
        {
            "rule": "EIP209",
            "message": f"{overlap} ExternalIPPool edge",
            "field": "spec.ipRanges[1]",
            "nameable": True,
        }
    ]
    assert (item["operation"], item["admitted"], item["stage"]) == ("create", False, "webhook")
    assert f"{overlap} pool edge (EIP209)" in old.out


@pytest.mark.usefixtures("conflict")
def test_an_admitted_pool_counts_for_the_next(program: Program) -> None:
    result = program("verdict", "edge.yaml", "lab.yaml")

    assert result.code == 4
    assert result.out.splitlines()[:3] == [
        "POOL   OPERATION   ANSWER     TOTAL   USABLE",
        "edge   create      admitted   254     254",
        "lab    create      refused    -       -",
    ]


def test_a_pool_that_exists_is_updated(program: Program, conflict: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("10.0.0.0/24", "10.0.0.1/24")
    (conflict / "changed.yaml").write_text(text, encoding="utf-8")

    result = program("verdict", "changed.yaml", "--against", "edge.yaml", "-o", "json")

    (item,) = result.document["items"]
    assert (item["operation"], item["code"], result.code) == ("update", 400, 4)
    assert [each["rule"] for each in item["reasons"]] == ["EIP210"]


@pytest.mark.usefixtures("here")
def test_a_hazard_is_admitted_and_said(program: Program) -> None:
    arguments = ["--range", "2001:DB8::1-2001:DB8::9", "--dry-run", "client"]

    people = program("create", "p", *arguments)
    machines = program("create", "p", *arguments, "-o", "json")

    (item,) = machines.document["items"]
    assert people.code == machines.code == 0
    assert "not detected by Antrea" in people.out
    assert (item["admitted"], item["total"], item["usable"]) == (True, None, 9)
    assert [each["rule"] for each in item["hazards"]] == ["EIP302"]


@pytest.mark.usefixtures("conflict")
def test_create_from_a_file_is_the_same_document_as_verdict(program: Program) -> None:
    created = program("create", "-f", "lab.yaml", "--dry-run", "client", "-o", "yaml")
    judged = program("verdict", "lab.yaml", "-o", "yaml")

    assert created == judged
    assert created.code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["p", "--range", "10.0.0.0/28"], 3),
        (["p", "--dry-run", "client"], 2),
        (["--dry-run", "client"], 2),
        (["p", "-f", "x.yaml", "--dry-run", "client"], 2),
        (["p", "--range", "10.0.0.0/28", "--dry-run", "maybe"], 2),
        (["p", "--range", "10.0.0.0/28,10.0.0.0/29", "--dry-run", "client"], 4),
        (["P", "--range", "10.0.0.0/28", "--dry-run", "client"], 4),
        (["p", "--range", "blah", "--dry-run", "client"], 2),
        (["p", "--range", "010.0.0.0/28", "--dry-run", "client"], 4),
        (["p", "--range", "10.0.0.5", "--dry-run", "client"], 0),
    ],
)
@pytest.mark.usefixtures("here")
def test_exit_codes_of_create(program: Program, arguments: list[str], code: int) -> None:
    assert program("create", *arguments).code == code


@pytest.mark.usefixtures("conflict")
def test_suggest_keeps_away_from_every_span(program: Program) -> None:
    found = program("suggest", "--ips", "14", "--within", "10.0.0.0/22", ".", "-o", "ranges")
    kept = program(
        "suggest", "--ips", "3", "--within", "10.0.0.0/22", ".", "--exclude", "10.0.1.10-10.0.1.20",
        "-o", "cidrs", "--count", "2",
    )  # fmt: skip

    assert found == Result(0, "10.0.1.16/28\n", "")
    assert kept.out.splitlines() == ["10.0.1.24/29", "10.0.1.32/29"]


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--ips", "14", "."], 2),
        (["--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--prefix", "28", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0/16", "."], 2),
        (["--ips", "0", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16", "--exclude", "x", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16"], 3),
        (["--prefix", "24", "--within", "10.0.0.0/24", "."], 1),
        (["--prefix", "64", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16", "nowhere.yaml"], 2),
        (["--ips", "200", "--count", "2", "--within", "10.0.1.0/24", "."], 1),
    ],
)
def test_exit_codes_of_suggest(program: Program, arguments: list[str], code: int) -> None:
    assert program("suggest", *arguments).code == code


def diffed(program: Program, here: Path, before: str, after: str, *arguments: str) -> Result:
    (here / "before.yaml").write_text(before, encoding="utf-8")
    (here / "after.yaml").write_text(after, encoding="utf-8")
    return program("diff", "after.yaml", "--against", "before.yaml", *arguments)


def test_the_same_pools_differ_in_nothing(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, "# moved\n" + text)

    assert (result.code, result.out) == (0, "")


def test_the_same_addresses_in_other_words_are_said_to_be_refused(
    program: Program, here: Path
) -> None:
    before = CONFLICT["edge.yaml"]
    after = before.replace("cidr: 10.0.0.0/24", "cidr: 10.0.0.1/24")

    result = diffed(program, here, before, after)

    assert result.code == 1
    assert (
        result.out
        == """\
pool edge: changed
    same addresses, spelled differently
    Antrea will deny this update: existing IPRanges [10.0.0.0/24] cannot be updated or deleted
--- before/edge
+++ after/edge
@@ -4,5 +4,5 @@
   name: edge
 spec:
   ipRanges:
-  - cidr: 10.0.0.0/24
+  - cidr: 10.0.0.1/24
   nodeSelector: {}
"""
    )


def test_addresses_gained_and_lost_are_counted(program: Program, here: Path) -> None:
    before = CONFLICT["edge.yaml"] + "---\n" + CONFLICT["lab.yaml"]
    after = CONFLICT["edge.yaml"].replace(
        "- cidr: 10.0.0.0/24", "- cidr: 10.0.0.0/25\n  - cidr: fd00::/64"
    )

    result = diffed(program, here, before, after, "-o", "json")

    edge, lab = result.document["items"]
    assert result.code == 1
    assert (edge["change"], edge["effect"]) == ("changed", "replaced")
    assert (edge["addressesGained"], edge["addressesLost"]) == (str(2**64), "128")
    assert (lab["change"], lab["addressesLost"]) == ("removed", "32")
    assert "-  - cidr: 10.0.0.0/24" in result.document["unified"]


def test_exit_zero_is_for_differences_only(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    assert diffed(program, here, text, CONFLICT["lab.yaml"], "--exit-zero").code == 0
    assert diffed(program, here, text, "a: [", "--exit-zero").code == 2
    assert program("diff", "before.yaml", "--exit-zero").code == 3


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_version(program: Program, arguments: list[str]) -> None:
    assert program(*arguments) == Result(0, f"ippoolctl {__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_files_are_what_the_program_prints(program: Program, shell: str) -> None:
    result = program("completion", shell)

    assert (result.code, result.err) == (0, "")
    assert "_IPPOOLCTL_COMPLETE" in result.out
    stored = ROOT / "completions" / f"ippoolctl.{shell}"
    assert result.out == stored.read_text(encoding="utf-8")


def test_the_shell_gets_the_names_of_commands_and_options() -> None:
    environment = {"_IPPOOLCTL_COMPLETE": "complete_bash", "COMP_CWORD": "1"}

    commands = run(env={**environment, "COMP_WORDS": "ippoolctl "}).stdout.split()
    begun = run(env={**environment, "COMP_WORDS": "ippoolctl ver"}).stdout.split()

    assert commands == list(COMMAND_TABLE)
    assert begun == ["verdict", "version"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("check --fail-on w", ["warning"]),
        ("check --select EIP30", ["EIP301", "EIP302", "EIP304", "EIP305", "EIP306"]),
        ("check -o ", ["table", "json", "yaml"]),
        ("create --dry-run ", ["none", "client", "server"]),
        ("completion ", ["bash", "zsh", "fish", "powershell"]),
        ("--antrea 2", ["2.4.2", "2.7"]),
    ],
)
def test_the_shell_gets_the_values_of_options(words: str, offered: list[str]) -> None:
    typed = f"ippoolctl {words}"
    environment = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}

    result = run(env={"_IPPOOLCTL_COMPLETE": "complete_bash", **environment})

    assert result.stdout.split() == offered


def test_an_unknown_shell(program: Program) -> None:
    assert program("completion", "tcsh").code == 2


COMMANDS: list[list[str]] = [
    ["check", "edge.yaml", "lab.yaml", "broken.yaml"],
    ["check", "good.yaml"],
    ["check"],
    ["check", "--nonsense"],
    ["verdict", "edge.yaml", "lab.yaml"],
    ["verdict", "broken.yaml"],
    ["suggest", "--ips", "14", "--within", "fd00::/64", "edge.yaml"],
    ["create", "p", "--range", "::ffff:a00:1-::ffff:a00:9", "--dry-run", "client"],
    ["create", "p", "--range", "10.0.0.0/28"],
    ["diff", "edge.yaml", "--against", "lab.yaml"],
    ["diff", "edge.yaml", "--against", "edge.yaml"],
    ["version"],
    ["nonsense"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_document_fits_the_published_schema(
    program: Program, conflict: Path, arguments: list[str], schema: Any
) -> None:
    (conflict / "broken.yaml").write_text("a: [b\n---\n5\n", encoding="utf-8")
    (conflict / "good.yaml").write_text(CONFLICT["edge.yaml"], encoding="utf-8")

    as_json = program(*arguments, "-o", "json")
    as_yaml = program(*arguments, "--output=yaml")

    schema.validate(as_json.document)
    assert read_yaml(as_yaml.out) == [as_json.document]
    assert as_json.code == as_yaml.code
    assert as_json.document.get("code", as_json.code) == as_json.code


@pytest.mark.usefixtures("conflict")
def test_creating_a_name_that_exists_is_refused_in_the_end(program: Program) -> None:
    arguments = ["--dry-run", "client", "--against", "edge.yaml", "-o", "json"]

    same = program("create", "edge", "--range", "10.9.0.0/28", *arguments)
    overlap = program("create", "-f", "lab.yaml", *arguments)

    (item,) = same.document["items"]
    assert same.code == overlap.code == 4
    assert (item["operation"], item["stage"], item["code"]) == ("create", "storage", 409)
    assert item["reasons"][0]["message"] == 'externalippools.crd.antrea.io "edge" already exists'


@pytest.mark.usefixtures("conflict")
def test_on_1_15_the_overlap_that_antrea_admits_is_a_hazard(program: Program) -> None:
    result = program("verdict", "edge.yaml", "lab.yaml", "--antrea", "1.15", "-o", "json")

    edge, lab = result.document["items"]
    assert result.code == 0
    assert (edge["hazards"], lab["admitted"]) == ([], True)
    assert [each["rule"] for each in lab["hazards"]] == ["EIP306"]


@pytest.mark.usefixtures("conflict")
def test_there_is_no_answer_where_what_exists_cannot_be_read(program: Program) -> None:
    result = program("verdict", "lab.yaml", "--against", "nowhere.yaml", "-o", "json")

    assert result.code == 2
    assert result.document["kind"] == "Error"
    assert result.err.startswith("error: nowhere.yaml: no such file or directory")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ["verdict", "diff"])
def test_standard_input_is_not_read_twice(program: Program, command: str) -> None:
    result = run(command, "-", "--against", "-", input=CONFLICT["edge.yaml"])

    assert result.returncode == 2
    assert result.stderr.startswith("error: `-` can be used once")


def test_a_name_that_stands_twice_is_warned_about_in_a_diff(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, f"{text}---\n{text}")

    assert "warning: pool edge is defined twice; the last one counts" in result.err


@pytest.mark.usefixtures("conflict")
def test_a_pool_that_cannot_be_read_is_warned_about(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("cidr:", "cidrs:")
    (here / "typo.yaml").write_text(text, encoding="utf-8")

    result = program("suggest", "--ips", "5", "--within", "10.0.0.0/24", "typo.yaml")

    assert result.code == 0
    assert "warning: pool edge is invalid; its unreadable ranges are ignored" in result.err


def test_a_new_pool_that_antrea_will_refuse_is_marked_in_a_diff(
    program: Program, here: Path
) -> None:
    result = diffed(program, here, CONFLICT["edge.yaml"], "---\n".join(CONFLICT.values()))

    assert "Antrea will deny this pool: range [10.0.0.250-10.0.1.9] overlaps" in result.out


@pytest.mark.usefixtures("conflict")
def test_a_release_that_nobody_has_looked_at_is_warned_about(program: Program) -> None:
    result = program("verdict", "edge.yaml", "--antrea", "9.9")

    assert "warning: Antrea 9.9.0 is newer than 2.7.0; using the rules of 2.7.0" in result.err
    assert (
        result.out.splitlines()[-1]
        == "Antrea 9.9.0 admits 1 of 1 pool without existing pools (add them with --against)"
    )
