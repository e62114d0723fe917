"""Explore the larger scopes, and follow the engine through every pair of deviations.

``python -m tests.model``, or with names of scopes only those.
"""

import sys
import time

from tests.model.engine_runs import SCOPES, with_deviations
from tests.model.explore import explore
from tests.model.scopes import LARGE, SMALL

MOST = 10_000_000


def main(names: list[str]) -> None:
    every = {**SMALL, **LARGE}
    for name in names or SCOPES:
        if name in SCOPES:
            began = time.monotonic()
            runs = with_deviations(SCOPES[name], 2)
            print(f"{runs:>9,} runs {time.monotonic() - began:6.1f} s  {name}", flush=True)
    for name in (each for each in names or every if each in every):
        began = time.monotonic()
        found = explore(every[name], MOST)
        seconds = time.monotonic() - began
        print(
            f"{found.states:>9,} states {found.edges:>10,} edges {seconds:6.1f} s  {name}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
