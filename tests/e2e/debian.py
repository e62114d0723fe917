"""Packages of Debian, unpacked into a directory: nothing is installed, and no root is needed.

apt reads the sources and the installed packages of the machine, but works on lists and a cache of
its own. The version is the current one of the archive, which keeps no older one after a security
fix; apt checks its signatures.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.build import BuildError, cache_directory

SECONDS = 300


def unpacked(name: str, *packages: str, program: str) -> Path:
    """The directory ``name`` of the build cache with these packages and those that they need and
    the machine does not have; ``program`` is a file that must be there.
    """
    root = cache_directory() / name
    if not (root / program).is_file():
        _download(root, packages, program)
    return root


def _download(root: Path, packages: tuple[str, ...], program: str) -> None:
    listed = " and ".join(packages)
    for needed in ("apt-get", "dpkg-deb"):
        if shutil.which(needed) is None:
            raise BuildError(
                f"END-TO-END TESTS CANNOT RUN: no `{needed}` in PATH to download {listed} of"
                f" Debian; install {Path(program).name}"
            )
    print(f"downloading {listed}", file=sys.stderr)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".packages-") as directory:
        work = Path(directory)
        for each in ("state/lists/partial", "cache/archives/partial", "packages", "root"):
            (work / each).mkdir(parents=True)
        apt = ("apt-get", "-q", *_own_state(work))
        _run(work, *apt, "update")
        planned = _run(work, *apt, "-s", "--no-install-recommends", "install", *packages)
        missing = {row.split()[1] for row in planned.splitlines() if row.startswith("Inst ")}
        _run(work / "packages", *apt, "download", *sorted({*missing, *packages}))
        for package in sorted((work / "packages").glob("*.deb")):
            _run(work, "dpkg-deb", "-x", str(package), str(work / "root"))
        if not (work / "root" / program).is_file():
            raise BuildError(f"END-TO-END TESTS CANNOT RUN: {listed} of Debian has no {program}")
        # Only a whole tree gets the final name; another run may have been faster.
        shutil.rmtree(root, ignore_errors=True)
        (work / "root").replace(root)


def _own_state(work: Path) -> list[str]:
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
        raise BuildError(f"END-TO-END TESTS CANNOT RUN: {command[0]} took too long") from None
    if done.returncode:
        end = " | ".join(done.stderr.strip().splitlines()[-3:])
        raise BuildError(f"END-TO-END TESTS CANNOT RUN: {command[0]} failed: {end}")
    return done.stdout
