"""Moments of the API server's clock, as it writes them."""

from datetime import datetime


def moment(text: str) -> datetime | None:
    """The moment of a timestamp of an object (RFC 3339) or of a ``Date`` header (RFC 9110).

    ``None`` for other text, and for a time that does not say where.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            found = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
    return found if found.tzinfo is not None else None
