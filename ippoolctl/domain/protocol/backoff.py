"""When to try again: pure arithmetic; chance comes in as a number between 0 and 1."""

from typing import Final

STALE_SHARE: Final = 0.07
"""The next try after this share of the time since the first denial: late by little, asks seldom."""
STALE_LEAST: Final = 0.04
STALE_MOST: Final = 2.0
STALE_SPREAD: Final = 0.2

FAULT_FIRST: Final = 0.1
FAULT_MOST: Final = 2.0

POLL_FIRST: Final = 0.1
POLL_MOST: Final = 1.0


def after_denial(since_first: float, chance: float) -> float:
    """Seconds until the next try of a write that a stale cache refuses."""
    wait = min(max(STALE_SHARE * since_first, STALE_LEAST), STALE_MOST)
    return wait * (1 + STALE_SPREAD * (2 * chance - 1))


def after_fault(failures: int, chance: float, asked: float | None = None) -> float:
    """Seconds until the next try after that many faults in a row; full jitter.

    What the server asks for wins if it is longer; the caller caps it by its deadline.
    """
    # The exponent is bounded, since a float is not.
    wait = chance * min(FAULT_FIRST * 2.0 ** min(failures, 16), FAULT_MOST)
    return max(wait, asked or 0.0)


def after_conflict(conflicts: int, chance: float) -> float:
    """Seconds until it is decided anew about an object that changed that many times in a row.

    None for the first time: then somebody wrote in between, as happens. Full jitter after that.
    """
    return 0.0 if conflicts < 2 else after_fault(conflicts - 1, chance)


def between_polls(polls: int) -> float:
    """Seconds until a state is looked at again that nobody can be asked to hurry."""
    return min(POLL_FIRST * 1.5 ** min(polls, 16), POLL_MOST)
