"""Find the messages of Antrea, its webhooks and the API server in a text, such as the log of a job.

Sources: Antrea v1.2 to v2.7.0 ``pkg/controller/externalippool/validate.go``,
``pkg/controller/egress/{validate,controller}.go`` and
``pkg/controller/serviceexternalip/controller.go``; for the API server Kubernetes v1.36
``apiserver/pkg/admission/plugin/webhook/errors/statuserror.go`` and
``apimachinery/pkg/api/errors/errors.go``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ippoolctl.domain.antrea.messages import DenialKind, find_sentence


class MessageKind(StrEnum):
    """What a message is about."""

    OVERLAP = "overlap"
    """A range overlaps a range of another pool, according to the webhook's cache."""
    OWN_OVERLAP = "own-overlap"
    """Two ranges of one pool overlap."""
    RANGE_REMOVED = "range-removed"
    OUTSIDE_SUBNET = "outside-subnet"
    INVALID_RANGE = "invalid-range"
    """A CIDR, an address, a gateway or the order of a range, of any pool in the cache."""
    OTHER_DENIAL = "other-denial"
    """A denial by another webhook."""
    NO_DRY_RUN = "no-dry-run"
    """Another webhook that is called by a dry run, and does not support it."""
    OTHER_WEBHOOK = "other-webhook"
    """The API server cannot call another webhook."""
    POLICY = "policy"
    """A denial by a ValidatingAdmissionPolicy."""
    WEBHOOK_UNREACHABLE = "webhook-unreachable"
    WEBHOOK_TIMEOUT = "webhook-timeout"
    WEBHOOK_CERTIFICATE = "webhook-certificate"
    WEBHOOK_NOT_SERVED = "webhook-not-served"
    """Antrea's controller does not serve the webhook, since its feature gates are disabled."""
    EGRESS_FIELDS = "egress-fields"
    POOL_MISSING = "pool-missing"
    OUTSIDE_POOL = "outside-pool"
    INVALID_EGRESS = "invalid-egress"
    POOL_EXHAUSTED = "pool-exhausted"
    ADDRESS_TAKEN = "address-taken"
    NO_NODE = "no-node"
    SERVICE_ADDRESS = "service-address"
    """The controller's log about a Service that requests an address."""
    NAME_EXISTS = "name-exists"
    TERMINATING = "terminating"
    NOT_FOUND = "not-found"
    NOT_SERVED = "not-served"
    FORBIDDEN = "forbidden"
    UNAUTHORIZED = "unauthorized"
    CHANGED = "changed"
    INVALID_OBJECT = "invalid-object"
    UNKNOWN_FIELD = "unknown-field"
    SERVER_BUSY = "server-busy"
    SERVER_TIMEOUT = "server-timeout"
    SERVER_UNREACHABLE = "server-unreachable"
    STALE_CACHE = "stale-cache"
    """A message of this program: it compared a denial with the live pools."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was found."""

    kind: MessageKind
    text: str
    """Without what is in front of it and behind it."""
    line: int = 1
    """Where it was found first, counted from 1."""
    count: int = 1
    """How often it was found."""
    pool: str = ""
    """The name of the pool in it; empty if it names none."""
    own: str = ""
    """The range of the request as typed, for an overlap."""
    other: str = ""
    """The range of the named pool as typed, for an overlap."""


_DENIALS: Final = {
    DenialKind.REMOVED: MessageKind.RANGE_REMOVED,
    DenialKind.SUBNET: MessageKind.OUTSIDE_SUBNET,
    DenialKind.FAMILY: MessageKind.INVALID_RANGE,
    DenialKind.ORDER: MessageKind.INVALID_RANGE,
    DenialKind.PARSE: MessageKind.INVALID_RANGE,
}

_POOL: Final = r"(?P<pool>[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)"
_RESOURCE: Final = r"externalippools?(?:\.crd\.antrea\.io)?"

_CALL: Final = re.compile(r'failed calling webhook "(?P<webhook>[^"]+)": (?P<tail>.{0,600})')
_CALLS: Final = (
    (MessageKind.WEBHOOK_CERTIFICATE, ("x509", "certificate", "tls: ")),
    (MessageKind.WEBHOOK_NOT_SERVED, ("could not find the requested resource",)),
    (
        MessageKind.WEBHOOK_TIMEOUT,
        ("context deadline exceeded", "Client.Timeout exceeded", "i/o timeout"),
    ),
)
"""What fails if the API server calls a webhook of Antrea, by words of the message; otherwise it
cannot be reached."""

_PATTERNS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (MessageKind.EGRESS_FIELDS, r"spec\.(?:egressIPs|externalIPPools) is not supported yet"),
        (MessageKind.POOL_EXHAUSTED, r"cannot allocate IP in any range"),
        (
            MessageKind.ADDRESS_TAKEN,
            rf"allocating IP \S+ for .+ from ExternalIPPool {_POOL}: cannot allocate IP \S+ in any",
        ),
        (MessageKind.ADDRESS_TAKEN, r"cannot allocate IP \S+ in any range"),
        (MessageKind.POOL_MISSING, rf"ExternalIPPool {_POOL} (?:does not exist|not exists)"),
        (MessageKind.OUTSIDE_POOL, r"IP \S+ is not within the IP range"),
        (MessageKind.INVALID_EGRESS, r'(?:Rate|Burst) \S+ in Egress \S+ is invalid[^"]*'),
        (MessageKind.INVALID_EGRESS, r"(?<=denied the request: )IP \S+ is not valid"),
        (MessageKind.NO_NODE, r"no Node available"),
        (MessageKind.SERVICE_ADDRESS, r"ExternalIPPool did not contain the requested IP"),
        (MessageKind.SERVICE_ADDRESS, r"The requested IP had been allocated to other Service"),
        (
            MessageKind.STALE_CACHE,
            rf"the webhook cache still contains deleted pool {_POOL} with (?P<own>[^\s;]+)",
        ),
        (
            MessageKind.TERMINATING,
            rf'object is being deleted: {_RESOURCE} "{_POOL}" already exists',
        ),
        (MessageKind.NAME_EXISTS, rf'{_RESOURCE} "{_POOL}" already exists'),
        (MessageKind.NOT_FOUND, rf'{_RESOURCE} "{_POOL}" not found'),
        (MessageKind.FORBIDDEN, rf'User "[^"]*" cannot \w+ resource "{_RESOURCE}"'),
        (
            MessageKind.CHANGED,
            rf'Operation cannot be fulfilled on {_RESOURCE} "{_POOL}"(?:: [^"]*)?',
        ),
        (MessageKind.INVALID_OBJECT, rf'ExternalIPPool(?:\.\S+)? "{_POOL}" is invalid(?:: .*)?'),
        (MessageKind.UNKNOWN_FIELD, r'strict decoding error: unknown field "[^"]+"'),
        (MessageKind.NOT_SERVED, r'no matches for kind "ExternalIPPool"(?: in version "[^"]+")?'),
        (
            MessageKind.NOT_SERVED,
            r"the server doesn't have a resource type \"(?:externalippools?|eip)\"",
        ),
        (
            MessageKind.POLICY,
            r"ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request: .*",
        ),
        (MessageKind.OTHER_DENIAL, r'admission webhook "[^"]+" denied the request: \S.*'),
        (MessageKind.OTHER_DENIAL, r'admission webhook "[^"]+" denied the request without.*'),
        (MessageKind.NO_DRY_RUN, r'admission webhook "[^"]+" does not support dry run'),
        (MessageKind.UNAUTHORIZED, r"You must be logged in to the server"),
        (MessageKind.UNAUTHORIZED, r'"message": ?"Unauthorized"'),
        (MessageKind.SERVER_TIMEOUT, r"request did not complete within requested timeout[^\"]*"),
        (MessageKind.SERVER_TIMEOUT, r"operation against \S+ could not be completed at this time"),
        (MessageKind.SERVER_BUSY, r"[Tt]oo many requests"),
        (MessageKind.SERVER_BUSY, r"the server is currently unable to handle the request"),
        (
            MessageKind.SERVER_UNREACHABLE,
            r"[Tt]he connection to the server \S+ was refused|Unable to connect to the server: .*",
        ),
    )
)

_DENIED: Final = "denied the request:"

_LONGEST_WRAPPED: Final = 4096
"""Characters of a text that may be one message, wrapped by a terminal."""

_LONGEST_PIECE: Final = 8192
"""Characters that are searched at once, so that a log without line breaks takes linear time."""

_LINE_BREAK: Final = re.compile(r"\\+[nr]")
"""Line breaks in a text of JSON."""

_CONTROL_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_FRAGMENTS: Final = (
    "denied the request", "denied request", "overlaps with range", "IPRanges [", "strict subset",
    "should belong", "should not be", "invalid ", "failed calling webhook", "not supported yet",
    "in any range", "ExternalIPPool", "externalippool", "the IP range", "no Node available",
    "requested IP", "webhook cache still", " in Egress ", "unknown field", "a resource type",
    "logged in to the server", "requested timeout", "oo many requests", "Unauthorized",
    "does not support dry run", "at this time", "unable to handle", "to the server",
)  # fmt: skip
"""A part of every message; other lines of a long log are passed over."""


def find_messages(rows: Iterable[str]) -> tuple[Message, ...]:
    """Every message in the lines of a text, each once, in the order of their first lines.

    A short text is also read as one message that a terminal has wrapped.
    """
    found: dict[tuple[MessageKind, str], Message] = {}
    whole = ""
    for number, row in enumerate(rows, 1):
        if len(whole) <= _LONGEST_WRAPPED:
            whole += f" {row.strip()}"
        for message in _in_row(row) if any(each in row for each in _FRAGMENTS) else ():
            key = (message.kind, message.text)
            known = found.get(key, replace(message, line=number, count=0))
            found[key] = replace(known, count=known.count + 1)
    if found or len(whole) > _LONGEST_WRAPPED:
        return tuple(found.values())
    return tuple(_in_piece(_plain(whole)))


def _in_row(row: str) -> Iterator[Message]:
    """The messages of a line, which can be a whole log as one text of JSON."""
    for escaped in _LINE_BREAK.split(row):
        piece = _plain(escaped)
        for start in range(0, len(piece), _LONGEST_PIECE):
            yield from _in_piece(piece[start : start + _LONGEST_PIECE])


def _plain(row: str) -> str:
    return _CONTROL_SEQUENCE.sub("", row).replace('\\"', '"')


def _in_piece(piece: str) -> Iterator[Message]:
    found = _message(piece)
    if found is not None:
        message, start, end = found
        yield from _in_piece(piece[:start])
        yield message
        yield from _in_piece(piece[end:])


def _message(piece: str) -> tuple[Message, int, int] | None:
    """A message with its start and its end."""
    denial = find_sentence(piece)
    if denial is not None:
        start = piece.index(denial.sentence)
        before = piece[:start].rstrip()
        kind = _DENIALS.get(denial.kind) or (
            MessageKind.OVERLAP if denial.pool else MessageKind.OWN_OVERLAP
        )
        # Other programs also say that an address is invalid.
        if denial.kind is not DenialKind.PARSE or not before or before.endswith(_DENIED):
            named = (denial.pool or "", denial.own or "", denial.other or "")
            message = Message(kind, denial.sentence, 1, 1, *named)
            return message, start, start + len(denial.sentence)
    if call := _CALL.search(piece):
        text = call[0].partition(" failed calling webhook ")[0].strip()
        return (
            Message(_kind_of_call(call["webhook"], text), text),
            call.start(),
            (call.start() + max(len(text), 1)),
        )
    for kind, pattern in _PATTERNS:
        if match := pattern.search(piece):
            named_groups = match.groupdict()
            pool, own = named_groups.get("pool") or "", named_groups.get("own") or ""
            return Message(kind, match[0].strip(), pool=pool, own=own), match.start(), match.end()
    return None


def _kind_of_call(webhook: str, text: str) -> MessageKind:
    if not webhook.endswith(".antrea.io"):
        return MessageKind.OTHER_WEBHOOK
    kinds = (kind for kind, words in _CALLS if any(each in text for each in words))
    return next(kinds, MessageKind.WEBHOOK_UNREACHABLE)
