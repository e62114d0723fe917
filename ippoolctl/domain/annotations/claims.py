"""Claims: an annotation that reserves ranges which are about to be appended to a settled pool.

An append cannot be undone, since Antrea does not allow removing a range; a claim can be removed.
Until then, all runs of ippoolctl treat its ranges as taken.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, lacking, range_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.json_value import json_object, text_in
from ippoolctl.domain.antrea.pool import Pool


class Claim(NamedTuple):
    """Ranges that a run is about to append to a pool."""

    request_id: str
    """The request that wrote it."""
    nonce: str
    """Distinguishes two writes of the same request."""
    at: str
    """The API server's time of the write, RFC 3339."""
    ranges: tuple[IPRange | BadRange, ...]
    text: str
    """The exact value of the annotation, which a patch tests."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the ranges, in order."""
        return tuple(each.text for each in self.ranges)


def made_claim(request_id: str, nonce: str, at: str, ranges: Sequence[IPRange | BadRange]) -> Claim:
    """A new claim, with its text."""
    import json

    fields = {"request-id": request_id, "nonce": nonce, "at": at}
    text = json.dumps({**fields, "ranges": [each.text for each in ranges]}, separators=(",", ":"))
    return Claim(request_id, nonce, at, tuple(ranges), text)


def claim_of(pool: Pool) -> Claim | None:
    """The claim on a pool. An invalid one belongs to an unknown request and has no ranges."""
    text = pool.annotations.get(marks.CLAIM)
    return None if text is None else _read(text)


@lru_cache(maxsize=64)  # a run reads its own claim several times
def _read(text: str) -> Claim:
    fields = json_object(text)
    listed = fields.get("ranges")
    texts = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    ranges = tuple(map(range_of, texts))
    request_id, nonce, at = (text_in(fields, key) for key in ("request-id", "nonce", "at"))
    return Claim(request_id, nonce, at, ranges, text)


def claimed(pool: Pool) -> tuple[IPRange | BadRange, ...]:
    """The ranges that a claim on the pool reserves, without those that the pool already has."""
    claim = claim_of(pool)
    return () if claim is None else lacking(pool.ranges, claim.ranges)


def without_claim(pool: Pool) -> Pool:
    """The pool as it will be when its claim is removed."""
    rest = {key: value for key, value in pool.annotations.items() if key != marks.CLAIM}
    return pool._replace(annotations=rest)


def with_claimed(pool: Pool) -> Pool:
    """The pool as it will be when its claimed ranges are appended."""
    more = claimed(pool)
    return pool._replace(ranges=(*pool.ranges, *more)) if more else pool
