"""The invariants that hold after every run with any faults: I1 to I5, and those of the log.

Each function yields a sentence for every violation; what yields nothing held.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.addresses.overlaps import overlapping_pairs
from ippoolctl.domain.addresses.ranges import span_of
from ippoolctl.domain.annotations.marks import REQUEST_ID, STATE
from tests.history.history import Command, History, Object

NOT_KNOWN = ("unknown", "kept", "exists", "stopped")
"""States of a create without success that say that a pool of it may be there."""
WRITES = {"POST": "create", "PATCH": "patch", "DELETE": "delete"}
SLACK = 0.5
"""Seconds by which a loaded machine may be late."""
GRACE = 1.0
"""Seconds after the deadline in which a command may still look and clean up."""


def violations(history: History) -> list[str]:
    """Everything that must not be; empty if all is well."""
    checks = (
        no_overlaps,
        every_success_is_there,
        no_failure_left_anything,
        nothing_foreign_was_touched,
        nothing_was_sent_too_late,
        every_write_is_in_the_log,
    )
    return list(chain.from_iterable(each(history) for each in checks))


def no_overlaps(history: History) -> Iterator[str]:
    """I1: no two pools overlap."""
    names = list(history.after)
    spans = [
        (span.first, span.last, number)
        for number, name in enumerate(names)
        for each in read_live_pool(dict(history.after[name])).ranges
        if (span := span_of(each)) is not None
    ]
    for (_, _, one), (_, _, other) in overlapping_pairs(spans):
        yield f"I1: pools {names[one]} and {names[other]} overlap"


def every_success_is_there(history: History) -> Iterator[str]:
    """I2: every create that ended with 0 has exactly one object, as requested."""
    deleted = {each.pool for each in history.commands if each.verb == "delete"}
    ids = Counter(_request_id(each) for each in history.after.values())
    for command in history.commands:
        if command.code != 0 or (command.verb == "create" and command.pool in deleted):
            continue
        if command.verb == "create":
            yield from _is_there(command, history.after.get(command.pool), ids)
        else:
            yield from _is_gone(command, history)


def no_failure_left_anything(history: History) -> Iterator[str]:
    """I3: an unsuccessful create left no object of its own, unless it reports that it may have."""
    for command in history.commands:
        present = history.after.get(command.pool)
        if command.verb != "create" or command.code == 0 or present is None:
            continue
        if _request_id(present) and command.state not in NOT_KNOWN:
            yield f"I3: create {command.pool} ended with {command.code} and left its pool"


def nothing_foreign_was_touched(history: History) -> Iterator[str]:
    """I4: no pool has changed that the commands neither created nor had to delete."""
    asked = {each.pool: each for each in history.commands if each.verb == "delete"}
    for name, before in history.before.items():
        after, deletion = history.after.get(name), asked.get(name)
        if after is None:
            if deletion is None or deletion.uid != _uid(before):
                yield f"I4: pool {name} was there and is gone"
        elif _without_status(after) != _without_status(before):
            yield f"I4: pool {name} is not what it was"


def nothing_was_sent_too_late(history: History) -> Iterator[str]:
    """I5: no request begins after the deadline and the second of grace."""
    allowed = {each.pool: each.allowed for each in history.commands}
    for event in history.events:
        pool = _pool_of(event)
        if event["event"] != "request" or pool not in allowed:
            continue
        if event["elapsed"] > allowed[pool] + GRACE + SLACK:
            late = event["elapsed"] - allowed[pool]
            yield f"I5: {event['verb']} for {pool} began {late:.2f} s after the deadline"


def every_write_is_in_the_log(history: History) -> Iterator[str]:
    """What the proxy saw of writes to pools is what the event logs tell.

    What got no answer may have been cut on its way, but what is told as not sent never came.
    """
    if not history.events:
        return
    told, answered = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for event in history.events:
        if event["event"] != "request" or event["verb"] not in WRITES.values():
            continue
        key = (event["verb"], "" if event["verb"] == "create" else event["pool"])
        told[key] += event["outcome"] != "not-sent"
        answered[key] += event["outcome"] not in ("not-sent", "unknown", "interrupted")
    seen = Counter[tuple[str, str]]()
    for entry in history.sent:
        _, found, name = entry.path.partition("/externalippools")
        if found and entry.method in WRITES:
            seen[WRITES[entry.method], name.lstrip("/")] += 1
    for key in sorted(told.keys() | seen.keys()):
        if not answered[key] <= seen[key] <= told[key]:
            yield f"log: {' '.join(key)} was sent {seen[key]} times and told {told[key]} times"


def _is_there(command: Command, present: Object | None, ids: Counter[str]) -> Iterator[str]:
    if present is None:
        yield f"I2: create {command.pool} ended with 0 and there is no such pool"
        return
    pool = read_live_pool(dict(present))
    if ids[_request_id(present)] != 1 or _request_id(present) != command.outcome["requestId"]:
        yield f"I2: create {command.pool} ended with 0 and the pool is not the only one of its own"
    if pool.texts != command.ranges:
        yield f"I2: create {command.pool} ended with 0 and the pool has {', '.join(pool.texts)}"
    if STATE in pool.annotations:
        yield f"I2: create {command.pool} ended with 0 and the pool is still marked"


def _is_gone(command: Command, history: History) -> Iterator[str]:
    present = history.after.get(command.pool)
    if present is not None and command.uid == _uid(present):
        yield f"I2: delete {command.pool} ended with 0 and it is still there"


def _pool_of(event: Object) -> str:
    return str(event.get("pool") or (event.get("requestId") or "").rpartition("/")[0])


def _request_id(document: Object) -> str:
    annotations = document["metadata"].get("annotations") or {}
    return str(annotations.get(REQUEST_ID, ""))


def _uid(document: Object) -> str:
    return str(document["metadata"]["uid"])


def _without_status(document: Object) -> Object:
    """The object without the fields that the controller writes or changes."""
    moved = ("resourceVersion", "managedFields", "generation")
    meta = {key: value for key, value in document["metadata"].items() if key not in moved}
    rest = {key: value for key, value in document.items() if key != "status"}
    return {**rest, "metadata": meta}
