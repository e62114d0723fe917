"""Whether a retry of the request behind a message helps, and which rules explain the message."""

from enum import StrEnum
from typing import Final, NamedTuple

from ippoolctl.domain.explanation.recognition import Message
from ippoolctl.domain.explanation.recognition import MessageKind as Kind


class Retry(StrEnum):
    """Whether the same request succeeds later."""

    YES = "yes"
    """Within seconds, without any change."""
    NO = "no"
    """Not before the request changes."""
    LATER = "later"
    """As soon as something in the cluster has changed: another object, a setting, a permission."""
    IF_STALE = "if-stale"
    """Within seconds if the webhook's cache is stale, otherwise not; the live pools tell."""


class Advice(NamedTuple):
    """A row of :data:`ADVICE`."""

    retry: Retry
    rules: tuple[str, ...] = ()
    """Ids of the rules of ``check`` whose pages explain it."""


ADVICE: Final = {
    Kind.OVERLAP: Advice(Retry.IF_STALE, ("EIP209",)),
    Kind.OWN_OVERLAP: Advice(Retry.NO, ("EIP208",)),
    Kind.RANGE_REMOVED: Advice(Retry.NO, ("EIP210",)),
    Kind.OUTSIDE_SUBNET: Advice(Retry.NO, ("EIP207",)),
    Kind.INVALID_RANGE: Advice(Retry.IF_STALE, ("EIP211",)),
    Kind.OTHER_DENIAL: Advice(Retry.NO),
    Kind.NO_DRY_RUN: Advice(Retry.NO),
    Kind.OTHER_WEBHOOK: Advice(Retry.LATER),
    Kind.POLICY: Advice(Retry.NO),
    Kind.WEBHOOK_UNREACHABLE: Advice(Retry.YES),
    Kind.WEBHOOK_TIMEOUT: Advice(Retry.YES),
    Kind.WEBHOOK_CERTIFICATE: Advice(Retry.LATER),
    Kind.WEBHOOK_NOT_SERVED: Advice(Retry.LATER),
    Kind.EGRESS_FIELDS: Advice(Retry.NO),
    Kind.POOL_MISSING: Advice(Retry.IF_STALE),
    Kind.OUTSIDE_POOL: Advice(Retry.NO),
    Kind.INVALID_EGRESS: Advice(Retry.NO),
    Kind.POOL_EXHAUSTED: Advice(Retry.LATER),
    Kind.ADDRESS_TAKEN: Advice(Retry.LATER),
    Kind.NO_NODE: Advice(Retry.LATER),
    Kind.SERVICE_ADDRESS: Advice(Retry.LATER),
    Kind.NAME_EXISTS: Advice(Retry.NO),
    Kind.TERMINATING: Advice(Retry.LATER),
    Kind.NOT_FOUND: Advice(Retry.NO),
    Kind.NOT_SERVED: Advice(Retry.NO, ("EIP110",)),
    Kind.FORBIDDEN: Advice(Retry.LATER),
    Kind.UNAUTHORIZED: Advice(Retry.LATER),
    Kind.CHANGED: Advice(Retry.YES),
    Kind.INVALID_OBJECT: Advice(Retry.NO, ("EIP101", "EIP102", "EIP104", "EIP105", "EIP106")),
    Kind.UNKNOWN_FIELD: Advice(Retry.NO, ("EIP109",)),
    Kind.SERVER_BUSY: Advice(Retry.YES),
    Kind.SERVER_TIMEOUT: Advice(Retry.YES),
    Kind.SERVER_UNREACHABLE: Advice(Retry.LATER),
    Kind.STALE_CACHE: Advice(Retry.YES),
}
"""The advice for each kind of message."""

_RULE_OF: Final = {
    "invalid cidr": "EIP201",
    "invalid CIDR": "EIP201",
    "invalid start": "EIP202",
    "invalid end": "EIP202",
    "invalid prefixLength": "EIP206",
}


def rules_for(message: Message) -> tuple[str, ...]:
    """Ids of the rules of ``check`` whose pages explain the message."""
    rules = ADVICE[message.kind].rules
    if message.kind is not Kind.INVALID_RANGE:
        return rules
    if "should belong to same family" in message.text:
        return ("EIP203", *rules)
    if "should not be greater" in message.text:
        return ("EIP204", *rules)
    return (*(rule for begin, rule in _RULE_OF.items() if message.text.startswith(begin)), *rules)
