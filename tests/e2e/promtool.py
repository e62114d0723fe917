"""The ``promtool`` of Prometheus, out of its Debian package unless it is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.e2e.build import BuildError, cache_directory

PACKAGE = "prometheus"
MEMBER = "usr/bin/promtool"


def promtool() -> Path:
    """The program. It is downloaded once, without installing the package."""
    installed = shutil.which("promtool")
    if installed is not None:
        return Path(installed)
    kept = cache_directory() / "promtool"
    if not kept.is_file():
        _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as directory:
        for command in (
            ["apt-get", "download", "-qq", PACKAGE],
            ["sh", "-c", f"dpkg-deb -x {PACKAGE}_*.deb ."],
        ):
            try:
                done = subprocess.run(
                    command, cwd=directory, capture_output=True, text=True, check=False
                )
            except FileNotFoundError:
                raise _missing(f"no `{command[0]}` in PATH") from None
            if done.returncode:
                raise _missing(done.stderr.strip().splitlines()[-1])
        unfinished = Path(directory) / MEMBER
        unfinished.replace(f"{kept}.{os.getpid()}")
    Path(f"{kept}.{os.getpid()}").replace(kept)


def _missing(why: str) -> BuildError:
    return BuildError(
        f"END-TO-END TESTS CANNOT RUN: no `promtool` in PATH, nor in Debian's packages: {why}"
    )
