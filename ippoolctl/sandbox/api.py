"""The API server: who asks, whether that is allowed, what is asked for, and then the answer."""

import threading
from collections.abc import Iterator

import orjson

from ippoolctl.sandbox import discovery, lists, options, protobuf
from ippoolctl.sandbox.access import Access
from ippoolctl.sandbox.decoding import decoded
from ippoolctl.sandbox.kinds import REVIEWS, Kind, Kinds
from ippoolctl.sandbox.request import (
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
from ippoolctl.sandbox.statuses import (
    StatusError,
    bad_request,
    no_resource,
    no_verb,
    not_acceptable,
    not_found,
    too_large,
)
from ippoolctl.sandbox.store import JsonObject, Store
from ippoolctl.sandbox.tables import table
from ippoolctl.sandbox.watches import Watch, WatchEvent
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
        try:
            found = target(request.path)
            if len(request.body) > MAX_BODY:
                return _refusal(too_large(MAX_BODY))
            if found is None:
                self._access.check_path(request)
                return self._described(request)
            verb = found.verb(request)
            user = self._access.check(verb, found, request)
            kind = self._kinds.get(found.group, found.version, found.plural)
            if kind is None or not found.fits(kind):
                return NOWHERE if found.group else _refusal(no_resource())
            if not request.takes_json:
                return _refusal(not_acceptable())
            call = Call(kind, found.namespace, found.name, found.part, request)
            return (
                self._answer(verb, call, user)
                if _serves(verb, call)
                else _refusal(no_verb(kind, verb))
            )
        except StatusError as error:
            return _refusal(error)
        except RecursionError:
            return _refusal(bad_request("the body is nested too deeply"))
        except Exception as error:  # one odd request must not look like a network that fails
            self.errors.append(error)
            message = f"Internal error occurred: {type(error).__name__}"
            return _refusal(StatusError(500, message, "InternalError"))

    def _described(self, request: Request) -> Answer:
        found = discovery.document(request.path, self._kinds)
        if found is None:
            return _refusal(no_resource()) if request.path.startswith("/api/") else NOWHERE
        if request.method not in ("GET", "HEAD"):
            return _refusal(no_verb(REVIEWS, ""))
        if isinstance(found, str):
            return text(200, found)
        answer = document(200, found)
        # So a kube-apiserver calls the index of its schemas.
        return (
            answer._replace(content_type=TEXT) if "paths" in found and len(found) == 1 else answer
        )

    def _answer(self, verb: str, call: Call, user: str) -> Answer | Stream:
        match verb:
            case "watch":
                return Stream(_lines(call, Watch(self._store, call), self._stopped))
            case "list":
                return _listed(call, lists.page(self._store, call))
            case "get":
                return self._got(call)
            case "deletecollection":
                page = lists.page(self._store, call)
                self._writes.delete_all(call, page.objects)
                return _listed(call, page)
            case "delete":
                return _one(200, call, self._writes.delete(call))
            case "create" if call.kind is REVIEWS:
                return document(201, self._access.review(user, _asked(call)))
        return self._written(verb, call)

    def _written(self, verb: str, call: Call) -> Answer:
        options.check_write(verb, call.request)
        writes = {"create": self._writes.create, "update": self._writes.update}
        warnings: list[str] = []
        try:
            made = writes.get(verb, self._writes.patch)(call, warnings)
            answer = _one(201 if verb == "create" else 200, call, made)
        except StatusError as error:
            answer = _refusal(error)
        return answer._replace(warnings=tuple(warnings))

    def _got(self, call: Call) -> Answer:
        lists.wait_for(self._store, call.request.revision)
        found = self._store.get(call.kind.resource, call.key)
        if found is None:
            raise not_found(call.kind, call.name)
        return _one(200, call, found)


def _serves(verb: str, call: Call) -> bool:
    if call.part:
        return verb in ("get", "update", "patch")
    if verb == "create" and (call.name or bool(call.namespace) != call.kind.namespaced):
        return False
    return verb in call.kind.verbs


def _asked(call: Call) -> JsonObject:
    """The ``spec`` of a SelfSubjectAccessReview."""
    if call.request.content_type != protobuf.CONTENT_TYPE:
        spec: JsonObject = decoded(call, []).get("spec") or {}
        return spec
    try:
        return protobuf.access_review(call.request.body)
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from None


def _refusal(error: StatusError) -> Answer:
    seconds = error.status.get("details", {}).get("retryAfterSeconds", 0)
    return document(error.code, error.status)._replace(retry_after=seconds)


def _one(code: int, call: Call, found: JsonObject) -> Answer:
    shown = _in_version(call.kind, found)
    if _is_tabled(call) and "metadata" in found and found.get("kind") != "Status":
        meta = {"resourceVersion": shown["metadata"].get("resourceVersion")}
        shown = table(call, [shown], meta)
    return document(code, shown)


def _listed(call: Call, page: lists.Page) -> Answer:
    shown = [_in_version(call.kind, each) for each in page.objects]
    if _is_tabled(call):
        return document(200, table(call, shown, page.meta))
    about = {"kind": f"{call.kind.kind}List", "apiVersion": call.kind.api_version}
    return document(200, about | {"metadata": page.meta, "items": shown})


def _lines(call: Call, watch: Watch, stopped: threading.Event) -> Iterator[bytes]:
    heading = True
    for event in watch.events(stopped.is_set):
        yield b"" if event is None else _line(call, event, heading=heading)
        heading = heading and event is None


def _line(call: Call, event: WatchEvent, *, heading: bool) -> bytes:
    word, found = event
    if word != "ERROR":
        found = _in_version(call.kind, found)
    if word != "ERROR" and _is_tabled(call):
        meta = {"resourceVersion": found["metadata"]["resourceVersion"]}
        found = table(call, [] if word == "BOOKMARK" else [found], meta)
        if not heading:
            found["columnDefinitions"] = None
    return orjson.dumps({"type": word, "object": found}) + b"\n"


def _is_tabled(call: Call) -> bool:
    return call.kind.columns is not None and call.request.wants_table


def _in_version(kind: Kind, found: JsonObject) -> JsonObject:
    """The object in the version of the request: conversion changes nothing else."""
    if found["kind"] != kind.kind or found["apiVersion"] == kind.api_version:
        return found
    return {**found, "apiVersion": kind.api_version}
