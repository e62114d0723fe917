"""The API server: who asks, whether that is allowed, what is asked for, and then the answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from ippoolctl.sandbox import lists
from ippoolctl.sandbox.apiserver import discovery, options, protobuf
from ippoolctl.sandbox.apiserver.access import Access
from ippoolctl.sandbox.apiserver.decoding import decoded
from ippoolctl.sandbox.apiserver.kinds import REVIEWS, JsonObject, Kinds
from ippoolctl.sandbox.apiserver.negotiation import YAML
from ippoolctl.sandbox.apiserver.representation import event_line, listed, one, refusal
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
    no_resource,
    no_verb,
    not_found,
    too_large,
)
from ippoolctl.sandbox.apiserver.yaml_answers import in_yaml
from ippoolctl.sandbox.store import Store
from ippoolctl.sandbox.watches import Watch
from ippoolctl.sandbox.writes import Writes


class Api:
    """Answers requests about the objects of a store."""

    def __init__(self, store: Store, kinds: Kinds, access: Access, writes: Writes) -> None:
        self._store = store
        self._kinds = kinds
        self._access = access
        self._writes = writes
        self._stopped = threading.Event()
        self.errors: list[Exception] = []
        """What went wrong inside of us; nothing should."""

    def stop(self) -> None:
        """End all watches soon."""
        self._stopped.set()

    def answer(self, request: Request) -> Answer | Stream:
        """The answer; nothing is raised for anything that a client can do."""
        answer = self._safely(request)
        if isinstance(answer, Stream):
            return answer
        form = request.form
        return in_yaml(answer) if form and form.media_type == YAML else answer

    def _safely(self, request: Request) -> Answer | Stream:
        try:
            _ = request.timeout  # of whatever it is about
            found = target(request.path)
            if len(request.body) > MAX_BODY:
                return refusal(too_large(MAX_BODY))
            if found is None:
                self._access.check_path(request)
                return self._described(request)
            verb = found.verb(request)
            user = self._access.check(verb, found, request)
            kind = self._kinds.get(found.group, found.version, found.plural)
            if kind is None or not found.is_placed(kind):
                return NOWHERE if found.group else refusal(no_resource())
            found.check(kind)
            part = found.part.partition("/")[0]
            call = Call(kind, found.namespace, found.name, part, request)
            return (
                self._answer(verb, call, user)
                if call.serves(verb)
                else refusal(no_verb(kind, verb))
            )
        except StatusError as error:
            return refusal(error)
        except RecursionError:
            return refusal(bad_request("the body is nested too deeply"))
        except Exception as error:  # one odd request must not look like a network that fails
            self.errors.append(error)
            message = f"Internal error occurred: {type(error).__name__}"
            return refusal(StatusError(500, message, "InternalError"))

    def _described(self, request: Request) -> Answer:
        found = discovery.document(request.path, self._kinds)
        if found is None:
            return refusal(no_resource()) if request.path.startswith("/api/") else NOWHERE
        if not discovery.serves(request):
            return refusal(no_verb(REVIEWS, ""))
        if isinstance(found, str):
            return text(200, found)
        answer = document(200, found)
        is_index = isinstance(found.get("paths"), dict) and len(found) == 1
        # So a kube-apiserver calls the index of its schemas.
        return answer._replace(content_type=TEXT) if is_index else answer

    def _answer(self, verb: str, call: Call, user: str) -> Answer | Stream:
        if verb not in ("create", "update", "patch"):
            options.check_form(call)
        match verb:
            case "watch":
                options.check_stream(call.request)
                return Stream(_lines(call, Watch(self._store, call), self._stopped))
            case "get":
                return self._got(call)
            case "list" | "deletecollection":
                page = lists.page(self._store, call)
                if verb == "deletecollection":
                    self._writes.delete_all(call, page.objects)
                return listed(call, page.objects, page.meta, _now())
            case "delete":
                return one(200, call, self._writes.delete(call), _now())
            case _:
                return self._written(verb, call, user)

    def _written(self, verb: str, call: Call, user: str) -> Answer:
        options.check_write(verb, call)
        writes = {"create": self._writes.create, "update": self._writes.update}
        warnings: list[str] = []
        try:
            if call.kind is REVIEWS:
                made = self._access.review(user, _asked(call, warnings))
            else:
                made = writes.get(verb, self._writes.patch)(call, warnings)
            answer = one(201 if verb == "create" else 200, call, made, _now())
        except StatusError as error:
            answer = refusal(error)
        return answer._replace(warnings=tuple(warnings))

    def _got(self, call: Call) -> Answer:
        lists.wait_for(self._store, call.request.revision)
        found = self._store.get(call.kind.resource, call.key)
        if found is None:
            raise not_found(call.kind, call.name)
        return one(200, call, found, _now())


def _asked(call: Call, warnings: list[str]) -> JsonObject:
    """A SelfSubjectAccessReview."""
    if call.request.content_type != protobuf.CONTENT_TYPE:
        return decoded(call, warnings)
    try:
        return {"spec": protobuf.access_review(call.request.body)}
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from None


def _lines(call: Call, watch: Watch, stopped: threading.Event) -> Iterator[bytes]:
    heading = True
    for event in watch.events(stopped.is_set):
        yield b"" if event is None else event_line(call, event, _now(), heading=heading)
        heading = heading and event is None


def _now() -> datetime:
    return datetime.now(UTC)
