"""A gateway that reports each request and its result."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.engine.fault_policy import fault_class
from ippoolctl.ports.clock import Clock
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.ports.gateway import Gateway, JsonPatch, MergePatch, PoolList, Resource
from ippoolctl.ports.observer import RequestEvent

Answer = TypeVar("Answer")

ANSWERED: Final = "answered"
INTERRUPTED: Final = "interrupted"


class RecordedGateway:
    """See :class:`ippoolctl.ports.gateway.Gateway`.

    ``tell`` receives the start time of each request, by the clock, and the request.
    """

    def __init__(
        self, gateway: Gateway, clock: Clock, tell: Callable[[float, RequestEvent], None]
    ) -> None:
        self._gateway = gateway
        self._clock = clock
        self._tell = tell
        self._attempts: Counter[object] = Counter()

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        """All pools; see the port."""
        query = {"labelSelector": selector} if selector else {}
        query |= {"resourceVersion": at} if at is not None else {}
        listed = self._gateway.list_pools
        return self._ask("list", "", lambda: listed(at=at, selector=selector, within=within), query)

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        """The pool; see the port."""
        return self._ask("get", name, lambda: self._gateway.get_pool(name, within=within))

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """The pool as created; see the port."""
        created = self._gateway.create_pool
        return self._ask(
            "create",
            str(pool["metadata"]["name"]),
            lambda: created(pool, dry_run=dry_run, within=within),
            {"dryRun": "All"} if dry_run else {},
        )

    def patch_pool(
        self,
        name: str,
        patch: JsonPatch | MergePatch,
        *,
        dry_run: bool = False,
        within: float | None = None,
    ) -> Pool:
        """The pool as patched; see the port."""
        return self._ask(
            "patch",
            name,
            lambda: self._gateway.patch_pool(name, patch, dry_run=dry_run, within=within),
            {"dryRun": "All"} if dry_run else {},
        )

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        """Delete only this object; see the port."""
        self._ask("delete", pool.name, lambda: self._gateway.delete_pool(pool, within=within))

    def consumers(self, *, within: float | None = None) -> Consumers:
        """The consumers of pools; see the port."""
        return self._ask("consumers", "", lambda: self._gateway.consumers(within=within))

    def patch_egress(
        self, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        """The Egress as patched; see the port."""
        patched, of = self._gateway.patch_egress, {"egress": name}
        return self._ask("patch", "", lambda: patched(name, patch, within=within), of)

    def patch_service(
        self, namespace: str, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Mapping[str, Any]:
        """The Service as patched; see the port."""
        patched, of = self._gateway.patch_service, {"service": f"{namespace}/{name}"}
        return self._ask("patch", "", lambda: patched(namespace, name, patch, within=within), of)

    def list_objects(
        self,
        resource: Resource,
        read: Callable[[Mapping[str, Any]], Answer],
        *,
        within: float | None = None,
    ) -> list[Answer]:
        """The objects of a resource; see the port."""
        listed = self._gateway.list_objects
        return self._ask(
            "objects",
            "",
            lambda: listed(resource, read, within=within),
            {"resource": resource.plural},
        )

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        """Whether we have this permission; see the port."""
        query = {"verb": verb} | ({"resource": of.plural} if of else {})
        return self._ask(
            "may", "", lambda: self._gateway.may(verb, name, of=of, within=within), query
        )

    def webhook_registered(self, *, within: float | None = None) -> bool:
        """Whether the webhook is registered; see the port."""
        return self._ask("webhook", "", lambda: self._gateway.webhook_registered(within=within))

    @property
    def host(self) -> str:
        """The host of the server."""
        return self._gateway.host

    def close(self) -> None:
        """Release the connection; see the port."""
        self._gateway.close()

    def _ask(
        self,
        verb: str,
        pool: str,
        carry_out: Callable[[], Answer],
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        query = query or {}
        key = (verb, pool, *query.items())
        self._attempts[key] += 1
        attempt, began = self._attempts[key], self._clock.now()
        outcome, status = INTERRUPTED, None
        try:
            answer = carry_out()
        except Fault as fault:
            outcome = fault_class(fault).value
            status = fault.status if isinstance(fault, RejectedFault) else None
            raise
        else:
            outcome = ANSWERED
            return answer
        finally:
            seconds = self._clock.now() - began
            self._tell(began, RequestEvent(verb, pool, query, attempt, outcome, status, seconds))
