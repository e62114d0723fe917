"""The directory of a running sandbox: private, removed after a kill; foreign ones stay."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ippoolctl.cli.sandbox.run_directory import RunDirectory, running

KEEPS = """
from ippoolctl.cli.sandbox.run_directory import RunDirectory
directory = RunDirectory()
print(directory.path, flush=True)
input()
"""


pytestmark = pytest.mark.usefixtures("base")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def killed_run(base: Path) -> Path:
    """A directory that a killed process left."""
    with subprocess.Popen(
        [sys.executable, "-c", KEEPS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        assert running() == [path]
        process.send_signal(signal.SIGKILL)
    assert path.parent == base
    return path


def test_files_are_private_and_removed_at_the_end(base: Path) -> None:
    directory = RunDirectory()
    directory.write(directory.path / "kubeconfig", "text")

    assert (mode(base), mode(directory.path)) == (0o700, 0o700)
    assert {mode(each) for each in directory.path.iterdir()} == {0o600}
    assert (directory.path / "kubeconfig").read_text() == "text"
    assert running() == [directory.path]

    directory.remove()

    assert running() == []
    assert [each.name for each in base.iterdir()] == ["lock"]


def test_a_killed_run_is_removed_and_a_running_one_stays(base: Path) -> None:
    left = killed_run(base)
    assert left.exists()
    assert running() == []

    first, second = RunDirectory(), RunDirectory()

    assert not left.exists()
    assert running() == sorted([first.path, second.path])
    first.remove()
    second.remove()


def test_a_link_in_place_of_a_run_is_not_followed(base: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o700)
    (victim / "file").touch()
    base.mkdir(mode=0o700)
    (base / "run-link").symlink_to(victim)
    (base / "run-open").mkdir(mode=0o755)

    RunDirectory().remove()

    assert (victim / "file").exists()
    assert (base / "run-open").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give something away")
def test_a_directory_of_another_user_is_left_alone(base: Path) -> None:
    base.mkdir(mode=0o700)
    (base / "run-other").mkdir(mode=0o700)
    os.chown(base / "run-other", 4711, 4711)

    RunDirectory().remove()

    assert (base / "run-other").exists()
    os.chown(base, 4711, 4711)
    with pytest.raises(PermissionError):
        RunDirectory()


@pytest.mark.parametrize("kind", ["link", "open", "file"])
def test_a_base_directory_that_is_not_private_is_refused(
    base: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        base.symlink_to(tmp_path / "elsewhere")
    elif kind == "open":
        base.mkdir(mode=0o700)
        base.chmod(0o770)
    else:
        base.touch()

    with pytest.raises(OSError, match=r"accessible to other users|File exists"):
        RunDirectory()
    assert running() == []


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere", "open"])
def test_without_a_private_runtime_directory_there_is_one_per_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    named = str(tmp_path / "open") if runtime == "open" else runtime
    monkeypatch.setenv("XDG_RUNTIME_DIR", named)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    directory = RunDirectory()

    assert directory.path.parent == tmp_path / f"ippoolctl-{os.getuid()}"
    directory.remove()


def test_a_file_outside_the_directory_is_overwritten_only_if_a_sandbox_wrote_it(
    tmp_path: Path,
) -> None:
    path, link = tmp_path / "config", tmp_path / "link"
    path.write_text("theirs")
    link.symlink_to(path)
    directory = RunDirectory()

    for each in (path, link):
        with pytest.raises(FileExistsError):
            directory.write(each, "ours")

    assert path.read_text() == "theirs"
    path.unlink()
    directory.write(path, "ours")
    assert (mode(path), path.read_text().splitlines()[1]) == (0o600, "ours")
    other = RunDirectory()
    with pytest.raises(FileExistsError):
        other.write(path, "of another one that runs")
    other.remove()
    directory.remove()
    assert not path.exists()


def test_a_file_outside_the_directory_is_removed_with_a_killed_run(
    base: Path, tmp_path: Path
) -> None:
    left, path = killed_run(base), tmp_path / "config"
    (left / "elsewhere").write_text(str(path))
    path.write_text(f"# A sandbox of ippoolctl ({left.name}); it goes when the sandbox stops.\n")

    RunDirectory().remove()

    assert not path.exists()


def test_a_replaced_file_outside_the_directory_stays(tmp_path: Path) -> None:
    path, directory = tmp_path / "config", RunDirectory()
    directory.write(path, "ours")
    path.write_text("theirs")

    directory.remove()

    assert path.read_text() == "theirs"
