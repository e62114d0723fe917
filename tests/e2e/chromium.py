"""Debian's Chromium without a window, for the tests of pages; unpacked into the build cache.

python -m tests.e2e.chromium    prints the path of the program

No root is needed: apt works on lists and a cache of its own, and nothing is installed. The version
is the current one of the archive, which keeps no older one after a security fix; apt checks its
signatures. A Chromium in PATH is taken first.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.e2e.build import BuildError, cache_directory

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = Path("usr/lib/chromium/chromium-headless-shell")
SECONDS = 300


class Chromium(NamedTuple):
    """A browser and the directories of its libraries."""

    program: Path
    libraries: tuple[Path, ...] = ()


def chromium() -> Chromium:
    """The browser, downloaded if need be: 100 MB the first time, then at once."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    root = cache_directory() / f"chromium-{_debian()}-{platform.machine()}"
    if not (root / PROGRAM).is_file():
        _download(root)
    libraries = root / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    return Chromium(root / PROGRAM, (libraries, libraries / "pulseaudio"))


def _debian() -> str:
    try:
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "unknown")
    except OSError:
        return "unknown"


def _download(root: Path) -> None:
    for needed in ("apt-get", "dpkg-deb"):
        if shutil.which(needed) is None:
            raise BuildError(
                "TESTS OF PAGES CANNOT RUN: no Chromium in PATH, and no"
                f" `{needed}` to download one; install chromium"
            )
    print("downloading Chromium", file=sys.stderr)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".chromium-") as name:
        work = Path(name)
        for each in ("state/lists/partial", "cache/archives/partial", "packages", "root"):
            (work / each).mkdir(parents=True)
        _run(work, "apt-get", *_own_state(work), "-q", "update")
        install = ("-q", "-s", "--no-install-recommends", "install", *PACKAGES)
        planned = _run(work, "apt-get", *_own_state(work), *install)
        names = [row.split()[1] for row in planned.splitlines() if row.startswith("Inst ")]
        _run(work / "packages", "apt-get", *_own_state(work), "-q", "download", *names)
        for package in sorted((work / "packages").glob("*.deb")):
            _run(work, "dpkg-deb", "-x", str(package), str(work / "root"))
        if not (work / "root" / PROGRAM).is_file():
            raise BuildError(f"TESTS OF PAGES CANNOT RUN: the packages of Debian have no {PROGRAM}")
        # Only a whole tree gets the final name; another run may have been faster.
        shutil.rmtree(root, ignore_errors=True)
        (work / "root").replace(root)


def _own_state(work: Path) -> list[str]:
    """Options with which apt reads the sources and the packages of the machine, and writes only
    below the directory.
    """
    options = {
        "Dir::State": work / "state",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": work / "cache",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "root",
    }
    return [part for key, value in options.items() for part in ("-o", f"{key}={value}")]


def _run(directory: Path, *command: str) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"TESTS OF PAGES CANNOT RUN: {command[0]} took too long") from None
    if done.returncode:
        end = " | ".join(done.stderr.strip().splitlines()[-3:])
        raise BuildError(f"TESTS OF PAGES CANNOT RUN: {command[0]} failed: {end}")
    return done.stdout


def main() -> int:
    try:
        print(chromium().program)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
