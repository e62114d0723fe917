"""Numbers, with their nouns, for people."""

from typing import Final

_LONGEST: Final = 10**12


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 file``, ``2 files``; ``plural`` if it is not the noun with an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


def short_number(number: int) -> str:
    """``1,024``; ``2^96`` for a large power of two, and ``~2^96`` near one."""
    if number < _LONGEST:
        return f"{number:,}"
    # The nearest power of two on a logarithmic scale.
    exponent = number.bit_length() - 1
    exponent += number * number > 1 << (2 * exponent + 1)
    return f"2^{exponent}" if number == 1 << exponent else f"~2^{exponent}"
