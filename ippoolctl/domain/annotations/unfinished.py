"""The record of a run that replaces pools without consumers: a pool without ranges.

Between the deletion of a pool and the creation of another one nothing else in the cluster tells
what a killed run was about to do. Antrea admits a pool without ranges beside any other one, and
assigns nothing of it (Antrea v2.7.0 ``pkg/controller/externalippool/validate.go``, as seen on a
cluster); the rights to write it are those that the run needs for its pools. The run deletes it at
its end.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ippoolctl.domain.annotations.marks import UNFINISHED
from ippoolctl.domain.antrea.pool import NOTHING, Pool

NAME: Final = "ippoolctl-unfinished-"
"""The beginning of the name of such a pool."""


class Unfinished(NamedTuple):
    """The annotation."""

    request: str
    """The request in words, such as ``rename a b``."""
    command: str
    """What finishes the request, without ``ippoolctl``."""
    relocation: Mapping[str, Any]
    """The pools to delete and to create, as JSON; see :mod:`ippoolctl.domain.change.relocation`."""


def is_record(pool: Pool) -> bool:
    """Whether it is the record of a run, and so no pool that anything wants."""
    return UNFINISHED in pool.annotations


def unfinished_text(unfinished: Unfinished) -> str:
    """The value of the annotation."""
    import json

    return json.dumps(unfinished._asdict(), separators=(",", ":"))


def read_unfinished(pool: Pool) -> Unfinished | None:
    """What a pool records; ``None`` if it is no record, or an invalid one."""
    text = pool.annotations.get(UNFINISHED)
    if text is None or pool.ranges:
        return None
    import json

    try:
        fields = json.loads(text)
    except (ValueError, RecursionError, TypeError):
        return None
    fields = fields if isinstance(fields, dict) else {}
    request, command = (str(fields.get(each, "")) for each in ("request", "command"))
    relocation = fields.get("relocation")
    known = relocation if isinstance(relocation, dict) else NOTHING
    return Unfinished(request, command or request, known)
