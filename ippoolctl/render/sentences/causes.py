"""Every cause in words: a table of kinds."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.annotations.marks import STATE
from ippoolctl.domain.characters import quotes_remedy
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.until import Until
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.quantities import counted

LISTED: Final = 10
"""How many pools or ranges a message names."""


class CauseWords(NamedTuple):
    """The words of a kind of cause."""

    message: str | Callable[[Cause], str]
    """A template, see :func:`_filled`, or a function that returns the message."""
    hint: str = ""
    """A template: the hint if a request is refused for this cause."""


def _terminating(cause: Cause) -> str:
    waiting = f", waiting for finalizers {', '.join(cause.finalizers)}" if cause.finalizers else ""
    return f"pool {cause.pool} is terminating{waiting}"


def _name_taken(cause: Cause) -> str:
    """What the existing pool has, and in what it differs from the request."""
    has_all = cause.kind is CauseKind.NAME_TAKEN_WITH_ALL and not cause.count
    ranges = "all these ranges" if has_all else listed(cause.ranges, LISTED) or "no ranges"
    usable = f" ({_usable(cause)})" if cause.count else ""
    missing = f", not with {listed(cause.missing, LISTED)}" if cause.missing else ""
    if cause.kind is CauseKind.NAME_TAKEN_FOR_LEASE:
        origin = "; a lease always creates its own pool"
    elif cause.cause is None or (missing and cause.cause.kind is CauseKind.OTHER_ARGUMENTS):
        origin = ""
    else:
        but = "but with " if cause.cause.kind is CauseKind.OTHER_FIELDS else ""
        origin = f", {but}{cause_text(cause.cause)}"
    return f"a pool of this name exists with {ranges}{usable}{missing}{origin}"


def _usable(cause: Cause) -> str:
    return counted(cause.count, "usable address", "usable addresses")


def _addresses(cause: Cause) -> str:
    return counted(cause.count, "address", "addresses")


def _awaited_end(cause: Cause) -> str:
    finalizers = ", ".join(cause.finalizers)
    return f"waiting for finalizers {finalizers}" if finalizers else "terminating"


def _nothing_free(cause: Cause) -> str:
    remaining = [f"remaining ranges are held by {_holders(cause)}"] if cause.holders else []
    cached = [cause_text(cause.cause)] if cause.cause is not None else []
    why = "; ".join([*remaining, *cached]) or "every attempt lost a race"
    return f"no range for {cause.text} is free yet: {why}"


def _no_room(cause: Cause) -> str:
    # Rare: other commands do without the search for free ranges.
    from ippoolctl.domain.space.reserved import Shortage
    from ippoolctl.render.sentences.space import shortage_text

    return shortage_text(
        Shortage(
            cause.count, cause.out_of, cause.largest, cause.pools, cause.others, cause.more,
            cause.excluded,
        )
    )  # fmt: skip


def _no_response(cause: Cause) -> str:
    write = _WRITES[cause.command]
    if cause.text:
        return f"no response to the {write}: {cause.text}"
    return f"the {write} got no response and may still take effect"


_DERIVED: Final = "a request ID derived from its arguments"

_WRITES: Final = {
    Command.CREATE: "create request",
    Command.EXTEND: "claim",
    None: "request",
}
"""A write that got no response."""

CAUSES: Final[Mapping[CauseKind, CauseWords]] = {
    CauseKind.RANGES_TAKEN: CauseWords("its ranges are still taken by {holders}"),
    CauseKind.BEING_DELETED: CauseWords(_terminating),
    CauseKind.EXTENDED_BEING_DELETED: CauseWords(
        _terminating, "extend another pool, or create a new one"
    ),
    CauseKind.BEING_EXTENDED: CauseWords("another run is extending pool {pool} (claimed)"),
    CauseKind.STILL_PENDING: CauseWords("pool {pool} is still pending"),
    CauseKind.CACHE_HOLDS_DELETED: CauseWords(
        "the webhook cache still contains deleted pool {pool} with {text}"
    ),
    CauseKind.CACHE_HOLDS_OLD: CauseWords(
        "the webhook cache contains an old version of pool {pool} with {text}"
    ),
    CauseKind.CACHE_HOLDS_UNREADABLE: CauseWords(
        "the webhook cache still contains a deleted pool with an invalid range ({text})"
    ),
    CauseKind.NOTHING_FREE_YET: CauseWords(_nothing_free),
    CauseKind.DENIED: CauseWords(
        lambda cause: f"{cause.text} ({cause.reason})" if cause.reason else cause.text
    ),
    CauseKind.UNQUOTED: CauseWords(
        lambda cause: f"invalid metadata: {listed(cause.missing, LISTED)} ({cause.reason})",
        quotes_remedy("{text}"),
    ),
    CauseKind.UNREADABLE_POOLS: CauseWords(
        "{text}: caused by an invalid range of existing pool {pools} (EIP211)"
    ),
    CauseKind.CHANGED_BY_CLUSTER: CauseWords(
        "a mutating webhook changes its ranges to {ranges}",
        "ask the cluster administrator about mutating webhooks",
    ),
    CauseKind.OTHER_RANGES_BEFORE: CauseWords(
        "an earlier run of this request created it with {ranges}",
        "use another name and another --request-id",
    ),
    CauseKind.NAME_TAKEN: CauseWords(
        _name_taken,
        "use another name; show the existing pool: ippoolctl show {pool}",
    ),
    CauseKind.NAME_TAKEN_WITH_ALL: CauseWords(
        _name_taken,
        "use --if-not-exists to accept it, or use another name",
    ),
    CauseKind.NAME_TAKEN_FOR_LEASE: CauseWords(
        _name_taken,
        "use another NAME, or none; show the existing pool: ippoolctl show {pool}",
    ),
    CauseKind.BY_ANOTHER_CLIENT: CauseWords("created by another client, such as kubectl"),
    CauseKind.BY_LEASE: CauseWords("created by ippoolctl lease"),
    CauseKind.OTHER_REQUEST_ID: CauseWords(
        lambda cause: f"created with {f'request ID {cause.text}' if cause.text else _DERIVED}"
    ),
    CauseKind.OTHER_ARGUMENTS: CauseWords("created with other arguments"),
    CauseKind.OTHER_TTL: CauseWords(
        lambda cause: (
            f"{f'with TTL {cause.text}' if cause.text else 'without TTL'},"
            f" not {f'with {cause.reason}' if cause.reason else 'without'}"
        )
    ),
    CauseKind.LACKS_RANGES: CauseWords("missing {missing}; it has {ranges}"),
    CauseKind.LACKS_ADDRESSES: CauseWords(
        lambda cause: (
            f"its ranges {listed(cause.ranges, LISTED)} have {_usable(cause)}, not {cause.out_of}"
        )
    ),
    CauseKind.OUTSIDE_NETWORKS: CauseWords("its ranges {ranges} are outside {text}"),
    CauseKind.HAS_EXCLUDED: CauseWords("its ranges {ranges} contain excluded addresses"),
    CauseKind.OTHER_PREFIX: CauseWords("none of its ranges {ranges} is a {text}"),
    CauseKind.OTHER_FIELDS: CauseWords("different {missing}"),
    CauseKind.DOES_NOT_MATCH: CauseWords(
        "a pool of this name exists but does not match: {cause}",
        "use another name, or request its ranges: ippoolctl show {pool}",
    ),
    CauseKind.CREATED_DIFFERENTLY: CauseWords(
        "an earlier run of this request created it differently: {cause}",
        "use the arguments of that run, or another NAME and --request-id",
    ),
    CauseKind.EXTENDED_DIFFERENTLY: CauseWords(
        "an earlier run of this request extended it differently: {cause}",
        "use another --request-id",
    ),
    CauseKind.OUTSIDE_SUBNET: CauseWords(
        "the networks to search are outside its subnet {text}", "use a network inside the subnet"
    ),
    CauseKind.NOT_AS_APPROVED: CauseWords(
        "another client changed pool {pool} after the plan was approved"
    ),
    CauseKind.INVALID_STATE: CauseWords(
        f"pool {{pool}} has an invalid annotation {STATE}",
        f"remove it: kubectl annotate eip {{pool}} {STATE}-",
    ),
    CauseKind.NO_ROOM_LEFT: CauseWords(_no_room),
    CauseKind.OUT_OF_TIME: CauseWords("timed out"),
    CauseKind.SERVER_FAILED: CauseWords("request failed: {text}"),
    CauseKind.STALE_DENIAL: CauseWords("stale denial: {cause}"),
    CauseKind.KEEPS_CHANGING: CauseWords("the pool keeps changing: {text}"),
    CauseKind.JUST_APPEARED: CauseWords("pool {pool} has just appeared"),
    CauseKind.JUST_CHANGED: CauseWords("pool {pool} has just changed"),
    CauseKind.LOST_BUT_IN_USE: CauseWords(
        "pool {pool} lost the race and is in use; it is kept if the other pools are canceled"
    ),
    CauseKind.STILL_IN_USE: CauseWords(
        lambda cause: (
            f"pool {cause.pool} is still in use: {'; '.join(cause.others) or _addresses(cause)}"
        )
    ),
    CauseKind.NO_RESPONSE: CauseWords(_no_response),
    CauseKind.NO_EARLIER_RESPONSE: CauseWords(
        "an earlier {write} got no response and may still take effect"
    ),
    CauseKind.MAY_STILL_COMMIT: CauseWords("the request got no response and may still take effect"),
    CauseKind.NOT_CHECKED_AGAIN: CauseWords("it could not be checked again: {cause}"),
    CauseKind.EVERY_CHANGE_DENIED: CauseWords(
        "the webhook denies every change of the pool: {text}"
    ),
    CauseKind.VERBATIM: CauseWords("{text}"),
    CauseKind.DOES_NOT_EXIST: CauseWords("not found"),
    CauseKind.DELETION_NOT_STARTED: CauseWords("deletion not started"),
    CauseKind.IS_TERMINATING: CauseWords(_awaited_end),
    CauseKind.NOT_READY: CauseWords(
        lambda cause: f"Ready is False: {cause.reason} {cause.text}".rstrip()
    ),
    CauseKind.STATUS_MISSING: CauseWords("status not written yet"),
    CauseKind.STATUS_DIFFERS: CauseWords(
        lambda cause: f"status reports {_addresses(cause)}, expected {cause.out_of}"
    ),
    CauseKind.NOT_IN_CACHE: CauseWords("not in its cache"),
    CauseKind.DELETED_BUT_IN_CACHE: CauseWords("deleted, but still in its cache"),
    CauseKind.STILL_DENIED: CauseWords(
        lambda cause: (
            f"it still denies {cause.text}"
            + (f" because of pool {cause.pool}" if cause.pool else "")
        )
    ),
    CauseKind.NOT_YET: CauseWords(
        lambda cause: not_reached_text(cause.pool, cause.text, cause.cause)
    ),
    CauseKind.STILL_USED: CauseWords(
        lambda cause: (
            f"pool {cause.pool} is still in use: waiting for Antrea to release {_addresses(cause)}"
        )
    ),
    CauseKind.ADDRESSES_PENDING: CauseWords(
        lambda cause: (
            "Antrea has not assigned an address yet to "
            + (listed(cause.others, 3) or "all consumers")
        )
    ),
    CauseKind.NO_OVERLAP_CHECKS: CauseWords("Antrea {text} does not compare pools with each other"),
    CauseKind.NO_WEBHOOK: CauseWords(
        "Antrea's webhook for pools is not registered in this cluster"
    ),
}
"""The words of each kind."""


def cause_text(cause: Cause) -> str:
    """The cause in words."""
    words = CAUSES[cause.kind].message
    return _filled(words, cause) if isinstance(words, str) else words(cause)


def not_reached_text(pool: str, state: str, cause: Cause | None) -> str:
    """Which state the pool has not reached yet, one of
    :class:`~ippoolctl.domain.protocol.until.Until`, and why.
    """
    match state:
        case Until.SEEN:
            what = f"the webhook does not know pool {pool} yet"
        case Until.FORGOTTEN:
            what = f"the webhook has not forgotten pool {pool} yet"
        case _:
            what = f"pool {pool} is not {state} yet"
    return f"{what}: {cause_text(cause)}" if cause is not None else what


def cause_hint(cause: Cause) -> str:
    """The hint if a request is refused for this cause; may be empty."""
    return _filled(CAUSES[cause.kind].hint, cause)


def _filled(template: str, cause: Cause) -> str:
    """The template with the fields of the cause, lists of them as text."""
    return template.format(
        pool=cause.pool,
        pools=listed(cause.pools, LISTED),
        ranges=listed(cause.ranges, LISTED) or "no ranges",
        missing=listed(cause.missing, LISTED),
        holders=_holders(cause),
        text=cause.text,
        count=cause.count,
        out_of=cause.out_of,
        cause=cause_text(cause.cause) if cause.cause is not None else "",
        write=_WRITES[cause.command],
    )


def _holders(cause: Cause) -> str:
    return listed([f"{name} ({state.value})" for name, state in cause.holders], LISTED)
