"""The words for the rest of a list that is cut short."""

from collections.abc import Sequence


def and_more(shown: str, more: int, before: str = " ") -> str:
    """``a, b and 3 more``, where ``shown`` is the part that is listed; just that without more."""
    return f"{shown}{before}and {more} more" if more > 0 else shown


def listed(texts: Sequence[str], most: int) -> str:
    """At most so many of the texts, and how many more there are."""
    return and_more(", ".join(texts[:most]), len(texts) - most)
