"""Who asks, and what they may do: 401 and 403.

There are no roles here. ``admin`` may do everything, ``editor`` may read and write pools,
``viewer`` may read them, everybody else may do nothing; and what is denied nobody may do. Source
of the sentences: Kubernetes v1.36 ``apiserver/pkg/endpoints/handlers/responsewriters/errors.go``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from ippoolctl.crd.group import GROUP
from ippoolctl.sandbox.apiserver.kinds import READING, REVIEWS, JsonObject
from ippoolctl.sandbox.apiserver.request import Request, Target
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request, invalid

ADMIN: Final = "admin"
ANONYMOUS: Final = "system:anonymous"
_RIGHTS: Final = {"viewer": READING, "editor": (*READING, "create", "update", "patch", "delete")}
_PUBLIC: Final = re.compile(r"/(readyz|livez|healthz|version)/?")
_FOR_ALL: Final = re.compile(rf"{_PUBLIC.pattern}|/(api|apis|openapi)(/.*)?")


class Access:
    """The users of the sandbox. ``tokens`` are user names by bearer token; none asks for none."""

    def __init__(self, tokens: Mapping[str, str], denied: tuple[str, ...] = ()) -> None:
        self._tokens = tokens
        self.denied = set(denied)
        """What nobody may do: ``verb:resource``, each of which may be ``*``."""

    def check_path(self, request: Request) -> None:
        """Raise :class:`StatusError` for a path of no resource that is not for this user."""
        user = self._user(request)
        if user == ADMIN:
            user = request.headers.get("Impersonate-User") or user
        public = _PUBLIC if user == ANONYMOUS else _FOR_ALL
        if user != ADMIN and not public.fullmatch(request.path):
            verb = request.method.lower()
            message = f'forbidden: User "{user}" cannot {verb} path "{request.path}"'
            raise StatusError(403, message, details={})

    def check(self, verb: str, target: Target, request: Request) -> str:
        """As whom the request is done. Raises :class:`StatusError`: 401 or 403."""
        user, other = self._user(request), request.headers.get("Impersonate-User")
        if not other and any(word.lower().startswith("impersonate-") for word in request.headers):
            raise bad_request("requested something to impersonate without a user name")
        if other and user != ADMIN:
            raise _forbidden(user, f"impersonate-on:user-info:{verb}", target, request)
        user = other or user
        resource = f"{target.plural}/{target.part}" if target.part else target.plural
        if target.plural != REVIEWS.plural and not self._allows(user, verb, target.group, resource):
            raise _forbidden(user, verb, target, request)
        return user

    def review(self, user: str, asked: JsonObject) -> JsonObject:
        """The answer to a SelfSubjectAccessReview. Raises :class:`StatusError`."""
        spec = asked.get("spec") or {}
        causes = list(_wrong_review(asked, spec))
        if causes:
            raise invalid(REVIEWS._replace(kind=""), "", causes)
        wanted = spec.get("resourceAttributes")
        if wanted is None:
            wanted = {"verb": "get", "resource": "paths"}
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


def _wrong_review(asked: JsonObject, spec: JsonObject) -> Iterator[tuple[str, str]]:
    paths, resources = spec.get("nonResourceAttributes"), spec.get("resourceAttributes")
    given = {k: v for k, v in (asked.get("metadata") or {}).items() if v and k != "namespace"}
    if given:
        shown = json.dumps(given, separators=(",", ":"))
        yield "metadata", f"metadata: Invalid value: {shown}: must be empty"
    if paths is None and resources is None:
        field = "spec.resourceAttributes"
        why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        yield field, f"{field}: Invalid value: null: {why}"
    elif paths is not None and resources is not None:
        field, path = "spec.nonResourceAttributes", paths.get("path") or ""
        shown = json.dumps({"Path": path, "Verb": paths.get("verb") or ""}, separators=(",", ":"))
        why = "cannot be specified in combination with resourceAttributes"
        yield field, f"{field}: Invalid value: {shown}: {why}"


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
