"""The ``promtool`` of Prometheus: one in PATH, else Debian's."""

import shutil
from pathlib import Path

from tests.e2e.debian import unpacked

PROGRAM = "usr/bin/promtool"


def promtool() -> Path:
    """The program, downloaded the first time."""
    installed = shutil.which("promtool")
    if installed is not None:
        return Path(installed)
    return unpacked("prometheus", "prometheus", program=PROGRAM) / PROGRAM
