"""The number of examples of a property test: ``EXAMPLES=10 make test`` runs ten times as many."""

import os
from typing import Final

from hypothesis import settings

TIMES: Final = int(os.environ.get("EXAMPLES", "1"))

USUAL: Final = 100 * TIMES
"""Of a test that does not say."""


def examples(count: int) -> settings:
    """The decorator of a test that tries another number of examples than the usual one."""
    return settings(max_examples=count * TIMES)
