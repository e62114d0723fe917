"""Writes: create, update, patch and delete, each with its preconditions.

A webhook is asked between reading and writing, while nobody is kept from doing the same: so two
requests that exclude each other can both be let through, as in a real API server. Source:
Kubernetes v1.36 ``apiserver/pkg/registry/generic/registry/store.go``.
"""

from collections.abc import Callable, Iterable

from ippoolctl.sandbox.apiserver import deletions, objects, options, patches
from ippoolctl.sandbox.apiserver.decoding import check_patched, decoded
from ippoolctl.sandbox.apiserver.kinds import NAMESPACES, JsonObject
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import (
    StatusError,
    already_exists,
    not_found,
)
from ippoolctl.sandbox.stamps import now, stamp
from ippoolctl.sandbox.store import ChangedError, Store

Judge = Callable[[Call, JsonObject, JsonObject | None], None]
"""Who raises :class:`StatusError` to refuse a write that the API server itself would do.

It is given the object and, for an update, the object before it.
"""


class Writes:
    """What changes the objects of a store; every method raises :class:`StatusError`.

    What a client should know though it gets its will comes to the ``warnings``.
    """

    def __init__(self, store: Store, judge: Judge) -> None:
        self._store = store
        self._judge = judge

    def create(self, call: Call, warnings: list[str]) -> JsonObject:
        """The object that was made."""
        sent = decoded(call, warnings)
        self._check_namespace(call, sent)
        made = objects.created(call.kind, sent, stamp(), call.namespace)
        warnings += objects.warnings(made)
        self._judge(call, made, None)
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
            patch, sentences = patches.read(call)
            return check_patched(call, patches.applied(patch, target), sentences, warnings)

        return self._change(call, make, warnings)

    def delete(self, call: Call) -> JsonObject:
        """The object if finalizers keep it, else a Status."""
        said = options.delete_options(call.request)
        while True:
            before = self._present(call)
            deletions.check_preconditions(call.kind, before, said)
            after = deletions.terminating(before, said, now())
            if after is not before and not said.get("dryRun"):
                try:
                    done = self._store.commit(call.kind.resource, call.key, before, after)
                except ChangedError:
                    continue
                after = done if after else None
            return after or deletions.done(call.kind, before)

    def delete_all(self, call: Call, found: Iterable[JsonObject]) -> None:
        """Delete each of these objects, unless it is gone already."""
        options.delete_options(call.request)
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
                self._judge(call, after, before)
            if after is before or call.request.is_dry_run:
                return after
            kept = None if deletions.is_over(after) else after
            try:
                done = self._store.commit(call.kind.resource, call.key, before, kept)
            except ChangedError:
                # Somebody was faster: what was asked for is judged anew, by what there is now.
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
