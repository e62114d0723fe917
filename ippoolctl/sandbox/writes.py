"""Writes: create, update, patch and delete, each with its preconditions.

A webhook is asked between reading and writing, without a lock, so two requests that exclude each
other can both be admitted, as in a real API server. Source: Kubernetes v1.36
``apiserver/pkg/registry/generic/registry/store.go``.
"""

from collections.abc import Callable, Iterable

from ippoolctl.sandbox.apiserver import deletions, objects, patches
from ippoolctl.sandbox.apiserver.decoding import check_patched, decoded
from ippoolctl.sandbox.apiserver.kinds import NAMESPACES, JsonObject
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import StatusError, already_exists, not_found
from ippoolctl.sandbox.stamps import now, stamp
from ippoolctl.sandbox.store import ChangedError, Store

Admit = Callable[[Call, JsonObject, JsonObject | None], None]
"""Raises :class:`StatusError` to refuse a write.

It is given the object and, for an update, the object before it.
"""


class Writes:
    """Changes the objects of a store; every method raises :class:`StatusError`.

    What a client should know about a write that succeeds is added to ``warnings``.
    """

    def __init__(self, store: Store, admit: Admit) -> None:
        self._store = store
        self._admit = admit

    def create(self, call: Call, warnings: list[str]) -> JsonObject:
        """Store the object of a POST; the object as it is stored."""
        sent = decoded(call, warnings)
        self._check_namespace(call, sent)
        made = objects.created(call.kind, sent, stamp(), call.namespace)
        warnings += objects.warnings(made)
        self._admit(call, made, None)
        resource, name = call.kind.resource, made["metadata"]["name"]
        key = (call.namespace, name)
        if not call.request.is_dry_run:
            objects.check_new(made)
        elif self._store.get(resource, key) is None:
            return made
        try:
            return self._store.commit(resource, key, None, made)
        except ChangedError:
            there = self._store.get(resource, key) or made
            terminating = "deletionTimestamp" in there["metadata"]
            raise already_exists(call.kind, name, terminating=terminating) from None

    def update(self, call: Call, warnings: list[str]) -> JsonObject:
        """The object after a PUT."""
        sent = decoded(call, warnings)
        objects.check_name(sent.get("metadata") or {}, call.name)
        return self._change(call, lambda before: sent, warnings)

    def patch(self, call: Call, warnings: list[str]) -> JsonObject:
        """The object after a PATCH."""

        def make(before: JsonObject) -> JsonObject:
            target = {**before, "apiVersion": call.kind.api_version}
            return check_patched(call, patches.applied(patches.read(call), target), warnings)

        return self._change(call, make, warnings)

    def delete(self, call: Call) -> JsonObject:
        """The object if finalizers keep it, else a Status."""
        options = deletions.delete_options(call.request)
        while True:
            before = self._present(call)
            deletions.check_preconditions(call.kind, before, options)
            after = deletions.terminating(before, now())
            if after is not before and not options.get("dryRun"):
                try:
                    done = self._store.commit(call.kind.resource, call.key, before, after)
                except ChangedError:
                    continue
                after = done if after else None
            return after or deletions.done(call.kind, before)

    def delete_all(self, call: Call, found: Iterable[JsonObject]) -> None:
        """Delete each of these objects, unless it is already gone."""
        deletions.delete_options(call.request)
        for each in found:
            meta = each["metadata"]
            try:
                self.delete(call._replace(namespace=meta.get("namespace", ""), name=meta["name"]))
            except StatusError as error:
                if error.code != 404:
                    raise

    def _change(
        self, call: Call, make: Callable[[JsonObject], JsonObject], warnings: list[str]
    ) -> JsonObject:
        while True:
            before = self._present(call)
            after = objects.updated(call, before, make(before))
            warnings += objects.warnings(after)
            if not call.part:
                self._admit(call, after, before)
            if after is before or call.request.is_dry_run:
                return after
            kept = None if deletions.is_over(after) else after
            try:
                done = self._store.commit(call.kind.resource, call.key, before, kept)
            except ChangedError:
                # Another write came first: decide again about the object that it left.
                continue
            return done if kept else after

    def _present(self, call: Call) -> JsonObject:
        found = self._store.get(call.kind.resource, call.key)
        if found is None:
            raise not_found(call.kind, call.name)
        return found

    def _check_namespace(self, call: Call, sent: JsonObject) -> None:
        if not call.namespace:
            return
        objects.check_namespace(sent.get("metadata") or {}, call.namespace)
        if self._store.get(NAMESPACES.resource, ("", call.namespace)) is None:
            raise not_found(NAMESPACES, call.namespace)
