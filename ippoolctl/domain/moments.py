"""Moments of the API server's clock, as it writes them."""

from datetime import datetime


def moment(text: str) -> datetime | None:
    """The moment of a timestamp (RFC 3339); ``None`` for other text, and for a time that does not
    say where.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
