"""Why a plan refuses the change of a pool, and the legal way to it, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import size
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.reason import Stage
from ippoolctl.domain.change.steps import Refusal, RefusalKind
from ippoolctl.render.quantities import counted

Text = Callable[[Refusal], str]

_MOST: Final = 20
"""Consumers that a message names."""


class _Words(NamedTuple):
    message: Text
    hint: Text


def refusal_text(refusal: Refusal) -> str:
    """What is refused, and why."""
    return f"pool {refusal.pool}: {_WORDS[refusal.kind].message(refusal)}"


def refusal_hint(refusal: Refusal) -> str:
    """What to do instead."""
    return _WORDS[refusal.kind].hint(refusal)


def procedure(refusal: Refusal) -> list[str]:
    """The steps that lead to the wanted ranges, and who loses what; empty if there are none."""
    if refusal.kind is not RefusalKind.IN_PLACE or refusal.new is None:
        return []
    holders = len(refusal.keeping) + len(refusal.losing)
    around = holders or refusal.used or refusal.unseen
    found = [
        f"delete pool {refusal.pool}",
        "wait until the pool is gone from the webhook cache",
        f"create pool {refusal.pool} with {', '.join(refusal.new.texts) or 'no ranges'}",
    ]
    if around:
        found = [
            "detach its Egresses and Services, keeping their addresses",
            *found,
            "attach them again",
        ]
    return found


def holders_of(refusal: Refusal) -> list[str]:
    """Who keeps and who loses an address if the procedure is carried out, in one line each."""
    found = []
    if refusal.keeping:
        found.append(f"keep their address: {_named(refusal.keeping)}")
    if refusal.losing and refusal.kind is RefusalKind.IN_PLACE:
        found.append(f"lose their address: {_named(refusal.losing)}")
    if refusal.unseen:
        kinds = " and ".join(refusal.unseen)
        found.append(f"no permission to list every {kinds}: others may use the pool")
    return found


def _named(consumers: Sequence[Consumer]) -> str:
    shown = [each.text for each in consumers[:_MOST]]
    more = len(consumers) - _MOST
    return "; ".join([*shown, f"and {more} more"] if more > 0 else shown)


def _denied(refusal: Refusal) -> str:
    request = "update" if refusal.old else "pool"
    sentence = "; ".join(refusal.sentences)
    if refusal.stage is Stage.SCHEMA:
        return f"the API server will reject this {request}: {sentence}"
    return f"Antrea will deny this {request}: {sentence}"


def _denied_hint(refusal: Refusal) -> str:
    if refusal.stage is Stage.SCHEMA or not refusal.others:
        return "fix the manifest: ippoolctl check PATH"
    others = _pools(refusal)
    if refusal.old is None and len(refusal.others) == 1:
        return f"change the ranges in the manifest, or delete {others} first;{_rename(refusal)}"
    return f"change the ranges in the manifest, or delete {others} first"


def _rename(refusal: Refusal) -> str:
    """What to do if the pool is the other one with another name."""
    return f" to rename it: ippoolctl rename {refusal.others[0]} {refusal.pool}"


def _moved_hint(refusal: Refusal) -> str:
    if refusal.old is None and len(refusal.others) == 1:
        return f"keep the addresses in {_pools(refusal)};{_rename(refusal)}"
    return f"keep the addresses in {_pools(refusal)}, or recreate it first"


def _in_place(refusal: Refusal) -> str:
    removed = ", ".join(refusal.removed)
    if not refusal.lost:
        return f"Antrea does not allow changing the text of {removed}; the addresses are the same"
    lost = counted(size(refusal.lost), "address", "addresses")
    spans = [span_text(*each) for each in refusal.lost[:_MOST]]
    more = len(refusal.lost) - _MOST
    where = ", ".join([*spans, f"and {more} more"] if more > 0 else spans)
    return (
        f"Antrea does not allow removing or changing {removed}; the pool would lose {lost}"
        f" ({where})"
    )


def _in_use(refusal: Refusal) -> str:
    users = _named(refusal.losing) or counted(refusal.used, "address", "addresses")
    return f"it has no manifest, and it is in use, so it is not deleted: {users}"


def _pools(refusal: Refusal) -> str:
    return ("pool " if len(refusal.others) == 1 else "pools ") + ", ".join(refusal.others)


_WORDS: Final[Mapping[RefusalKind, _Words]] = {
    RefusalKind.DENIED: _Words(_denied, _denied_hint),
    RefusalKind.IN_PLACE: _Words(
        _in_place, lambda _: "keep the existing ranges in the manifest, or use --replace"
    ),
    RefusalKind.FROZEN: _Words(
        lambda refusal: (
            f"it overlaps with {_pools(refusal)}, so Antrea denies every update of them"
        ),
        lambda refusal: (
            f"delete pool {refusal.delete_first} first: ippoolctl delete {refusal.delete_first}"
        ),
    ),
    RefusalKind.FREED: _Words(
        lambda refusal: f"it takes addresses of {_pools(refusal)}, which this change deletes",
        lambda refusal: f"use --ordered to delete {_pools(refusal)} first",
    ),
    RefusalKind.MOVED: _Words(
        lambda refusal: (
            f"it takes addresses of {_pools(refusal)}, which cannot give them up in place"
        ),
        _moved_hint,
    ),
    RefusalKind.IN_USE: _Words(
        _in_use, lambda _: "move its users to another pool, or add a manifest of the pool"
    ),
    RefusalKind.PENDING: _Words(
        lambda _: "it is pending: another run is creating it",
        lambda _: (
            "run the same command again; if the pool stays pending for 10 minutes, run:"
            " ippoolctl sweep"
        ),
    ),
}
