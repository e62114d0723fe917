"""The API server's clock, as its answers tell it."""

from contextlib import suppress


def rfc3339(date: str) -> str:
    """A ``Date`` header (RFC 9110) as timestamps of Kubernetes are written; empty if it is none."""
    from email.utils import parsedate_to_datetime

    with suppress(ValueError, TypeError, IndexError):
        return parsedate_to_datetime(date).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ""
