"""The values that an API server adds to a new object: the time, a uid and a random suffix."""

import random
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from ippoolctl.sandbox.apiserver.objects import Stamp

_CHARACTERS: Final = "bcdfghjklmnpqrstvwxz2456789"


def now() -> str:
    """The present in whole seconds, as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp() -> Stamp:
    """The values for an object that is created now."""
    suffix = "".join(random.choices(_CHARACTERS, k=5))  # noqa: S311 - only different from others
    return Stamp(now(), str(uuid4()), suffix)
