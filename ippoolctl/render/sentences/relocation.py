"""The result of replacing pools, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.protocol.causes import CauseKind
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.relocated import EndKind, Placed, PlaceState, Relocated
from ippoolctl.domain.unlisted import and_more, listed
from ippoolctl.errors import ExitCode
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import hint_of, message_of

_NAMED: Final = 5
_PERMANENT: Final = (ExitCode.NO, ExitCode.REFUSED)
_IN_COMMANDS: Final = 50
"""How many consumers the commands to copy name."""


def end_message(found: Relocated) -> str:
    """What happened; empty after a success."""
    message = _MESSAGES[found.end](found)
    open_ = found.still_detached
    if not message or not open_ or found.end is EndKind.ADDRESSES_TAKEN:
        return message
    return f"{message}; still detached: {_listed(open_)}"


def end_summary(found: Relocated) -> str:
    """The result in one line, also after a success."""
    if found.end in (EndKind.DONE, EndKind.UNCHANGED):
        return f"{found.request}: {found.end.value}"
    return end_message(found)


def end_hint(found: Relocated) -> str:
    """What to do next; empty if nothing is."""
    match found.end:
        case EndKind.LOSES_ADDRESSES:
            return "use --force to assign other addresses to these consumers"
        case EndKind.UNFINISHED:
            theirs = [each for each in found.placed if each.state is not PlaceState.KEPT]
            record = f"ippoolctl delete {found.record}"
            forget = record if found.record else _forgetting(theirs)
            finish = f"finish it first: ippoolctl {found.finishing_command}"
            return f"{finish}; or abandon it: {forget}"
        case EndKind.ADDRESSES_TAKEN if changed := [
            each for each in found.placed if each.state is PlaceState.CHANGED
        ]:
            return f"keep these changes: {_forgetting(changed)}"
        case EndKind.ADDRESSES_TAKEN:
            return "run the same command again when the addresses are free"
        case EndKind.LOST_RACE:
            return "run the same command again when the ranges are free"
        case EndKind.POOL_FAILED if not (found.still_detached or found.begun):
            return hint_of(found.pools[-1])
        case EndKind.POOL_FAILED if found.pools[-1].code in _PERMANENT:
            return "resolve this, then run the same command again to finish; nothing is done twice"
        case EndKind.POOL_FAILED | EndKind.TIMED_OUT | EndKind.STOPPED | EndKind.REJECTED:
            return "run the same command again to finish; nothing is done twice"
        case EndKind.DONE | EndKind.UNCHANGED | EndKind.DRY_RUN:
            return ""


def _forgetting(places: Sequence[Placed]) -> str:
    """The commands that leave consumers as they are, one for each kind and namespace."""
    names: dict[tuple[str, str], list[str]] = {}
    for each in places[:_IN_COMMANDS]:
        names.setdefault((each.kind.lower(), each.namespace), []).append(each.name)
    commands = (
        f"kubectl annotate {kind} {' '.join(those)}{f' -n {space}' if space else ''} {DETACHED}-"
        for (kind, space), those in names.items()
    )
    return and_more("; ".join(commands), len(places) - _IN_COMMANDS)


def place_text(place: Placed) -> str:
    """A consumer and its address, after a run."""
    text = f"{place.label} {_PLACES[place.state](place)}"
    moved = place.source != place.target and place.state in (PlaceState.KEPT, PlaceState.LOST)
    return f"{text} (pool {place.source} -> {place.target})" if moved else text


def planned_text(place: Placed) -> str:
    """A consumer and its address, before a run."""
    if place.state is PlaceState.LOST:
        return f"{place.label} loses {place.lost}: no new range can assign it"
    return place_text(place)


def warning_text(places: tuple[Placed, ...]) -> str:
    """What to say before the confirmation; empty without a consumer that has an address."""
    cut = [each for each in places if each.state is not PlaceState.WAITING]
    if not cut:
        return ""
    return f"traffic of {counted(len(cut), 'consumer')} may stop until the new pool is ready"


def interruption_text(found: Relocated) -> str:
    """How long traffic may have stopped; empty if no consumer was detached."""
    if not found.seconds:
        return ""
    cut = [each for each in found.placed if each.state is not PlaceState.WAITING]
    is_back = found.end is EndKind.UNFINISHED  # the others are those of the other run
    cut = [each for each in cut if each.state is PlaceState.KEPT] if is_back else cut
    text = f"traffic of {counted(len(cut), 'consumer')} may have stopped for {found.seconds:.1f}s"
    return f"{text} so far" if found.still_detached and not is_back else text


def _listed(places: tuple[Placed, ...]) -> str:
    return listed([f"{each.label} ({each.address})" for each in places], _NAMED)


def _losing(found: Relocated) -> str:
    lost = [each for each in found.placed if each.state is PlaceState.LOST]
    named = listed([f"{each.label} ({each.lost})" for each in lost], _NAMED)
    return f"{counted(len(lost), 'consumer')} would lose the address: {named}"


def _lost_race(found: Relocated) -> str:
    return f"pools of other clients took the ranges: {_last(found)}"


def _last(found: Relocated) -> str:
    outcome: Outcome = found.pools[-1]
    return message_of(outcome) or f"pool {outcome.pool}: {outcome.state.value}"


def _taken(found: Relocated) -> str:
    taken = [each for each in found.placed if each.state is PlaceState.TAKEN]
    rows = [
        f"{each.taken_by} has {each.address}, the address of {each.label}"
        for each in taken[:_NAMED]
    ]
    changed = [each for each in found.placed if each.state is PlaceState.CHANGED]
    rows += [f"another client changed the address of {each.label}" for each in changed[:_NAMED]]
    return "; ".join(rows)


def _timed_out(found: Relocated) -> str:
    limit = f" after {found.limit.seconds:g}s" if found.limit else ""
    is_known = found.cause is not None and found.cause.kind is not CauseKind.OUT_OF_TIME
    cause = f": {cause_text(found.cause)}" if found.cause and is_known else ""
    return f"timed out{limit}{cause}"


_MESSAGES: Final[Mapping[EndKind, Callable[[Relocated], str]]] = {
    EndKind.DONE: lambda _: "",
    EndKind.UNCHANGED: lambda _: "",
    EndKind.DRY_RUN: lambda _: "",
    EndKind.LOSES_ADDRESSES: _losing,
    EndKind.UNFINISHED: lambda found: (
        f"an unfinished run is recorded for these pools: {found.text}"
        if found.record
        else f"an unfinished run has detached consumers: {found.text}"
    ),
    EndKind.POOL_FAILED: _last,
    EndKind.LOST_RACE: _lost_race,
    EndKind.ADDRESSES_TAKEN: _taken,
    EndKind.REJECTED: lambda found: f"the server rejected the change: {found.text}",
    EndKind.TIMED_OUT: _timed_out,
    EndKind.STOPPED: lambda _: "stopped by a signal",
}

_PLACES: Final[Mapping[PlaceState, Callable[[Placed], str]]] = {
    PlaceState.KEPT: lambda place: f"keeps {place.address}",
    PlaceState.LOST: lambda place: (
        f"has {place.address} instead of {place.lost}"
        if place.address
        else f"lost {place.lost} and has no address yet"
    ),
    PlaceState.WAITING: lambda place: (
        f"has {place.address}" if place.address else "has no address yet"
    ),
    PlaceState.DETACHED: lambda place: f"is detached with {place.address}",
    PlaceState.TAKEN: lambda place: f"waits for {place.address}, which {place.taken_by} has",
    PlaceState.CHANGED: lambda place: (
        f"is detached: another client changed its address {place.address}"
    ),
}
