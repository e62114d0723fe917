"""Headless Chromium for the tests of pages: one in PATH, else Debian's."""

import platform
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.e2e.debian import unpacked

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = "usr/lib/chromium/chromium-headless-shell"


class Chromium(NamedTuple):
    """A browser."""

    program: Path
    environment: Mapping[str, str] = MappingProxyType({})
    """Where its libraries and fonts are."""


def chromium() -> Chromium:
    """The browser: 100 MB are downloaded the first time."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    root = unpacked("chromium", *PACKAGES, program=PROGRAM)
    libraries = root / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    environment = {
        "LD_LIBRARY_PATH": f"{libraries}:{libraries / 'pulseaudio'}",
        "XDG_DATA_HOME": str(root / "usr" / "share"),
    }
    return Chromium(root / PROGRAM, environment)
