"""Claims: an annotation that reserves ranges which are about to be appended to a settled pool.

Appending cannot be taken back, since Antrea never lets a range go; a claim can. Until it is gone,
everybody counts what it names as taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, read_range, spelling_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool


@dataclass(frozen=True, slots=True)
class Claim:
    """Ranges that somebody is about to append to a pool."""

    request_id: str
    """Whose it is."""
    nonce: str
    """Tells two writes of the same request from each other."""
    at: str
    """When it was written, by the API server's clock, RFC 3339."""
    ranges: tuple[IPRange | BadRange, ...]
    text: str
    """The value of the annotation as it stands: what a patch tests."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The ranges as they are typed, as those of a pool."""
        return tuple(each.text for each in self.ranges)


def made_claim(request_id: str, nonce: str, at: str, ranges: Sequence[IPRange | BadRange]) -> Claim:
    """A new claim, with the text to write."""
    import json

    said = {"request-id": request_id, "nonce": nonce, "at": at}
    text = json.dumps({**said, "ranges": [each.text for each in ranges]}, separators=(",", ":"))
    return Claim(request_id, nonce, at, tuple(ranges), text)


def claim_of(pool: Pool) -> Claim | None:
    """The claim on a pool. One that cannot be read is somebody's, and names no ranges."""
    text = pool.annotations.get(marks.CLAIM)
    if text is None:
        return None
    import json

    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    named = said.get("ranges")
    texts = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    ranges = tuple(read_range(spelling_of(each)) for each in texts)
    request_id, nonce, at = (_text(said, key) for key in ("request-id", "nonce", "at"))
    return Claim(request_id, nonce, at, ranges, text)


def claimed(pool: Pool) -> tuple[IPRange | BadRange, ...]:
    """The ranges that a claim on the pool reserves, as far as the pool has not got them already."""
    claim = claim_of(pool)
    if claim is None:
        return ()
    there = set(pool.texts)
    return tuple(each for each in claim.ranges if each.text not in there)


def without_claim(pool: Pool) -> Pool:
    """The pool as it will be when the claim on it is given up."""
    rest = {key: value for key, value in pool.annotations.items() if key != marks.CLAIM}
    return pool._replace(annotations=rest)


def with_claimed(pool: Pool) -> Pool:
    """The pool as it will be when the claim on it is carried out."""
    more = claimed(pool)
    return pool._replace(ranges=(*pool.ranges, *more)) if more else pool


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""
