"""The README's tour: its commands and their output; run as a module it updates the output."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.builders import ROOT

BLOCK = re.compile(r"```console\n\$ (?P<command>.*?)\n(?P<shown>.*?)```", re.DOTALL)


def output_of(command: str) -> tuple[str, str]:
    """Standard output and standard error of a command of the tour, run at the project's root.

    The lag is stretched: two commands have to fit in it, on a busy machine too.
    """
    command = command.replace("--lag 3s", "--lag 12s")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT, env={**os.environ, "PATH": path}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    return result.stdout, result.stderr


def main() -> None:
    """Write the output of each command into README.md."""
    readme = ROOT / "README.md"
    new = BLOCK.sub(
        lambda match: f"```console\n$ {match['command']}\n{output_of(match['command'])[0]}```",
        readme.read_text(encoding="utf-8"),
    )
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
