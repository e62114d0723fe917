"""The API server: the user and their rights, the resource, then the answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ippoolctl.sandbox import lists
from ippoolctl.sandbox.apiserver import discovery, options, patches
from ippoolctl.sandbox.apiserver.access import Access
from ippoolctl.sandbox.apiserver.kinds import REVIEWS, Kinds
from ippoolctl.sandbox.apiserver.left_out import METHOD, PATH
from ippoolctl.sandbox.apiserver.representation import (
    check_form,
    event_line,
    listed,
    one,
    refusal,
)
from ippoolctl.sandbox.apiserver.request import (
    MAX_BODY,
    NOWHERE,
    TEXT,
    Answer,
    Call,
    Request,
    Stream,
    document,
    target,
    text,
)
from ippoolctl.sandbox.apiserver.statuses import (
    StatusError,
    bad_request,
    not_found,
    too_large,
)
from ippoolctl.sandbox.store import Store
from ippoolctl.sandbox.watches import Watch
from ippoolctl.sandbox.writes import Writes

_NO_RESOURCE: Final = "the server could not find the requested resource"
_NO_METHOD: Final = "the server does not allow this method on the requested resource"


class Api:
    """Answers requests about the objects of a store."""

    def __init__(self, store: Store, kinds: Kinds, access: Access, writes: Writes) -> None:
        self._store = store
        self._kinds = kinds
        self._access = access
        self._writes = writes
        self._stopped = threading.Event()
        self.errors: list[Exception] = []
        """Bugs that requests ran into; there should be none."""

    def stop(self) -> None:
        """End all watches soon."""
        self._stopped.set()

    def answer(self, request: Request) -> Answer | Stream:
        """The answer; no request makes it raise."""
        try:
            return self._answer(request)
        except StatusError as error:
            return refusal(error)
        except RecursionError:
            return refusal(bad_request("the body is nested too deeply"))
        except Exception as error:  # a bug must not look like a network that fails
            self.errors.append(error)
            message = f"Internal error occurred: {type(error).__name__}"
            return refusal(StatusError(500, message, "InternalError"))

    def _answer(self, request: Request) -> Answer | Stream:
        _ = request.timeout  # refuses one that cannot be read, whatever the request is about
        found = target(request.path)
        if len(request.body) > MAX_BODY:
            raise too_large(MAX_BODY)
        if found is None:
            self._access.check_path(request)
            return self._described(request)
        verb = found.verb(request)
        user = self._access.check(verb, found, request)
        kind = self._kinds.get(found.group, found.version, found.plural)
        if kind is None or not found.fits(kind):
            return NOWHERE if found.group else refusal(PATH.refusal(_NO_RESOURCE, details={}))
        call = Call(kind, found.namespace, found.name, found.part, request)
        if not call.serves(verb):
            raise METHOD.refusal(_NO_METHOD, details={})
        options.check_values(request)
        if verb == "patch":
            patches.check_type(call)
        check_form(call)
        if verb in ("create", "update", "patch"):
            return self._written(verb, call, user)
        return self._read(verb, call)

    def _described(self, request: Request) -> Answer:
        found = discovery.document(request.path, self._kinds)
        if request.path == "/openapi/v2" and "protobuf" in request.headers.get("Accept", ""):
            return text(200, discovery.OPENAPI_V2)._replace(content_type=discovery.PROTOBUF)
        if found is None:
            return (
                refusal(PATH.refusal(_NO_RESOURCE, details={}))
                if request.path.startswith("/api/")
                else NOWHERE
            )
        if request.method != "GET":
            raise METHOD.refusal(_NO_METHOD, details={})
        if isinstance(found, str):
            return text(200, found)
        answer = document(200, found)
        # This is the type that a kube-apiserver gives the index of its schemas.
        return answer._replace(content_type=TEXT) if list(found) == ["paths"] else answer

    def _read(self, verb: str, call: Call) -> Answer | Stream:
        if verb == "watch":
            return Stream(_lines(call, Watch(self._store, call), self._stopped))
        if verb in ("list", "deletecollection"):
            page = lists.page(self._store, call)
            if verb == "deletecollection":
                self._writes.delete_all(call, page.objects)
            return listed(call, page.objects, page.meta, _now())
        if verb == "delete":
            return one(200, call, self._writes.delete(call), _now())
        lists.wait_for(self._store, call.request.revision)
        found = self._store.get(call.kind.resource, call.key)
        if found is None:
            raise not_found(call.kind, call.name)
        return one(200, call, found, _now())

    def _written(self, verb: str, call: Call, user: str) -> Answer:
        warnings: list[str] = []
        try:
            if call.kind is REVIEWS:
                made = self._access.review(user, call, warnings)
            elif verb == "create":
                made = self._writes.create(call, warnings)
            elif verb == "update":
                made = self._writes.update(call, warnings)
            else:
                made = self._writes.patch(call, warnings)
            answer = one(201 if verb == "create" else 200, call, made, _now())
        except StatusError as error:
            answer = refusal(error)
        return answer._replace(warnings=tuple(warnings))


def _lines(call: Call, watch: Watch, stopped: threading.Event) -> Iterator[bytes]:
    heading = True
    for event in watch.events(stopped.is_set):
        yield b"" if event is None else event_line(call, event, _now(), heading=heading)
        heading = heading and event is None


def _now() -> datetime:
    return datetime.now(UTC)
