"""What a pool remembers of extensions by a size: which request appended which ranges.

Such a request does not name its ranges. Without the annotation, a run that is repeated after its
answer was lost would append a second time, which cannot be undone.
"""

from collections.abc import Sequence

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.json_value import json_object
from ippoolctl.domain.antrea.pool import Pool


def appended_by(pool: Pool, request_id: str) -> tuple[str, ...]:
    """The texts of the ranges that the request appended to the pool; empty if it did not, or if the
    pool no longer has them all.
    """
    listed = _all(pool).get(request_id)
    texts = tuple(each for each in listed if isinstance(each, str)) if listed else ()
    return texts if {*texts} <= {*pool.texts} else ()


def remembering(pool: Pool, request_id: str, texts: Sequence[str]) -> str:
    """The value of the annotation after this request, too, has appended its ranges."""
    import json

    return json.dumps({**_all(pool), request_id: [*texts]}, separators=(",", ":"))


def _all(pool: Pool) -> dict[str, list[object]]:
    """The ranges of each request; an annotation that cannot be read has none."""
    found = json_object(pool.annotations.get(marks.EXTENDED))
    return {key: value for key, value in found.items() if isinstance(value, list)}
