"""What a message means, whether a retry helps, and what to run next, in words."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.explanation.advice import ADVICE, Retry
from ippoolctl.domain.explanation.live import LiveAnswer, LiveState
from ippoolctl.domain.explanation.recognition import Message
from ippoolctl.domain.explanation.recognition import MessageKind as Kind
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.domain.unlisted import and_more
from ippoolctl.render.quantities import counted


class Words(NamedTuple):
    """The words of a kind of message; templates with the fields of a message."""

    meaning: str
    next_step: str
    """A command, or what to change."""


_WORDS: Final[Mapping[Kind, Words]] = {
    Kind.OVERLAP: Words(
        "Antrea's webhook found {other} of pool {pool} in its cache. The cache may be stale:"
        " it contains deleted pools for a few seconds",
        "ippoolctl create NAME --range {own} --wait (retries while the denial is stale, stops at a"
        " real conflict)",
    ),
    Kind.STALE_CACHE: Words(
        "the webhook's cache still contained pool {pool}, which was already deleted",
        "run the same command with --wait",
    ),
    Kind.OWN_OVERLAP: Words(
        "two ranges of the pool have addresses in common", "ippoolctl check FILE"
    ),
    Kind.RANGE_REMOVED: Words(
        "the update removes or rewrites ranges; Antrea compares their text and allows only"
        " additional ranges",
        "ippoolctl diff FILE (shows the addresses); to add addresses: ippoolctl extend NAME"
        " --range RANGE",
    ),
    Kind.OUTSIDE_SUBNET: Words(
        "a range is not inside the subnet of gateway and prefixLength in subnetInfo",
        "ippoolctl check FILE",
    ),
    Kind.INVALID_RANGE: Words(
        "a range is invalid: of the pool in the request, or, with Antrea 2.4.3 and later, of any"
        " pool in the webhook's cache",
        "ippoolctl check FILE --live",
    ),
    Kind.OTHER_DENIAL: Words(
        "another admission webhook of the cluster denied the request", "read its message"
    ),
    Kind.NO_DRY_RUN: Words(
        "another admission webhook of the cluster does not support dry runs",
        "use --dry-run client, or no dry run",
    ),
    Kind.OTHER_WEBHOOK: Words(
        "the API server could not call another admission webhook of the cluster",
        "ask the administrator of the webhook in the message",
    ),
    Kind.POLICY: Words(
        "a ValidatingAdmissionPolicy of the cluster denied the request", "read its message"
    ),
    Kind.WEBHOOK_UNREACHABLE: Words(
        "the API server could not call the webhook: antrea-controller is restarting, or its"
        " Service has no endpoints",
        "kubectl -n kube-system get pods -l component=antrea-controller; then retry, or use create"
        " --wait",
    ),
    Kind.WEBHOOK_TIMEOUT: Words(
        "antrea-controller did not respond to the webhook request in time",
        "retry, or use create --wait; if the error persists: kubectl -n kube-system logs -l"
        " component=antrea-controller",
    ),
    Kind.WEBHOOK_CERTIFICATE: Words(
        "the API server does not trust the certificate of antrea-controller",
        "wait until antrea-controller has written its certificate; if the error persists, restart"
        " antrea-controller",
    ),
    Kind.WEBHOOK_NOT_SERVED: Words(
        "antrea-controller does not serve the webhook: the feature gates Egress and"
        " ServiceExternalIP are disabled",
        "enable one of them in ConfigMap antrea-config and restart antrea-controller",
    ),
    Kind.EGRESS_FIELDS: Words(
        "no Antrea release up to 2.7 supports spec.egressIPs and spec.externalIPPools",
        "use spec.egressIP and spec.externalIPPool",
    ),
    Kind.POOL_MISSING: Words(
        "antrea-controller has no pool {pool}; it learns of a new pool within seconds",
        "ippoolctl show {pool}",
    ),
    Kind.OUTSIDE_POOL: Words(
        "the requested address is not one that the pool can assign: Antrea assigns at most 65,536"
        " addresses of a range, and not the first of a CIDR",
        "ippoolctl list",
    ),
    Kind.INVALID_EGRESS: Words("a field of the Egress is invalid", "fix the Egress"),
    Kind.POOL_EXHAUSTED: Words(
        "the pool has no free address; traffic leaves with the address of the Node",
        "ippoolctl list; then ippoolctl extend NAME --range RANGE",
    ),
    Kind.ADDRESS_TAKEN: Words(
        "the requested address is in use, reserved, or not in the pool",
        "request another address, or none",
    ),
    Kind.NO_NODE: Words(
        "no Node can take the address: the pool's nodeSelector matches no Linux Node with a running"
        " antrea-agent",
        "ippoolctl show NAME (Nodes); kubectl get nodes --show-labels",
    ),
    Kind.SERVICE_ADDRESS: Words(
        "antrea-controller cannot assign the loadBalancerIP of the Service, which stays pending",
        "fix loadBalancerIP, or share the address (Antrea 2.1 and later)",
    ),
    Kind.NAME_EXISTS: Words("a pool of this name exists", "ippoolctl show {pool}"),
    Kind.TERMINATING: Words(
        "a pool of this name is terminating, waiting for finalizers",
        "ippoolctl wait {pool} --until gone",
    ),
    Kind.NOT_FOUND: Words("the pool does not exist", "ippoolctl list"),
    Kind.NOT_SERVED: Words(
        "the API server does not serve ExternalIPPools in this version: v1alpha2 ended with Antrea"
        " 2.0, v1beta1 began with 1.13; or Antrea is not installed",
        "kubectl api-resources --api-group crd.antrea.io",
    ),
    Kind.FORBIDDEN: Words(
        "the user lacks a permission for ExternalIPPools",
        "ask for the permission; check: kubectl auth can-i --list",
    ),
    Kind.UNAUTHORIZED: Words(
        "the API server does not accept the credentials", "log in again; check: kubectl auth whoami"
    ),
    Kind.CHANGED: Words(
        "the pool changed between read and write; antrea-controller writes its status often",
        "retry, or use ippoolctl extend, which does",
    ),
    Kind.INVALID_OBJECT: Words("the pool does not match the schema", "ippoolctl check FILE"),
    Kind.UNKNOWN_FIELD: Words(
        "the manifest has a field that the schema does not have", "ippoolctl check FILE"
    ),
    Kind.SERVER_BUSY: Words("the API server is busy", "retry, or use create --wait"),
    Kind.SERVER_UNREACHABLE: Words(
        "the client could not reach the API server", "kubectl cluster-info"
    ),
    Kind.SERVER_TIMEOUT: Words(
        "the API server did not finish in time; the request may still take effect",
        "read the pool before a retry: ippoolctl list",
    ),
}
"""The words of each kind."""

_RETRY: Final = {
    Retry.YES: "yes, after a few seconds",
    Retry.NO: "no, the request has to change",
    Retry.LATER: "no, not before the cluster changes",
    Retry.IF_STALE: "yes if the denial is stale, otherwise no; it depends on the live pools",
}


def meaning(message: Message) -> str:
    """What the message means."""
    return _WORDS[message.kind].meaning.format(
        pool=message.pool, own=message.own, other=message.other
    )


def retry_text(retry: Retry) -> str:
    """Whether a retry helps."""
    return _RETRY[retry]


def now(message: Message, live: LiveAnswer) -> str:
    """What the live pools say about the message."""
    pool = message.pool
    match live.state:
        case LiveState.CONFLICT | LiveState.TEMPORARY:
            listed = "; ".join(map(_conflict, live.conflicts[:_MOST]))
            kind = "real" if live.state is LiveState.CONFLICT else "temporary"
            return f"{kind} conflict: {and_more(listed, len(live.conflicts) - _MOST, '; ')}"
        case LiveState.STALE:
            gone = f"pool {pool} no longer exists" if live.pool is None else _changed(message, live)
            return f"stale, harmless: {gone}; no live pool overlaps {message.own}"
        case LiveState.INVALID_POOLS:
            listed = ", ".join(live.pools[:_MOST])
            return f"live pools with an invalid range: {listed} (EIP211)"
        case LiveState.NO_INVALID_POOLS:
            return "no live pool has an invalid range: it is in the request, or the cache is stale"
        case LiveState.TERMINATING:
            return f"pool {pool} is terminating"
        case LiveState.MISSING:
            return f"pool {pool} does not exist"
        case LiveState.EXISTS:
            usage = live.usage
            used = f"; {usage.used} of {usage.total} addresses used" if usage else ""
            return f"pool {pool} exists{used}"


_MOST: Final = 5
"""Conflicts or pools that are listed in a sentence."""


def next_step(message: Message, live: LiveAnswer | None) -> str:
    """What to run or change next."""
    if live is not None and message.kind is not Kind.STALE_CACHE:
        match live.state:
            case LiveState.CONFLICT:
                return (
                    f"use another range: ippoolctl suggest --ips N --within CIDR; {_removal(live)}"
                )
            case LiveState.STALE | LiveState.TEMPORARY:
                return f"ippoolctl create NAME --range {message.own} --wait"
            case LiveState.INVALID_POOLS:
                return f"show the pool, then delete or replace it: ippoolctl show {live.pools[0]}"
            case LiveState.MISSING if message.kind is Kind.POOL_MISSING:
                return f"create it: ippoolctl create {message.pool} --range RANGE --wait"
            case LiveState.MISSING if message.kind is not Kind.NOT_FOUND:
                return "run the command again"
            case LiveState.EXISTS if message.kind in (Kind.POOL_MISSING, Kind.NOT_FOUND):
                return "run the command again"
            case (
                LiveState.MISSING
                | LiveState.EXISTS
                | LiveState.NO_INVALID_POOLS
                | LiveState.TERMINATING
            ):
                pass
    return _WORDS[message.kind].next_step.format(
        pool=message.pool, own=message.own, other=message.other
    )


def retry_now(message: Message, live: LiveAnswer | None) -> Retry:
    """Whether a retry helps, as far as message and live pools say."""
    if live is not None:
        match live.state:
            case LiveState.CONFLICT | LiveState.INVALID_POOLS:
                return Retry.NO
            case LiveState.STALE:
                return Retry.YES
            case LiveState.TEMPORARY:
                return Retry.LATER
            case LiveState.MISSING if message.kind in (Kind.TERMINATING, Kind.NAME_EXISTS):
                return Retry.YES
            case LiveState.MISSING if message.kind is Kind.POOL_MISSING:
                return Retry.LATER
            case LiveState.EXISTS if message.kind in (Kind.POOL_MISSING, Kind.NOT_FOUND):
                return Retry.YES
            case (
                LiveState.MISSING
                | LiveState.EXISTS
                | LiveState.NO_INVALID_POOLS
                | LiveState.TERMINATING
            ):
                pass
    return ADVICE[message.kind].retry


def _conflict(found: Conflict) -> str:
    span = found.intersection
    size = counted(span.size, "address", "addresses")
    settled = found.hold_state is HoldState.SETTLED
    holder = found.pool.name if settled else f"{found.pool.name} ({found.hold_state.value})"
    return f"pool {holder} has {found.theirs}; common addresses: {span_text(*span)} ({size})"


def _removal(live: LiveAnswer) -> str:
    """How to be rid of a pool; one in use cannot be deleted without harm to its consumers, also to
    those that only wait for an address.
    """
    pool = live.conflicts[0].pool
    if live.deletable is not None and not live.consumers:
        return f"or delete the pool: ippoolctl delete {pool.name}"
    usage = pool.live.usage if pool.live else None
    used = (
        counted(usage.used, "address", "addresses")
        if usage is not None and usage.used
        else counted(live.consumers, "consumer")
    )
    return f"pool {pool.name} is in use ({used}); list its consumers: ippoolctl show {pool.name}"


def _changed(message: Message, live: LiveAnswer) -> str:
    assert live.pool is not None
    if message.other in live.pool.texts:
        return f"pool {message.pool} exists with {message.other}, but it does not overlap"
    return f"pool {message.pool} no longer has {message.other or 'this range'}"
