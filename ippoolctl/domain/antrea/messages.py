"""Antrea's and the API server's reasons to refuse a request: building and parsing their sentences.

Both directions are in one place, so that predictions and parsing cannot drift apart.
The sentences are Antrea's to the letter, and differ by release line.

Source: ``pkg/controller/externalippool/validate.go`` of Antrea v1.15.1, v2.4.2 and v2.7.0;
``pkg/controller/validation/ippool.go`` of v2.7.0; for the envelope
``apiserver/pkg/admission/plugin/webhook/errors/statuserror.go`` of Kubernetes v1.36.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Spelling
from ippoolctl.domain.antrea.pool import Path, SubnetInfo, dotted
from ippoolctl.domain.antrea.releases import Line

WEBHOOK: Final = "externalippoolvalidator.antrea.io"
"""Name of the webhook entry for ExternalIPPools, in every release."""


class Stage(StrEnum):
    """Which component refuses."""

    SCHEMA = "schema"
    """The API server, by the CRD and the rules for metadata."""
    WEBHOOK = "webhook"
    """Antrea."""
    STORAGE = "storage"
    """The API server, after the webhook admitted the pool: the name exists."""


class Reason(NamedTuple):
    """One thing that is wrong with a request."""

    stage: Stage
    rule: str
    """The rule that explains it, such as ``EIP209``."""
    message: str
    """The server's sentence; for the webhook the text after ``denied the request: ``."""
    path: Path = ()
    """The field at fault; empty if it is not a field of the request."""
    code: int = 400
    """The HTTP status of the response."""
    cause: str = ""
    """For the schema: the field as ``details.causes`` spells it."""
    pool: str = ""
    """Name of the other pool, if there is one."""
    nameable: bool = False
    """Whether this release can return this reason; if not, it returns another one."""

    @property
    def field(self) -> str:
        """The field at fault in dotted notation."""
        return dotted(self.path)


class DenialKind(StrEnum):
    """What a denial is about."""

    OVERLAP = "overlap"
    """Another pool, or another range of the same pool, has common addresses."""
    REMOVED = "removed"
    """The update removes or rewrites a range."""
    SUBNET = "subnet"
    FAMILY = "family"
    ORDER = "order"
    PARSE = "parse"
    """A CIDR, an address, the gateway or the prefix length is invalid."""
    OTHER = "other"


class Denial(NamedTuple):
    """A denial of Antrea's webhook in its parts."""

    kind: DenialKind
    sentence: str
    """The text after ``denied the request: ``."""
    own: str | None = None
    """Text of the range in the request, for an overlap."""
    other: str | None = None
    """Text of the overlapping range."""
    pool: str | None = None
    """Name of the other pool; ``None`` for an overlap inside one pool."""


def denied(sentence: str) -> str:
    """The API server's message for a denial; it comes with status 400 and no reason."""
    return f'admission webhook "{WEBHOOK}" denied the request: {sentence}'


def not_served(version: str) -> str:
    """The message of kubectl for a version that the API server does not serve (status 404)."""
    return f'no matches for kind "ExternalIPPool" in version "crd.antrea.io/{version}"'


def already_exists(name: str) -> str:
    """A CREATE of a name that exists (status 409); the webhook is called before that."""
    return f'externalippools.crd.antrea.io "{name}" already exists'


def unreadable(faulty: BadRange) -> str:
    """Why a range is denied by itself; the same sentence in every line that has the rule."""
    cidr, start, end = faulty.spelling
    match faulty.error:
        case RangeError.CIDR:
            return f"invalid cidr {cidr}"
        case RangeError.START:
            return f"invalid start ip address {start or ''}"
        case RangeError.END:
            return f"invalid end ip address {end or ''}"
        case RangeError.FAMILY:
            return f"range start {start} and range end {end} should belong to same family"
        case RangeError.ORDER:
            return f"range start {start} should not be greater than range end {end}"
        case RangeError.SCHEMA:
            raise ValueError("the schema rejects this range, so the webhook is not called")


def overlaps_own(later: IPRange, earlier: IPRange) -> str:
    """Two ranges of one pool overlap: the later one is named first."""
    return f"range [{later.text}] overlaps with range [{earlier.text}]"


def overlaps_other(own: str, other: str, pool: str, line: Line) -> str:
    """A range of the pool in the request overlaps a range of another pool."""
    kind = "ExternalIPPool" if line is Line.V2_4_3 else "pool"
    return f"range [{own}] overlaps with range [{other}] of {kind} {pool}"


def invalid_gateway(gateway: str) -> str:
    """``netip.ParseAddr`` fails for the gateway."""
    return f"invalid gateway address {gateway}"


def invalid_prefix_length(length: int) -> str:
    """The prefix length does not fit the gateway's family."""
    return f"invalid prefixLength {length}"


def invalid_network(cidr: str) -> str:
    """Go's message if ``net.ParseCIDR`` fails; Antrea 1.15 passes it on."""
    return f"invalid CIDR address: {cidr}"


def outside_subnet(spelling: Spelling, subnet: SubnetInfo, line: Line) -> str:
    """A range is not inside the subnet; "strict" is not exact, the whole subnet is admitted."""
    if line is not Line.V1_15:
        return f"range [{spelling.text}] must be a strict subset of the subnet {subnet.text}"
    noun = "cidr" if spelling.cidr else "IP range"
    return f"{noun} {spelling.text} must be a strict subset of the subnet"


def removed(texts: Iterable[str], line: Line) -> str:
    """An update removes texts of ranges; Go prints them sorted, without duplicates."""
    verb = "updated or deleted" if line is Line.V2_4_3 else "deleted"
    return f"existing IPRanges [{' '.join(sorted(set(texts)))}] cannot be {verb}"


def sentence_of(message: str) -> str:
    """The sentence of any admission webhook in the API server's message; else the whole message."""
    return message.rpartition("denied the request: ")[2]


def in_words(sentence: str) -> str:
    """A sentence of the server without its Go placeholders."""
    return sentence.removeprefix('<nil>: Invalid value: "": ')


_DENIED: Final = rf'admission webhook "{re.escape(WEBHOOK)}" denied the request: (.*)'
_SENTENCES: Final = (
    (
        DenialKind.OVERLAP,
        (
            r"range \[(?P<own>[^\]]+)\] overlaps with range \[(?P<other>[^\]]+)\]"
            r"(?: of (?:pool|ExternalIPPool) (?P<pool>[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?))?"
        ),
    ),
    (
        DenialKind.REMOVED,
        r"existing IPRanges \[[^\]]*\] cannot be (?:updated or )?deleted",
    ),
    (
        DenialKind.SUBNET,
        (
            r"(?:(?:cidr|IP range) \S+|range \[[^\]]+\])"
            r" must be a strict subset of the subnet(?: [^\s\"\\]+/\d+)?"
        ),
    ),
    (
        DenialKind.FAMILY,
        r"range start \S+ and range end \S+ should belong to same family",
    ),
    (
        DenialKind.ORDER,
        r"range start \S+ should not be greater than range end [^\s\"\\]+",
    ),
    (
        DenialKind.PARSE,
        (
            r"invalid (?:cidr|start ip address|end ip address|gateway address|prefixLength"
            r"|CIDR address:)(?: [^\s\"\\]*)?"
        ),
    ),
)


def parse_denial(message: str) -> Denial | None:
    """Parse a message of the API server; ``None`` if it is not a denial of Antrea's webhook.

    Every wording since 1.15 is parsed, after any prefix, since kubectl and other clients add one.
    """
    match = re.search(_DENIED, message, re.DOTALL)
    if match is None:
        return None
    sentence = match[1].strip()
    for kind, pattern in _SENTENCES:
        if found := re.fullmatch(pattern, sentence):
            return Denial(kind, sentence, **found.groupdict())
    return Denial(DenialKind.OTHER, sentence)


def find_sentence(text: str) -> Denial | None:
    """The first of the webhook's sentences in a text such as a line of a log."""
    found = (
        Denial(kind, match[0], **match.groupdict())
        for kind, pattern in _SENTENCES
        if (match := re.search(pattern, text))
    )
    return next(found, None)
