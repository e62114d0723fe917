"""Pauses between attempts: pure arithmetic, in seconds.

Randomness is passed in as a number from 0 to 1.
"""

from typing import Final

STALE_SHARE: Final = 0.15
"""The pause as a share of the time since the first denial: it adds little to the total time, and a
cache that stays stale for long gets few requests."""
STALE_LEAST: Final = 0.1
STALE_MOST: Final = 2.0
STALE_SPREAD: Final = 0.2

FAULT_FIRST: Final = 0.1
FAULT_MOST: Final = 2.0

POLL_FIRST: Final = 0.1
POLL_MOST: Final = 1.0


def pause_after_denial(since_first: float, random: float) -> float:
    """Seconds until a write is retried after a stale denial."""
    wait = min(max(STALE_SHARE * since_first, STALE_LEAST), STALE_MOST)
    return wait * (1 + STALE_SPREAD * (2 * random - 1))


def pause_after_fault(failures: int, random: float, asked: float | None = None) -> float:
    """Seconds until a retry after that many faults in a row; full jitter.

    A longer pause requested by the server (``asked``) wins; the caller caps it by its deadline.
    """
    # A large exponent would overflow the float.
    wait = random * min(FAULT_FIRST * 2.0 ** min(failures, 16), FAULT_MOST)
    return max(wait, asked or 0.0)


def pause_after_conflict(conflicts: int, random: float) -> float:
    """Seconds before the next decision about an object that changed that many times in a row.

    0 for the first conflict, with another write; full jitter for later ones.
    """
    return 0.0 if conflicts < 2 else pause_after_fault(conflicts - 1, random)


def pause_between_polls(polls: int) -> float:
    """Seconds until the next read of a state that other writers change."""
    return min(POLL_FIRST * 1.5 ** min(polls, 16), POLL_MOST)
