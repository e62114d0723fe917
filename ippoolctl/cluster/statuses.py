"""What the API server says when it says no, as faults with a hint."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ippoolctl.cluster.http.transport import Answer
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.ports.faults import RejectedFault, UnansweredFault

_LONGEST_NUMBER: Final = 12
_LONGEST_LINE: Final = 200
"""Characters of an answer that is no Status, up to which it may be a sentence for people."""
_LONGEST: Final = 2_000
"""Characters of a message that a person is shown."""

_HINTS: Final = {
    401: "log in again, or check the user of this context in the kubeconfig",
    403: "ask for that right; the README says what each command needs",
    429: "the server is overloaded; try again later",
}
_NO_POOLS: Final = (
    f"this cluster does not serve ExternalIPPools ({GROUP}/{VERSION})",
    "is Antrea installed here, in release 1.13 or later, and is this the right context?",
)


def raise_unless_success(answer: Answer, path: str) -> None:
    """Raise :class:`RejectedFault` for every status that is not 2xx."""
    if 200 <= answer.status < 300:
        return
    status = _status_of(answer.body)
    reason = _text(status.get("reason"))
    message = _text(status.get("message")) or _plain(answer)
    hint = _HINTS.get(answer.status, "")
    if answer.status == 404 and reason != "NotFound":
        message, hint = _NO_POOLS if f"/{GROUP}/" in path else (f"there is no {path}", "")
    elif answer.status < 400:
        hint = "redirects are not followed; check the server's address"
    raise RejectedFault(
        answer.status,
        message[:_LONGEST],
        hint,
        reason=reason,
        causes=tuple(_causes(status)),
        retry_after=_retry_after(answer.headers, status),
    )


def object_of(answer: Answer) -> dict[str, Any]:
    """The object of an answer. Raises :class:`UnansweredFault` if it holds none."""
    try:
        value = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        message = f"the server's answer (status {answer.status}) is not a Kubernetes object"
        raise UnansweredFault(message, "is something else listening there, such as a proxy?")
    return value


def _status_of(body: bytes) -> Mapping[str, Any]:
    """The Status object of an answer; empty where there is none, as from a proxy in between."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) and value.get("kind") == "Status" else {}


def _plain(answer: Answer) -> str:
    """What to say of an answer that is no Status."""
    if answer.status < 400:
        return f"the server redirects (status {answer.status})"
    text = answer.body[:_LONGEST].decode("utf-8", "replace").strip()
    if text and len(text) <= _LONGEST_LINE and "<" not in text and text.isprintable():
        return f"the server answered with status {answer.status}: {text}"
    return f"the server answered with status {answer.status} and no reason"


def _causes(status: Mapping[str, Any]) -> list[tuple[str, str]]:
    details = status.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    return [
        (_text(each.get("field")), _text(each.get("message")))
        for each in (causes if isinstance(causes, list) else ())
        if isinstance(each, dict)
    ]


def _retry_after(headers: Mapping[str, str], status: Mapping[str, Any]) -> float | None:
    """Seconds to wait, by the server's clock; what cannot be read counts as 1, the past as 0."""
    text = headers.get("retry-after")
    if text is None:
        details = status.get("details")
        asked = details.get("retryAfterSeconds") if isinstance(details, dict) else None
        return float(asked) if isinstance(asked, int) and asked > 0 else None
    seconds = text.strip()
    if seconds.lstrip("-").isdecimal() and len(seconds) <= _LONGEST_NUMBER:
        return max(float(int(seconds)), 0.0)
    return _until(seconds, headers.get("date", ""))


def _until(moment: str, now: str) -> float:
    """Seconds from one HTTP date to another (RFC 9110, section 10.2.3)."""
    from email.utils import parsedate_to_datetime

    try:
        seconds = (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 1.0
    return max(seconds, 0.0)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
