"""Build the control plane of the end-to-end tests, unless its cache holds it already.

python -m tests.e2e.build    prints its path, and those of promtool and Chromium
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent / "controlplane"
INPUTS = ("main.go", "go.mod", "go.sum")
# A server that is built from modules does not know its version, and clients ask for it.
FLAGS = ("-trimpath", "-ldflags", "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3")


class BuildError(Exception):
    """The control plane cannot be built; the message is one line with the reason."""


def binary() -> Path:
    """The program ``controlplane``, built if need be: minutes the first time, then at once."""
    go = shutil.which("go")
    if go is None:
        raise BuildError(
            "END-TO-END TESTS CANNOT RUN: no `go` in PATH to build their control plane"
        )
    built = cache_directory() / f"controlplane-{_key(go)}"
    if not built.is_file():
        _build(go, built)
    return built


def cache_directory() -> Path:
    """The directory of built programs, outside of the checkout."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "ippoolctl"


def _key(go: str) -> str:
    """Names the sources, the flags and the compiler: another of these is another program."""
    digest = hashlib.sha256(" ".join(FLAGS).encode())
    for name in INPUTS:
        digest.update((SOURCES / name).read_bytes())
    version = subprocess.run([go, "version"], cwd=SOURCES, capture_output=True, check=True)
    digest.update(version.stdout)
    return digest.hexdigest()[:16]


def _build(go: str, built: Path) -> None:
    built.parent.mkdir(parents=True, exist_ok=True)
    # Only a finished program gets the final name, which parallel builds look for.
    unfinished = built.with_name(f".{built.name}.{os.getpid()}")
    command = [go, "build", *FLAGS, "-o", str(unfinished), "."]
    print("building the control plane; a cold build takes some minutes", file=sys.stderr)
    try:
        done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"END-TO-END TESTS CANNOT RUN: go build failed: {_end(done.stderr)}")
        unfinished.replace(built)
    finally:
        unfinished.unlink(missing_ok=True)


def _end(output: str) -> str:
    return " | ".join(output.strip().splitlines()[-5:])


def main() -> int:
    from tests.e2e.chromium import chromium  # both use this module
    from tests.e2e.promtool import promtool

    try:
        print(binary())
        print(promtool())
        print(chromium().program)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
