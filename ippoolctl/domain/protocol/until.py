"""The states of a pool that a command can wait for."""

from enum import StrEnum


class Until(StrEnum):
    """The state to wait for."""

    READY = "ready"
    """The pool controller has processed the ranges: ``status.usage.total`` is their total."""
    SEEN = "seen"
    """The webhook's cache holds the pool: overlapping pools are denied."""
    GONE = "gone"
    """The object no longer exists."""
    FORGOTTEN = "forgotten"
    """The webhook's cache no longer holds the pool either: its ranges can be used again."""

    @property
    def asks_webhook(self) -> bool:
        """Whether dry-run requests to the webhook have to find it out."""
        return self in (Until.SEEN, Until.FORGOTTEN)
