"""Faults between a client and an API server, and their rules; without network access."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple
from urllib.parse import parse_qs

Headers = tuple[tuple[str, str], ...]
JSON: Final = ("Content-Type", "application/json")
HTML: Final = ("Content-Type", "text/html")


class Request(NamedTuple):
    """The properties of a request that rules match."""

    method: str
    path: str
    query: str = ""

    @property
    def is_watch(self) -> bool:
        return parse_qs(self.query).get("watch", [""])[-1] in {"1", "true"}

    @property
    def kind(self) -> str:
        """The path with a star for each name of an object or a namespace."""
        parts = self.path.split("/")
        if len(parts) > 1 and parts[1] in {"api", "apis"}:
            first = 4 if parts[1] == "api" else 5
            parts[first::2] = "*" * len(parts[first::2])
        return "/".join(parts) + ("?watch" if self.is_watch else "")


@dataclass(frozen=True)
class Status:
    """An answer of ours, in place of the server's."""

    code: int
    headers: Headers = ()
    """Beside the length; a type of the content has to be among them if there is a ``body``."""
    body: bytes | None = None
    """``None`` for a Status of Kubernetes."""
    message: str = "made to fail"
    executed: bool = False
    """Whether the server got the request, and did what it asked for."""


@dataclass(frozen=True)
class Latency:
    """Seconds before the server gets the request, and before the client gets the answer.

    Both are waited for even if the client has given up: the server gets its request all the same.
    """

    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True)
class ResetBefore:
    """The client gets a reset, the server nothing."""


@dataclass(frozen=True)
class ResetAfter:
    """The client gets a reset after the server has answered."""


@dataclass(frozen=True)
class Late:
    """The client gets a reset at once; so many seconds later the server gets the request."""

    seconds: float


@dataclass(frozen=True)
class Truncate:
    """The body ends early, after that share of it, and with it the connection."""

    keep: float = 0.5


@dataclass(frozen=True)
class WrongLength:
    """The announced length is off by so many bytes; then the connection ends."""

    by: int


@dataclass(frozen=True)
class Drip:
    """The body is sent in parts, each after so many seconds."""

    interval: float
    size: int = 1


class End(Enum):
    """How a watch ends before its time."""

    FINISH = "as if the server had ended it"
    CLOSE = "the connection ends"
    RESET = "the connection is reset"
    STALL = "nothing comes any more"


@dataclass(frozen=True)
class DropWatch:
    """An answer without a length ends after so many bytes or seconds; others are as they are."""

    after_bytes: int | None = None
    after_seconds: float | None = None
    end: End = End.CLOSE


Fault = (
    Status | Latency | ResetBefore | ResetAfter | Late | Truncate | WrongLength | Drip | DropWatch
)

HTML_PAGE: Final = Status(200, (HTML,), b"<html><body>Welcome</body></html>", executed=True)
BROKEN_JSON: Final = Status(200, (JSON,), b'{"kind": "Status", "metadata": {', executed=True)
BROKEN_GZIP: Final = Status(
    200, (JSON, ("Content-Encoding", "gzip")), b"\x1f\x8b\x08\0\0\0\0\0\0\xffno gzip", executed=True
)
EMPTY: Final = Status(200, (JSON,), b"", executed=True)
BAD_GATEWAY: Final = Status(502, (HTML,), b"<html><h1>502 Bad Gateway</h1></html>")

_REASONS: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


def status_body(code: int, message: str) -> bytes:
    """A Status of Kubernetes, with the reason that usually goes with the code."""
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    reason = {"reason": _REASONS[code]} if code in _REASONS else {}
    return json.dumps({**status, "message": message, **reason, "code": code}).encode()


@dataclass(frozen=True)
class Rule:
    """A fault, and which requests meet it how often."""

    fault: Fault
    probability: float = 1.0
    methods: Sequence[str] = ()
    """None is all."""
    path: str = ""
    """A regular expression for some part of the path."""
    watch: bool | None = None
    """Whether it must be a watch, or must be none."""
    times: int | None = None
    """How often at most."""
    after: int = 0
    """How many requests that fit are let through before."""

    def fits(self, request: Request) -> bool:
        return (
            (not self.methods or request.method in self.methods)
            and re.search(self.path, request.path) is not None
            and self.watch in {None, request.is_watch}
        )


@dataclass
class _Armed:
    rule: Rule
    seen: int = 0
    struck: int = 0

    @property
    def is_due(self) -> bool:
        return self.seen > self.rule.after and self.struck != self.rule.times


class Dice:
    """Decides about each request: at most one fault, so probabilities of rules add up.

    The n-th request of a method and a kind of path always gets the same roll from the same seed,
    independent of other requests. Among requests at the same time, the order of arrival decides
    which of them is the n-th, and to which a rule with ``times`` or ``after`` applies.
    """

    def __init__(self, seed: int, rules: Iterable[Rule] = ()) -> None:
        self._seed = seed
        self._rolled: Counter[tuple[str, str]] = Counter()
        self.rules = tuple(rules)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Setting them resets their counts; rolls continue."""
        return tuple(each.rule for each in self._armed)

    @rules.setter
    def rules(self, rules: Iterable[Rule]) -> None:
        self._armed = [_Armed(each) for each in rules]

    def throw(self, request: Request) -> Fault | None:
        """The fault of the next request. To be called by one thread at a time."""
        roll = self._roll(request)
        fitting = [each for each in self._armed if each.rule.fits(request)]
        for each in fitting:
            each.seen += 1
        for each in fitting:
            if not each.is_due:
                continue
            if roll < each.rule.probability:
                each.struck += 1
                return each.rule.fault
            roll -= each.rule.probability
        return None

    def _roll(self, request: Request) -> float:
        key = (request.method, request.kind)
        self._rolled[key] += 1
        # Text as a seed does not depend on the hashes of this process.
        return random.Random(f"{self._seed} {key} {self._rolled[key]}").random()


def standard_faults(probability: float) -> tuple[Rule, ...]:
    """Seven kinds of faults, each with that probability, for requests of all kinds."""
    busy = "Too many requests, please try again later."
    half = probability / 2
    return (
        Rule(Status(429, (("Retry-After", "0"),), message=busy), half),
        Rule(Status(429, (("Retry-After", "1"),), message=busy), half),
        Rule(Status(500, message="Internal error occurred: made to fail"), probability),
        Rule(Status(503, (("Retry-After", "1"),)), probability),
        Rule(ResetBefore(), probability),
        Rule(ResetAfter(), probability),
        Rule(Truncate(), probability),
        Rule(Latency(before=0.05, after=0.05), probability),
    )
