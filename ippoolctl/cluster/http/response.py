"""What came back for a request, not judged yet."""

from collections.abc import Mapping
from typing import NamedTuple


class Answer(NamedTuple):
    """Any answer of the server, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """With lower-case names; values of a repeated header are joined by commas."""
    body: bytes
