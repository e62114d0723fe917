"""Requests as the API server understands them, and answers."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote

import orjson

from ippoolctl.sandbox.apiserver.kinds import Key, Kind
from ippoolctl.sandbox.apiserver.negotiation import JSON, Form, negotiated
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request, no_resource, not_found

TEXT: Final = "text/plain; charset=utf-8"
MAX_BODY: Final = 3 * 2**20
"""Bytes that a kube-apiserver takes of a request."""
_DIGITS: Final = 20
"""The most that a number of 64 bits has."""
_WRITING: Final = {"POST": "create", "PUT": "update", "PATCH": "patch"}
_ON_ALL: Final = {"GET": "list", "HEAD": "list", "DELETE": "deletecollection", **_WRITING}
_ON_ITEM: Final = {"GET": "get", "HEAD": "get", "DELETE": "delete", **_WRITING}
_PART: Final = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
_DURATION: Final = re.compile(rf"[-+]?(?:(?:{_PART})+|0)")
_UNITS: Final = {"ns": 1e-9, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_MICRO: Final = 1e-6


class Request(NamedTuple):
    """What arrived. Whatever cannot be understood raises :class:`StatusError` when asked for."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By names in any case."""
    body: bytes

    def flag(self, name: str) -> bool:
        """Whether a parameter is set, as Kubernetes reads booleans: 0 and false are not."""
        return name in self.query and self.query[name].lower() not in ("0", "false")

    def number(self, name: str) -> int:
        """A parameter that is a whole number; 0 if it is not there."""
        text = self.query.get(name, "0")
        if not re.fullmatch("-?[0-9]+", text):
            raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        if len(text) > _DIGITS or abs(int(text)) >= 2**63:
            raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
        return int(text)

    @property
    def revision(self) -> int:
        """The revision that is named, 0 for none."""
        text = self.query.get("resourceVersion") or "0"
        why = unlike_revision(text)
        if why:
            raise StatusError(500, f'resourceVersion: Invalid value: "{text}": {why}')
        return int(text)

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        name, *parameters = (self.headers.get("Content-Type") or JSON).split(";")
        # A parameter without a value spoils it all.
        is_one = all("=" in each or not each.strip() for each in parameters)
        return name.strip().lower() if is_one else ""

    @property
    def form(self) -> Form | None:
        """What the client wants for an answer; ``None`` if it is nothing that there is."""
        return negotiated(self.headers.get("Accept") or "")

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing shall be stored."""
        return self.query.get("dryRun") == "All"

    @property
    def timeout(self) -> float:
        """Seconds that the request may take, by its own word."""
        text = self.query.get("timeout") or "0s"
        if not _DURATION.fullmatch(text):
            why = "missing unit in" if text.lstrip("-").isdecimal() else "invalid"
            why = f'time: {why} duration "{text}"'
            raise bad_request(f"invalid timeout specified in the request URL - {why}")
        parts = re.findall(_PART, text)
        return sum(float(n) * _UNITS.get(unit, _MICRO) for n, unit in parts) or math.inf

    def json(self) -> Any:
        """The body."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise bad_request(f"couldn't get version/kind; json parse error: {error}") from None


class Target(NamedTuple):
    """What a path of the API means; whether it is served is another question."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    """Empty for cluster-scoped objects, and for all namespaces."""
    name: str = ""
    """Empty for all objects."""
    part: str = ""
    """The subresource, or empty."""

    def verb(self, request: Request) -> str:
        """What the request does to it, in the words of RBAC; empty for a method without one."""
        verb = (_ON_ITEM if self.name else _ON_ALL).get(request.method, "")
        return "watch" if verb == "list" and request.flag("watch") else verb

    def is_placed(self, kind: Kind) -> bool:
        """Whether the kind is in a namespace just as this is."""
        return bool(self.namespace) == kind.namespaced or (kind.namespaced and not self.name)

    def check(self, kind: Kind) -> None:
        """Raise :class:`StatusError` unless the kind has such an item or part of it."""
        if kind.is_custom and not self._has_part(kind):
            raise not_found(kind, self.name)
        if not self._has_part(kind) or (self.name and len(kind.verbs) == 1):
            raise no_resource()

    def _has_part(self, kind: Kind) -> bool:
        # What follows the part of a custom resource is not looked at.
        part = self.part.partition("/")[0] if kind.is_custom else self.part
        return not part or (part == "status" and kind.has_status)


class Call(NamedTuple):
    """A request about objects of a kind."""

    kind: Kind
    namespace: str
    name: str
    part: str
    request: Request

    @property
    def key(self) -> Key:
        """The object's key in the store."""
        return (self.namespace, self.name)

    def serves(self, verb: str) -> bool:
        """Whether the path has the verb."""
        if self.part:
            return verb in ("get", "update", "patch")
        is_custom, method = self.kind.is_custom, self.request.method
        if not self.name and verb in ("update", "patch"):
            return is_custom
        if verb == "create" and bool(self.namespace) != self.kind.namespaced:
            return False
        # A custom resource takes no offence at a name where none belongs, nor at a HEAD.
        return verb in self.kind.verbs and (
            is_custom or (method != "HEAD" and not (self.name and verb == "create"))
        )


class Answer(NamedTuple):
    """A whole answer."""

    code: int
    body: bytes
    content_type: str = JSON
    warnings: tuple[str, ...] = ()
    """Texts for people, without the marks around them."""
    retry_after: int = 0
    """Seconds to wait before the next try; 0 for no advice."""


class Stream(NamedTuple):
    """The answer to a watch: lines as they come, empty ones while nothing happens."""

    lines: Iterator[bytes]


def unlike_revision(text: str) -> str:
    """Why a text is no revision, which is a number of 64 bits; empty if it is one."""
    if not re.fullmatch("[0-9]+", text):
        return f'strconv.ParseUint: parsing "{text}": invalid syntax'
    digits = text.lstrip("0")
    if len(digits) > _DIGITS or int(digits or "0") >= 2**64:
        return f'strconv.ParseUint: parsing "{text}": value out of range'
    return ""


def document(code: int, found: Any) -> Answer:
    """An answer in JSON."""
    return Answer(code, orjson.dumps(found))


def text(code: int, found: str) -> Answer:
    """An answer in plain text."""
    return Answer(code, found.encode(), TEXT)


NOWHERE: Final = text(404, "404 page not found\n")
"""The answer to a path that nobody knows."""


def parse_query(text: str) -> dict[str, str]:
    """The parameters of a URL; of several with one name the first counts."""
    return {key: values[0] for key, values in parse_qs(text, keep_blank_values=True).items()}


def target(path: str) -> Target | None:
    """What a path means; ``None`` if it has not the form of a resource's."""
    match unquote(path).removeprefix("/").removesuffix("/").split("/"):
        case ["api", version, *rest] if rest:
            group = ""
        case ["apis", group, version, *rest] if rest:
            pass
        case _:
            return None
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 2 and rest[2] != "status":
        namespace, rest = rest[1], rest[2:]
    plural, name, *parts = (*rest, "", "")
    return Target(group, version, plural, namespace, name, "/".join(parts).rstrip("/"))
