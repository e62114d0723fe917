"""``check --fix``: the changed files, the exit code, the diff, and refused fixes."""

import errno
import os
from pathlib import Path

import pytest

from ippoolctl.cli.files.fixes import FileFixes
from tests.cli.program import Program

TEXT = """\
# a pool
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: lab}
spec:
  ipRanges:
  - cidr: fd00::77/128  # é
  - start: FD00::1
    stop: FD00::9
  nodeSelector: {}
"""
FIXED = (
    TEXT.replace("cidr: fd00::77/128", "start: fd00::77\n    end: fd00::77")
    .replace("stop: FD00::9", "end: fd00::9")
    .replace("FD00::1", "fd00::1")
)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_is_fixed_and_checked_again(program: Program, file: Path) -> None:
    first = program("check", "a.yaml", "--fix")
    again = program("check", "a.yaml", "--fix")

    assert file.read_text(encoding="utf-8") == FIXED
    assert first.code == again.code == 0
    assert first.out.startswith("a.yaml:7:5: fixed EIP402: fd00::77/128 -> fd00::77-fd00::77\n")
    assert "a.yaml:9:5: fixed EIP109: stop -> end\n" in first.out
    assert "a.yaml:9:5: fixed EIP302: FD00::1-FD00::9 -> fd00::1-fd00::9\n" in first.out
    assert again.out.startswith("no findings in 1 pool")


def test_a_dry_run_prints_a_diff_and_writes_nothing(program: Program, file: Path) -> None:
    result = program("check", "a.yaml", "--fix", "--dry-run", "client")

    assert result.code == 0
    assert file.read_text(encoding="utf-8") == TEXT
    assert result.out == (
        "--- a.yaml\n+++ a.yaml\n@@ -4,7 +4,8 @@\n metadata: {name: lab}\n spec:\n   ipRanges:\n"
        "-  - cidr: fd00::77/128  # é\n-  - start: FD00::1\n-    stop: FD00::9\n"
        "+  - start: fd00::77\n+    end: fd00::77  # é\n+  - start: fd00::1\n+    end: fd00::9\n"
        "   nodeSelector: {}\n"
    )
    assert result.err == "would fix 3 findings in 1 file\n"


def patched(text: str, diff: str) -> str:
    """The text after a unified diff of one file, as ``patch -p0`` applies it."""
    before, after, position = text.splitlines(keepends=True), list[str](), 0
    rows = diff.replace("\n\\ No newline at end of file\n", "").splitlines(keepends=True)
    for row in rows[2:]:
        kind, rest = row[0], row[1:]
        if kind == "@":
            start = int(row.split()[1].partition(",")[0][1:]) - 1
            after += before[position:start]
            position = start
            continue
        if kind in " -":
            assert before[position] == rest
            position += 1
        if kind in " +":
            after.append(rest)
    return "".join([*after, *before[position:]])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False], ids=["", "no newline at the end"])
def test_patch_accepts_the_diff(program: Program, file: Path, newline: str, end: bool) -> None:
    before, after = (
        f"{text}  # a\tb  \n  # c".replace("\n", newline) + newline * end for text in (TEXT, FIXED)
    )
    file.write_bytes(before.encode())

    diff = program("check", "a.yaml", "--fix", "--dry-run", "client").out

    assert patched(before, diff) == after
    assert diff.startswith("--- a.yaml\n+++ a.yaml\n@@")
    assert diff.endswith("\n" if end else "\n   # c\n\\ No newline at end of file\n")


def test_the_exit_code_is_that_of_what_is_left(program: Program, file: Path) -> None:
    file.write_text(TEXT.replace("  nodeSelector: {}\n", ""), encoding="utf-8")

    result = program("check", "a.yaml", "--fix", "-o", "json")

    assert result.code == 1
    assert [each["rule"] for each in result.document["items"]] == ["EIP101"]
    fixes = result.document["fixes"]
    assert {(each["rule"], each["fixed"]) for each in fixes} >= {("EIP109", True)}
    assert file.read_text(encoding="utf-8") == FIXED.replace("  nodeSelector: {}\n", "")


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-8", b"")]
)
def test_encoding_line_ends_permissions_and_links_stay(
    program: Program, file: Path, encoding: str, mark: bytes
) -> None:
    def data(text: str) -> bytes:
        return mark + text.replace("\n", "\r\n").rstrip().encode(encoding)

    target = file.with_name("target.yaml")
    target.write_bytes(data(TEXT))
    target.chmod(0o640)
    file.unlink()
    file.symlink_to(target)

    assert program("check", "a.yaml", "--fix").code == 0

    assert target.read_bytes() == data(FIXED)
    assert target.stat().st_mode & 0o777 == 0o640
    assert file.is_symlink()
    assert sorted(each.name for each in file.parent.iterdir()) == ["a.yaml", "target.yaml"]


def test_the_text_of_a_live_range_is_not_changed(program: Program, file: Path) -> None:
    file.write_text(TEXT.replace("stop: FD00::9", "end: FD00::9"), encoding="utf-8")
    file.with_name("live.yaml").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    before = file.read_bytes()

    result = program("check", "a.yaml", "--fix", "--against", "live.yaml", "--ignore", "EIP4")
    document = program(
        "check", "a.yaml", "--fix", "--against", "live.yaml", "--ignore", "EIP4", "-o", "json"
    ).document

    assert result.code == 1
    assert file.read_bytes() == before
    assert result.err == (
        "warning: a.yaml:8:5: EIP302 not fixed: the live pool lab has this range; an update cannot"
        " change its text (EIP210)\n"
    )
    assert [(each["fixed"], each["old"]) for each in document["fixes"]] == [
        (False, "FD00::1-FD00::9")
    ]


def test_only_one_of_two_exclusive_fixes_is_made(program: Program, file: Path) -> None:
    file.write_text(TEXT.replace("    stop:", "    to: FD00::9\n    stop:"), encoding="utf-8")

    result = program("check", "a.yaml", "--fix")

    assert "a.yaml:9:5: fixed EIP109: to -> end\n" in result.out
    assert result.err == (
        "warning: a.yaml:11:5: EIP109 not fixed: conflicts with another fix, or a field of this"
        " name exists; edit the file manually\n"
    )
    assert file.read_text(encoding="utf-8") == FIXED.replace(
        "    end: fd00::9", "    end: fd00::9\n    stop: FD00::9"
    )


def test_an_accepted_finding_is_not_fixed(program: Program, file: Path) -> None:
    text = TEXT.replace("# é", '# ippoolctl: ignore=EIP402 reason="kept"')
    file.write_text(text, encoding="utf-8")

    assert program("check", "a.yaml", "--fix").code == 0

    assert "cidr: fd00::77/128" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fix"], "--fix requires PATH"),
        (["-", "--fix"], "--fix cannot change standard input"),
        (["a.yaml", "--dry-run", "client"], "--dry-run requires --fix"),
        (["a.yaml", "--fix", "--dry-run", "server"], "--dry-run server"),
    ],
)
def test_an_impossible_fix_is_code_2(program: Program, arguments: list[str], message: str) -> None:
    result = program("check", *arguments)

    assert result.code == 2
    assert message in result.err


def test_a_full_disk_leaves_the_file_and_nothing_else(
    program: Program, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = program("check", "a.yaml", "--fix")

    assert result.code == 2
    assert result.err.startswith("error: cannot write a.yaml: no space left on device\nhint: ")
    assert file.read_text(encoding="utf-8") == TEXT
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_changes_meanwhile_is_left_alone(
    program: Program, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = FileFixes.write

    def change_and_write(fixes: FileFixes) -> None:
        file.write_text("# new\n" + TEXT, encoding="utf-8")
        write(fixes)

    monkeypatch.setattr(FileFixes, "write", change_and_write)
    result = program("check", "a.yaml", "--fix")

    assert result.code == 2
    assert result.err.startswith("error: a.yaml was changed meanwhile; it was not fixed\n")
    assert file.read_text(encoding="utf-8") == "# new\n" + TEXT


@pytest.mark.parametrize("fields", ["ip: 10.0.0.1", "network: 10.0.0.0, prefix: 24"])
def test_a_field_whose_value_is_no_cidr_is_not_renamed_to_cidr(
    program: Program, here: Path, fields: str
) -> None:
    text = (
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata: {name: a}\n"
        f"spec: {{ipRanges: [{{{fields}}}], nodeSelector: {{}}}}\n"
    )
    (here / "a.yaml").write_text(text, encoding="utf-8")

    assert program("check", "a.yaml", "--fix").code == 1
    assert (here / "a.yaml").read_text(encoding="utf-8") == text
