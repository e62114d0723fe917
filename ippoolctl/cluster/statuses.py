"""What a response of the API server means: an object, or a fault with a hint."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import orjson

from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.ports.faults import RejectedFault, UnansweredFault

if TYPE_CHECKING:
    from ippoolctl.cluster.http.exchange import Response

HINT_NOT_API_SERVER: Final = "check that the server URL is that of the API server, not of a proxy"
"""For a response that no API server would send."""
_LONGEST_NUMBER: Final = 12
_LONGEST_LINE: Final = 200
"""Characters of a response without a Status, up to which it may be a message for users."""
_LONGEST: Final = 2_000
"""Characters of a message that are shown."""

_HINTS: Final = {
    401: "log in again, or check the user of this context in the kubeconfig",
    403: ("ask the cluster administrator for the permission (see examples/rights.yaml)"),
    429: "the server is overloaded; retry later",
}
_SERVER_FAILED: Final = "retry later; if the failure persists, check the API server"
_NO_POOLS: Final = (
    f"this cluster does not serve ExternalIPPools ({GROUP}/{VERSION})",
    "check the context, and that Antrea 1.13 or later is installed",
)


def object_of(response: "Response", path: str) -> dict[str, Any]:
    """The object in a response. Raises :class:`RejectedFault` for every status that is not 2xx,
    and :class:`UnansweredFault` if there is no object.
    """
    value = _parsed(response.body)
    if not 200 <= response.status < 300:
        is_status = value is not None and value.get("kind") == "Status"
        raise _rejection(response, path, (is_status and value) or {})
    if value is None:
        message = f"the server response (status {response.status}) is not a Kubernetes object"
        raise UnansweredFault(message, HINT_NOT_API_SERVER)
    return value


def watch_fault(status: Mapping[str, Any]) -> RejectedFault:
    """The fault that the ERROR event of a watch tells by its Status. Raises ``KeyError`` or
    ``TypeError`` if it has no code.
    """
    code = int(status["code"])
    message = _text(status.get("message"))[:_LONGEST]
    return RejectedFault(
        code,
        message or f"the server ended the watch with status {code}",
        _HINTS.get(code, ""),
        reason=_text(status.get("reason")),
        retry_after=_retry_after({}, status),
    )


def server_date(header: str) -> str:
    """A ``Date`` header (RFC 9110) in the format of Kubernetes timestamps; empty if invalid.

    A proxy may write another zone than GMT, which would make what is due for a sweep look older.
    """
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    with suppress(ValueError, TypeError, IndexError, OverflowError):
        date = parsedate_to_datetime(header)
        date = date.astimezone(UTC) if date.tzinfo else date
        return date.strftime("%Y-%m-%dT%H:%M:%SZ")
    return ""


def _rejection(response: "Response", path: str, status: Mapping[str, Any]) -> RejectedFault:
    reason = _text(status.get("reason"))
    message = _text(status.get("message")) or _message_without_status(response)
    hint = _HINTS.get(response.status, _SERVER_FAILED if response.status >= 500 else "")
    if response.status == 404 and reason != "NotFound":
        message, hint = _NO_POOLS if f"/{GROUP}/" in path else (f"{path} not found", "")
    elif response.status < 400:
        hint = "redirects are not followed; check the server URL"
    return RejectedFault(
        response.status,
        message[:_LONGEST],
        hint,
        reason=reason,
        causes=tuple(_causes(status)),
        retry_after=_retry_after(response.headers, status),
    )


def _parsed(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body; ``None`` if there is none, as from a proxy in between."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _message_without_status(response: "Response") -> str:
    if response.status < 400:
        return f"the server redirects (status {response.status})"
    text = response.body[:_LONGEST].decode("utf-8", "replace").strip()
    if text and len(text) <= _LONGEST_LINE and "<" not in text and text.isprintable():
        return f"the server responded with status {response.status}: {text}"
    return f"the server responded with status {response.status} and no reason"


def _causes(status: Mapping[str, Any]) -> list[tuple[str, str]]:
    details = status.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    return [
        (_text(each.get("field")), _text(each.get("message")))
        for each in (causes if isinstance(causes, list) else ())
        if isinstance(each, dict)
    ]


def _retry_after(headers: Mapping[str, str], status: Mapping[str, Any]) -> float | None:
    """Seconds to wait, by the server's clock; 1 if it cannot be read, 0 for the past."""
    text = headers.get("retry-after")
    if text is None:
        details = status.get("details")
        asked = details.get("retryAfterSeconds") if isinstance(details, dict) else None
        return float(asked) if isinstance(asked, int) and asked > 0 else None
    seconds = text.strip()
    if seconds.removeprefix("-").isdecimal() and len(seconds) <= _LONGEST_NUMBER:
        return max(float(int(seconds)), 0.0)
    return _until(seconds, headers.get("date", ""))


def _until(date: str, now: str) -> float:
    """Seconds from one HTTP date to another (RFC 9110, section 10.2.3)."""
    from email.utils import parsedate_to_datetime

    try:
        seconds = (parsedate_to_datetime(date) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 1.0
    return max(seconds, 0.0)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
