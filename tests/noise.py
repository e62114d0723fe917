"""The delay that other load on the machine may add to a test."""

from typing import Final

NOISE: Final = 8.0
"""Seconds beyond those that are meant; ``make bench`` allows none."""
