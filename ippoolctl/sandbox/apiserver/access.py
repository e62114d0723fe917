"""Users and their rights: 401, 403 and SelfSubjectAccessReviews.

There are no roles. ``admin`` may do everything, ``editor`` may read and write pools, ``viewer``
may read them, other users may do nothing; what is denied is denied to all. Source of the
sentences: Kubernetes v1.36 ``apiserver/pkg/endpoints/handlers/responsewriters/errors.go``; of the
protobuf, which kubectl sends for reviews: ``k8s.io/api/authorization/v1/generated.proto``.
"""

import re
from collections.abc import Mapping
from typing import Final

from ippoolctl.crd.group import GROUP
from ippoolctl.sandbox.apiserver.decoding import decoded
from ippoolctl.sandbox.apiserver.kinds import READING, REVIEWS, JsonObject
from ippoolctl.sandbox.apiserver.left_out import REVIEW
from ippoolctl.sandbox.apiserver.request import Call, Request, Target
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request

ADMIN: Final = "admin"
ANONYMOUS: Final = "system:anonymous"
_RIGHTS: Final = {"viewer": READING, "editor": (*READING, "create", "update", "patch", "delete")}
_PUBLIC: Final = re.compile(r"/(readyz|livez|healthz|version)/?")
_FOR_ALL: Final = re.compile(rf"{_PUBLIC.pattern}|/(api|apis|openapi)(/.*)?")
_PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
_FIELDS: Final = ("namespace", "verb", "group", "version", "resource", "subresource", "name")
"""Of a review's ``resourceAttributes``, in the order of their numbers."""


class Access:
    """The users of the sandbox. ``tokens`` are user names by bearer token; without any, all
    requests are those of ``admin``.
    """

    def __init__(self, tokens: Mapping[str, str], denied: tuple[str, ...] = ()) -> None:
        self._tokens = tokens
        self.denied = set(denied)
        """What is denied to all: ``verb:resource``, each of which may be ``*``."""

    def check_path(self, request: Request) -> None:
        """Raise :class:`StatusError` for a path without a resource that the user may not read."""
        user = self._user(request)
        if user == ADMIN:
            user = request.headers.get("Impersonate-User") or user
        public = _PUBLIC if user == ANONYMOUS else _FOR_ALL
        if user != ADMIN and not public.fullmatch(request.path):
            verb = request.method.lower()
            message = f'forbidden: User "{user}" cannot {verb} path "{request.path}"'
            raise StatusError(403, message, details={})

    def check(self, verb: str, target: Target, request: Request) -> str:
        """The user of the request, impersonated or not. Raises :class:`StatusError`: 401, 403."""
        user, other = self._user(request), request.headers.get("Impersonate-User")
        if other and user != ADMIN:
            raise _forbidden(user, f"impersonate-on:user-info:{verb}", target, request)
        user = other or user
        resource = f"{target.plural}/{target.part}" if target.part else target.plural
        if target.plural != REVIEWS.plural and not self._allows(user, verb, target.group, resource):
            raise _forbidden(user, verb, target, request)
        return user

    def review(self, user: str, call: Call, warnings: list[str]) -> JsonObject:
        """The answer to a SelfSubjectAccessReview. Raises :class:`StatusError`."""
        spec: JsonObject | None
        if call.request.content_type == _PROTOBUF:
            spec = _from_protobuf(call.request.body)
        else:
            spec = decoded(call, warnings).get("spec")
        wanted = (spec or {}).get("resourceAttributes")
        if wanted is None:
            raise REVIEW.refusal()
        part = wanted.get("subresource")
        resource = (wanted.get("resource") or "") + (f"/{part}" if part else "")
        verb, group = wanted.get("verb") or "", wanted.get("group") or ""
        status = {"allowed": self._allows(user, verb, group, resource)}
        named = {"kind": REVIEWS.kind, "apiVersion": REVIEWS.api_version, "metadata": {}}
        return named | {"spec": spec, "status": status}

    def _user(self, request: Request) -> str:
        if not self._tokens:
            return ADMIN
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            return ANONYMOUS
        if token not in self._tokens:
            raise StatusError(401, "Unauthorized")
        return self._tokens[token]

    def _allows(self, user: str, verb: str, group: str, resource: str) -> bool:
        if {f"{v}:{r}" for v in (verb, "*") for r in (resource, "*")} & self.denied:
            return False
        on_pools = (group, resource) == (GROUP, "externalippools")
        return user == ADMIN or (on_pools and verb in _RIGHTS.get(user, ()))


def _forbidden(user: str, verb: str, target: Target, request: Request) -> StatusError:
    group, plural = target.group, target.plural
    # A request for one object by its name counts as one for that object.
    name = target.name or request.query.get("fieldSelector", "").partition("metadata.name=")[2]
    namespace = target.namespace or (target.name if (group, plural) == ("", "namespaces") else "")
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    resource = f"{plural}/{target.part}" if target.part else plural
    subject = (f"{plural}.{group}" if group else plural) + (f' "{name}"' if name else "")
    what = f'{verb} resource "{resource}" in API group "{group}" {where}'
    details = {"name": name, "group": group, "kind": plural}
    message = f'{subject} is forbidden: User "{user}" cannot {what}'
    return StatusError(403, message, details={k: v for k, v in details.items() if v})


def _from_protobuf(body: bytes) -> JsonObject:
    """The ``spec`` of a review. Raises :class:`StatusError`."""
    try:
        message = body.removeprefix(b"k8s\0")
        for number in (2, 2, 1):  # the object in the envelope, its spec, its resourceAttributes
            message = _fields(message)[number]
        found = _fields(message)
    except (IndexError, KeyError) as error:
        raise bad_request("the body is not a SelfSubjectAccessReview") from error
    named = enumerate(_FIELDS, 1)
    return {"resourceAttributes": {word: found[n].decode() for n, word in named if n in found}}


def _fields(message: bytes) -> dict[int, bytes]:
    """The fields that hold bytes, by number; no others come before those that are read."""
    found: dict[int, bytes] = {}
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        size, position = _varint(message, position)
        found[tag >> 3] = message[position : position + size]
        position += size
    return found


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while message[position] >= 128:
        value |= (message[position] & 127) << shift
        position, shift = position + 1, shift + 7
    return value | message[position] << shift, position + 1
