"""How long to wait before the next try: pure arithmetic, all in seconds.

Randomness comes in as a number between 0 and 1.
"""

from typing import Final

STALE_SHARE: Final = 0.15
"""The next try comes after this share of the time since the first denial: a late answer costs
little, and a cache that stays stale for long is asked seldom."""
STALE_LEAST: Final = 0.1
STALE_MOST: Final = 2.0
STALE_SPREAD: Final = 0.2

FAULT_FIRST: Final = 0.1
FAULT_MOST: Final = 2.0

POLL_FIRST: Final = 0.1
POLL_MOST: Final = 1.0


def after_denial(since_first: float, random: float) -> float:
    """Seconds until the next try of a write that a stale cache refuses."""
    wait = min(max(STALE_SHARE * since_first, STALE_LEAST), STALE_MOST)
    return wait * (1 + STALE_SPREAD * (2 * random - 1))


def after_fault(failures: int, random: float, asked: float | None = None) -> float:
    """Seconds until the next try after that many faults in a row; full jitter.

    What the server asks for wins if it is longer; the caller caps it by its deadline.
    """
    # The exponent is bounded, since a float is not.
    wait = random * min(FAULT_FIRST * 2.0 ** min(failures, 16), FAULT_MOST)
    return max(wait, asked or 0.0)


def after_conflict(conflicts: int, random: float) -> float:
    """Seconds before the next decision about an object that changed that many times in a row.

    0 for the first time, when another write came in between. Full jitter after that.
    """
    return 0.0 if conflicts < 2 else after_fault(conflicts - 1, random)


def between_polls(polls: int) -> float:
    """Seconds until the next look at a state that other writers change."""
    return min(POLL_FIRST * 1.5 ** min(polls, 16), POLL_MOST)
