"""Why a plan refuses the change of a pool, and the legal way to it, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import size
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import dotted
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.change.steps import Move, Refusal, RefusalKind, Replacement
from ippoolctl.domain.characters import quoted, quotes_remedy
from ippoolctl.domain.unlisted import and_more
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.words import pools_text

Text = Callable[[Refusal], str]

CHANGED_SINCE_SAVED: Final = "nothing was changed: the cluster has changed since the plan was saved"
REVIEW_AND_SAVE: Final = "review the new plan, and save it: ippoolctl apply PATH -o plan=FILE"
CHANGED_SINCE_APPROVED: Final = "stopped: the cluster has changed since the plan was approved"
REVIEW_AND_REPEAT: Final = "review the new plan, then run the same command again"
_MOST: Final = 20
"""Consumers that a message names."""


class _Words(NamedTuple):
    message: Text
    hint: Text


def refusal_text(refusal: Refusal) -> str:
    """What is refused, and why."""
    return f"pool {refusal.label}: {_WORDS[refusal.kind].message(refusal)}"


def refusal_hint(refusal: Refusal) -> str:
    """What to do instead."""
    return _WORDS[refusal.kind].hint(refusal)


def procedure(found: Relocation, *, in_use: bool) -> list[str]:
    """The steps that delete and create pools, in an order that Antrea admits."""
    names = [each.name for each in found.deleted]
    one, targets = len(names) == 1, [name for name, _ in found.targets]
    it, its = ("the pool is", "its") if one else ("the pools are", "the")
    of = "" if one else f" of {pools_text(names)}"
    steps = [
        *(f"delete pool {name}" for name in names),
        *([f"wait until {it} gone from the webhook cache"] if names else []),
        *(
            f"create pool {each.name} with {', '.join(each.texts) or 'no ranges'}"
            for each in found.created
        ),
        *(
            f"append {', '.join(each.text for each in ranges)} to pool {name}"
            for name, ranges in found.appended
        ),
    ]
    if not in_use:
        return steps
    detach = [f"detach {its} Egresses and Services{of}, keeping their addresses"] if names else []
    where = "them again" if names == targets and one else "each to the pool that has its address"
    return [*detach, *steps, f"attach {where}"]


def holders_of(found: Replacement) -> list[str]:
    """Who keeps and who loses an address by a replacement, in one line each."""
    rows = []
    keeping = [each for each in found.moves if not each.loses]
    losing = [each for each in found.moves if each.loses]
    if keeping:
        rows.append(f"keep their address: {_listed([_moved(each) for each in keeping])}")
    if losing:
        rows.append(f"lose their address: {_named([each.consumer for each in losing])}")
    return [*rows, *_others(found.unseen)]


def _moved(move: Move) -> str:
    consumer, target = move
    moves = target and target != consumer.pool
    return f"{consumer.text} (pool {consumer.pool} -> {target})" if moves else consumer.text


def unseen_users(refusal: Refusal) -> list[str]:
    """That others may use a pool that is not deleted, in one line."""
    return [] if refusal.replaceable else _others(refusal.unseen)


def _others(unseen: Sequence[str]) -> list[str]:
    kinds = " and ".join(unseen)
    users = "other Egresses or Services may use the pool"
    return [f"no permission to list every {kinds}: {users}"] if unseen else []


def _named(consumers: Sequence[Consumer]) -> str:
    return _listed([each.text for each in consumers])


def _listed(texts: Sequence[str]) -> str:
    return and_more("; ".join(texts[:_MOST]), len(texts) - _MOST, "; ")


def _denied(refusal: Refusal) -> str:
    request = "update" if refusal.old else "pool"
    sentence = "; ".join(refusal.sentences)
    if refusal.new is not None and (unquoted := refusal.new.unquoted):
        # The API server's answer is that of its JSON decoder, and does not name the field.
        sentence = f"invalid metadata: {', '.join(map(dotted, unquoted))}"
    if refusal.stage is Stage.SCHEMA:
        return f"the API server will reject this {request}: {sentence}"
    return f"Antrea will deny this {request}: {sentence}"


def _denied_hint(refusal: Refusal) -> str:
    if refusal.new is not None and (unquoted := refusal.new.unquoted):
        return quotes_remedy(quoted(next(iter(unquoted.values()))))
    if refusal.stage is Stage.SCHEMA or not refusal.others:
        return "fix the manifest: ippoolctl check PATH"
    others = pools_text(refusal.others)
    if refusal.old is None and len(refusal.others) == 1:
        return f"change the ranges in the manifest, or delete {others} first;{_rename(refusal)}"
    return f"change the ranges in the manifest, or delete {others} first"


def _rename(refusal: Refusal) -> str:
    """What to do if the pool is the other one with another name."""
    return f" to rename it: ippoolctl rename {refusal.others[0]} {refusal.pool}"


def _moved_hint(refusal: Refusal) -> str:
    keep = f"keep the addresses in {pools_text(refusal.others)}"
    return f"{keep}, or use --replace" if refusal.replaceable else keep


def _in_place(refusal: Refusal) -> str:
    removed = ", ".join(refusal.removed)
    if not refusal.lost:
        return f"Antrea does not allow changing the text of {removed}; the addresses are the same"
    lost = counted(size(refusal.lost), "address", "addresses")
    spans = ", ".join(span_text(*each) for each in refusal.lost[:_MOST])
    where = and_more(spans, len(refusal.lost) - _MOST, ", ")
    return (
        f"Antrea does not allow removing or changing {removed}; the pool would lose {lost}"
        f" ({where})"
    )


def _in_use(refusal: Refusal) -> str:
    users = _named(refusal.losing) or counted(refusal.used, "address", "addresses")
    return f"it has no manifest but is not deleted, because it is in use: {users}"


def _in_use_hint(refusal: Refusal) -> str:
    if refusal.replaceable:
        return (
            "add a manifest of the pool, or use --replace to move its consumers with their"
            " addresses"
        )
    return "move its consumers to another pool, or add a manifest of the pool"


_WORDS: Final[Mapping[RefusalKind, _Words]] = {
    RefusalKind.DENIED: _Words(_denied, _denied_hint),
    RefusalKind.IN_PLACE: _Words(
        _in_place, lambda _: "keep the existing ranges in the manifest, or use --replace"
    ),
    RefusalKind.FROZEN: _Words(
        lambda refusal: (
            f"it overlaps with {pools_text(refusal.others)}, so Antrea denies every update of them"
        ),
        lambda refusal: (
            f"delete pool {refusal.delete_first} first: ippoolctl delete {refusal.delete_first}"
        ),
    ),
    RefusalKind.FREED: _Words(
        lambda refusal: (
            f"it takes addresses of {pools_text(refusal.others)}, which this change deletes"
        ),
        lambda refusal: f"use --ordered to delete {pools_text(refusal.others)} first",
    ),
    RefusalKind.MOVED: _Words(
        lambda refusal: (
            f"it takes addresses of {pools_text(refusal.others)},"
            " which cannot give them up in place"
        ),
        _moved_hint,
    ),
    RefusalKind.IN_USE: _Words(_in_use, _in_use_hint),
    RefusalKind.RANGE_FIELDS: _Words(
        lambda refusal: (
            f"ippoolctl cannot change {', '.join(refusal.fields)}; it only appends ranges"
        ),
        lambda refusal: f"use kubectl edit externalippool {refusal.pool}",
    ),
    RefusalKind.PENDING: _Words(
        lambda _: "it is pending: another run is creating it",
        lambda _: (
            "run the same command again; if the pool stays pending for 10 minutes, run:"
            " ippoolctl sweep"
        ),
    ),
}
