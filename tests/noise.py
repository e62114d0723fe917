"""How long a machine that does other things may hold a test up."""

from typing import Final

NOISE: Final = 8.0
"""Seconds beyond those that are meant; ``make bench`` allows none."""
