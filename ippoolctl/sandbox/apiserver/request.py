"""Requests as the API server understands them, and answers."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from ippoolctl.sandbox.apiserver.kinds import Key, Kind
from ippoolctl.sandbox.apiserver.left_out import DOUBLED
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
MAX_BODY: Final = 3 * 2**20
"""Bytes of a body that a kube-apiserver reads."""
_ON_ALL: Final = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_ON_ITEM: Final = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_PART: Final = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|m|h)"
_DURATION: Final = re.compile(rf"(?:{_PART})+|0")
_UNITS: Final = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class Request(NamedTuple):
    """What arrived. A part that makes no sense raises :class:`StatusError` when it is read."""

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
        """A parameter that is a whole number; 0 if it is absent."""
        text = self.query.get(name, "0")
        if not re.fullmatch("-?[0-9]{1,18}", text):
            raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        return int(text)

    @property
    def revision(self) -> int:
        """The parameter ``resourceVersion``; 0 if it is absent."""
        text = self.query.get("resourceVersion") or "0"
        if why := unlike_revision(text):
            raise StatusError(500, f'resourceVersion: Invalid value: "{text}": {why}')
        return int(text)

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return (self.headers.get("Content-Type") or JSON).partition(";")[0].strip().lower()

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing is stored."""
        return self.query.get("dryRun") == "All"

    @property
    def timeout(self) -> float:
        """Seconds that the request may take; infinite if it names no limit."""
        text = self.query.get("timeout") or "0"
        if not _DURATION.fullmatch(text):
            why = "missing unit in" if text.isdecimal() else "invalid"
            why = f'time: {why} duration "{text}"'
            raise bad_request(f"invalid timeout specified in the request URL - {why}")
        return sum(float(n) * _UNITS[unit] for n, unit in re.findall(_PART, text)) or math.inf


class Target(NamedTuple):
    """The resource that a path names, whether it is served or not."""

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

    def fits(self, kind: Kind) -> bool:
        """Whether objects of the kind have this scope and this subresource."""
        is_placed = bool(self.namespace) == kind.namespaced or (kind.namespaced and not self.name)
        return is_placed and (not self.part or (self.part == "status" and kind.has_status))


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
        in_place = verb != "create" or bool(self.namespace) == self.kind.namespaced
        return verb in self.kind.verbs and in_place


class Answer(NamedTuple):
    """A whole answer."""

    code: int
    body: bytes
    content_type: str = JSON
    warnings: tuple[str, ...] = ()
    """Texts for people, not yet quoted for a header."""
    retry_after: int = 0
    """Seconds to wait before the next try; 0 for no advice."""


class Stream(NamedTuple):
    """The answer to a watch: lines as they come, empty ones while nothing happens."""

    lines: Iterator[bytes]


def unlike_revision(text: str) -> str:
    """Why a text is not a revision, which is a whole number; empty if it is one."""
    if re.fullmatch("[0-9]{1,20}", text):
        return ""
    return f'strconv.ParseUint: parsing "{text}": invalid syntax'


def document(code: int, found: Any) -> Answer:
    """An answer in JSON."""
    return Answer(code, orjson.dumps(found))


def text(code: int, found: str) -> Answer:
    """An answer in plain text."""
    return Answer(code, found.encode(), TEXT)


NOWHERE: Final = text(404, "404 page not found\n")
"""The answer to an unknown path."""


def parse_query(text: str) -> dict[str, str]:
    """The parameters of a URL. Raises :class:`StatusError` for one that is given twice."""
    pairs = parse_qsl(text, keep_blank_values=True)
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DOUBLED.refusal()
    return found


def target(path: str) -> Target | None:
    """The resource that a path names; ``None`` if the path is not that of a resource."""
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
