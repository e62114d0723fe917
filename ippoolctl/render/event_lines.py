"""Events of the engine as lines of JSON."""

import json
from typing import Any

from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.ports.observer import EventTime, RequestEvent
from ippoolctl.render.sentences.causes import cause_text


def request_line(pid: int, time: EventTime, event: RequestEvent) -> bytes:
    """A request that has ended, as one line."""
    return _line(
        pid,
        time,
        {
            "event": "request",
            "attempt": event.attempt,
            "verb": event.verb,
            "pool": event.pool or None,
            "query": dict(event.query),
            "outcome": event.outcome,
            "status": event.status,
            "seconds": round(event.seconds, 6),
        },
    )


def wait_line(pid: int, time: EventTime, event: WaitEvent) -> bytes:
    """A wait that begins, as one line."""
    return _line(
        pid,
        time,
        {
            "event": "wait",
            "wait": round(event.wait, 6),
            "reason": cause_text(event.cause),
            "left": round(event.left, 6),
        },
    )


def _line(pid: int, time: EventTime, event: dict[str, Any]) -> bytes:
    document = {
        "pid": pid,
        "requestId": time.request_id or None,
        "at": round(time.at, 6),
        "elapsed": round(time.elapsed, 6),
        **event,
    }
    # ASCII only, so that no server message can control a terminal.
    return json.dumps(document, separators=(",", ":")).encode("ascii") + b"\n"
