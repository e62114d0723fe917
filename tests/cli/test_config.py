"""The configuration file: its location, its content, its permissions."""

from pathlib import Path

import pytest

from tests.cli.program import Program

ACCEPTED = """\
acceptedOverlaps:
- pools: [lab, edge]
  reason: two VPCs that never meet
  expires: {expires}
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_accepted_overlap_is_shown_and_does_not_count(program: Program, conflict: Path) -> None:
    write(conflict / ".ippoolctl.yaml", ACCEPTED.format(expires="2999-12-31"))

    people = program("check", ".")
    machines = program("check", ".", "-o", "json")

    assert people.code == machines.code == 0
    assert "accepted: two VPCs that never meet, until 2999-12-31" in people.out
    assert "1 accepted in 2 pools with 3 ranges in 2 files" in people.out
    (finding,) = machines.document["items"]
    assert finding["accepted"] == {"reason": "two VPCs that never meet", "expires": "2999-12-31"}


def test_an_expired_acceptance_accepts_nothing(program: Program, conflict: Path) -> None:
    write(conflict / ".ippoolctl.yaml", ACCEPTED.format(expires="2001-01-01"))

    result = program("check", ".")

    assert result.code == 1
    message = "the acceptance of overlaps between pools edge and lab expired on 2001-01-01"
    assert f".ippoolctl.yaml:2:3: warning EIP805: {message}" in result.out


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{rule: EIP209, pool: lab, reason: x}", 0),
        ("{rule: EIP209, pool: edge, reason: x, expires: 2999-12-31}", 0),
        ("{rule: EIP209, pools: [lab, edge], reason: x}", 0),
        ("{rule: EIP209, pools: [lab, other], reason: x}", 1),
        ("{rule: EIP208, pool: lab, reason: x}", 1),
        ("{rule: EIP209, pool: lab, reason: x, expires: 2001-01-01}", 1),
    ],
)
def test_findings_of_a_rule_are_accepted_for_a_pool_or_between_two(
    program: Program, conflict: Path, entry: str, code: int
) -> None:
    write(conflict / ".ippoolctl.yaml", f"accepted: [{entry}]\n")

    result = program("check", ".", "-o", "json")

    assert result.code == code
    assert result.document["summary"]["accepted"] == 1 - code


def test_a_rule_that_does_not_exist_cannot_be_accepted(program: Program, conflict: Path) -> None:
    write(conflict / ".ippoolctl.yaml", "accepted: [{rule: EIP999, pool: a, reason: x}]\n")

    result = program("check", ".")

    assert result.code == 2
    assert result.err.startswith("error: unknown rule: EIP999\nhint: ")


def test_supernets_and_exclusions_are_those_of_the_file_and_options_come_first(
    program: Program, conflict: Path
) -> None:
    write(conflict / ".ippoolctl.yaml", "supernets: [10.9.0.0/24]\nexclude: 10.9.0.0/28\n")

    found = program("suggest", "--prefix", "28", ".", "-o", "ranges")
    told = program("suggest", "--prefix", "28", "--within", "10.8.0.0/16", ".", "-o", "ranges")

    assert found.out == "10.9.0.16/28\n"
    assert told.out == "10.8.0.0/28\n"


def test_rules_are_chosen_by_the_file_and_options_come_first(
    program: Program, conflict: Path
) -> None:
    write(conflict / ".ippoolctl.yaml", "select: [EIP3]\nignore: [EIP306]\n")

    assert program("check", ".").code == 0
    assert program("check", ".", "--select", "EIP209").code == 1


def test_the_nearest_file_up_to_the_git_root_counts(
    program: Program, conflict: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(conflict.parent / ".ippoolctl.yaml", "nonsense: outside of the repository\n")
    (conflict / ".git").mkdir()
    write(conflict / ".ippoolctl.yaml", "ignore: [EIP2, EIP3]\n")
    below = conflict / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert program("check", "../..").code == 0


def test_the_user_configuration_file_applies(
    program: Program, conflict: Path, tmp_path: Path
) -> None:
    write(tmp_path / ".config" / "ippoolctl" / "config.yaml", "ignore: [EIP2, EIP3]\n")

    assert program("check", str(conflict)).code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server: https://example.com\n", "unknown key 'server'"),
        ("token: abc\n", "unknown key 'token'"),
        ("nearlyFull: 0\n", "nearlyFull is not a percentage: 0"),
        ("nearlyFull: 90%\n", "nearlyFull is not a percentage: '90%'"),
        ("- a\n", "is not a mapping"),
        ("ignore: [5]\n", "ignore must be a list of strings"),
        ("ignore: [EIP999]\n", "unknown rule: EIP999"),
        ("accepted: [{rule: EIP209, reason: x}]\n", "invalid accepted entry"),
        ("accepted: [{rule: EIP209, pool: a}]\n", "invalid accepted entry"),
        (
            "accepted: [{rule: EIP209, pool: a, pools: [a, b], reason: x}]\n",
            "invalid accepted entry",
        ),
        ("accepted: [{pools: [a, b], reason: x}]\n", "invalid accepted entry"),
        ("accepted: [{rule: EIP2, pool: a, reason: x}]\n", "invalid rule: 'EIP2'"),
        ("accepted: {rule: EIP209, pool: a, reason: x, expires: 1}\n", "invalid date: 1"),
        (
            "acceptedOverlaps: [{rule: EIP209, pools: [a, b], reason: x}]\n",
            "invalid acceptedOverlaps entry",
        ),
        ("acceptedOverlaps: [{pools: [a], reason: x}]\n", "invalid acceptedOverlaps entry"),
        ("acceptedOverlaps: [{pools: [a, b]}]\n", "invalid acceptedOverlaps entry"),
        (
            "acceptedOverlaps: [{pools: [a, b], reason: x, expiry: 2020-01-01}]\n",
            "invalid acceptedOverlaps entry",
        ),
        ("acceptedOverlaps: [{pools: [a, b], reason: x, expires: soon}]\n", "invalid date: 'soon'"),
        ("a: [b\n", ".ippoolctl.yaml:1:4: "),
    ],
)
def test_a_wrong_file_is_one_error_and_code_2(
    program: Program, conflict: Path, text: str, words: str
) -> None:
    write(conflict / ".ippoolctl.yaml", text)

    result = program("check", ".", "-q")

    assert result.code == 2
    assert words in result.err.splitlines()[0]
    assert len(result.err.splitlines()) == 2


@pytest.mark.parametrize("path", ["-", "no*.yaml", "."])
def test_config_accepts_one_file_only(program: Program, conflict: Path, path: str) -> None:
    result = program("check", str(conflict), "--config", path)

    assert result.code == 2
    assert len(result.err.splitlines()) == 2


def test_a_home_that_cannot_be_read_has_no_configuration(
    program: Program, conflict: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)

    assert program("check", str(conflict)).code == 1


def test_an_invalid_configuration_fails_only_commands_that_read_it(
    program: Program, conflict: Path
) -> None:
    write(conflict / ".ippoolctl.yaml", "nonsense: 1\n")

    assert program("completion", "bash").code == 0
    assert program("verdict", "edge.yaml").code == 0
    assert program("check", "edge.yaml").code == 2


def test_a_file_that_every_user_can_write_is_refused_and_one_of_the_group_is_not(
    program: Program, conflict: Path
) -> None:
    file = write(conflict / ".ippoolctl.yaml", "ignore: [EIP2]\n")
    file.chmod(0o666)
    refused = program("check", ".")
    file.chmod(0o664)
    accepted = program("check", ".")

    assert (refused.code, accepted.code) == (2, 0)
    assert "is owned by another user or writable by every user\nhint: run chown and chmod o-w" in (
        refused.err
    )


def test_a_named_file_must_exist(program: Program, conflict: Path) -> None:
    result = program("check", str(conflict), "--config", "nowhere.yaml")

    assert result.code == 2
    assert "nowhere.yaml: no such file or directory" in result.err
