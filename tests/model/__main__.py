"""Explore the larger scopes: ``python -m tests.model``, or with names of scopes only those."""

import sys
import time

from tests.model.explore import explore
from tests.model.scopes import LARGE, SMALL

MOST = 5_000_000


def main(names: list[str]) -> None:
    every = {**SMALL, **LARGE}
    for name in names or every:
        began = time.monotonic()
        found = explore(every[name], MOST)
        seconds = time.monotonic() - began
        print(
            f"{found.states:>9,} states {found.edges:>10,} edges {seconds:6.1f} s  {name}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
