"""Numbers with their nouns, for people."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 file``, ``2 files``; ``plural`` if it is not the noun with an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"
