"""Find the messages of Antrea, its webhooks and the API server in a text, such as the log of a job.

Sources: Antrea v1.2 to v2.7.0 ``pkg/controller/externalippool/validate.go``,
``pkg/controller/egress/{validate,controller}.go`` and
``pkg/controller/serviceexternalip/controller.go``; for the API server Kubernetes v1.36
``apiserver/pkg/admission/plugin/webhook/errors/statuserror.go`` and
``apimachinery/pkg/api/errors/errors.go``.
"""

import re
from collections.abc import Iterable
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
    POLICY = "policy"
    """A denial by a ValidatingAdmissionPolicy."""
    WEBHOOK_UNREACHABLE = "webhook-unreachable"
    WEBHOOK_TIMEOUT = "webhook-timeout"
    WEBHOOK_CERTIFICATE = "webhook-certificate"
    WEBHOOK_NOT_SERVED = "webhook-not-served"
    """Antrea's controller does not serve the webhook, since its feature gates are off."""
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
_CALL: Final = r'failed calling webhook "\w+\.antrea\.io": .*?'

_PATTERNS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (MessageKind.WEBHOOK_CERTIFICATE, rf"{_CALL}(?:x509|certificate|tls: ).*"),
        (MessageKind.WEBHOOK_NOT_SERVED, rf"{_CALL}could not find the requested resource"),
        (MessageKind.WEBHOOK_TIMEOUT, rf"{_CALL}context deadline exceeded"),
        (MessageKind.WEBHOOK_TIMEOUT, rf"{_CALL}(?:Client\.Timeout exceeded|i/o timeout)"),
        (MessageKind.WEBHOOK_UNREACHABLE, rf"{_CALL}$"),
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
        (MessageKind.OTHER_DENIAL, r'admission webhook "[^"]+" denied the request: .*'),
        (MessageKind.UNAUTHORIZED, r"You must be logged in to the server"),
        (MessageKind.SERVER_TIMEOUT, r"request did not complete within requested timeout[^\"]*"),
        (MessageKind.SERVER_BUSY, r"[Tt]oo many requests"),
    )
)

_DENIED: Final = "denied the request:"

_LONGEST_WRAPPED: Final = 4096
"""Characters of a text that may be one message, wrapped by a terminal."""

_CONTROL_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_FRAGMENTS: Final = (
    "denied the request", "denied request", "overlaps with range", "IPRanges [", "strict subset",
    "should belong", "should not be", "invalid ", "failed calling webhook", "not supported yet",
    "in any range", "ExternalIPPool", "externalippool", "the IP range", "no Node available",
    "requested IP", "webhook cache still", " in Egress ", "unknown field", "a resource type",
    "logged in to the server", "requested timeout", "oo many requests",
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
        message = _message(row) if any(each in row for each in _FRAGMENTS) else None
        if message is None:
            continue
        key = (message.kind, message.text)
        known = found.get(key, replace(message, line=number, count=0))
        found[key] = replace(known, count=known.count + 1)
    wrapped = _message(whole) if not found and len(whole) <= _LONGEST_WRAPPED else None
    return (wrapped,) if wrapped else tuple(found.values())


def _message(row: str) -> Message | None:
    row = _CONTROL_SEQUENCE.sub("", row).replace('\\"', '"')
    denial = find_sentence(row)
    if denial is not None and denial.kind is DenialKind.OVERLAP:
        kind = MessageKind.OVERLAP if denial.pool else MessageKind.OWN_OVERLAP
        own, other = denial.own or "", denial.other or ""
        return Message(kind, denial.sentence, pool=denial.pool or "", own=own, other=other)
    if denial is not None:
        before = row[: row.index(denial.sentence)].rstrip()
        # Other programs also say that an address is invalid.
        if denial.kind is not DenialKind.PARSE or not before or before.endswith(_DENIED):
            return Message(_DENIALS[denial.kind], denial.sentence)
    for kind, pattern in _PATTERNS:
        if match := pattern.search(row):
            named = match.groupdict()
            return Message(
                kind, match[0].strip(), pool=named.get("pool") or "", own=named.get("own") or ""
            )
    return None
