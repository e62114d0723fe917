"""What an API server adds to objects that no request decides: the present, and chance."""

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
    """For an object that is made now."""
    suffix = "".join(random.choices(_CHARACTERS, k=5))  # noqa: S311 - only unlike others
    return Stamp(now(), str(uuid4()), suffix)
