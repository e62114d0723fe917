"""Restoring saved pools, for people: what would happen, and what has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.restoration import LeftAlone, LeftReason
from ippoolctl.domain.protocol.relocated import Placed, PlaceState, Relocated
from ippoolctl.errors import ExitCode
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.relocation import place_text
from ippoolctl.render.styles import Line, Segment, Style, line
from ippoolctl.render.text.outcome import outcome_line, resource_name


def restoration_plan_lines(created: Iterable[Pool], places: Sequence[Placed]) -> list[Line]:
    """What would be created, and what becomes of each consumer."""
    created = tuple(created)
    rows = [
        line(
            f"{resource_name(each.name)} ",
            Segment("would be created", Style.GOOD),
            f" with {', '.join(each.texts)}",
        )
        for each in created
    ]
    rows += [line(f"  {_planned(each)}", hanging=4) for each in places]
    warning = moving_text(created, places)
    return [*rows, line(warning)] if warning else rows


def moving_text(created: Iterable[Pool], places: Iterable[Placed]) -> str:
    """What to say before the confirmation; empty without a consumer that may have traffic: one of
    a missing pool has none.
    """
    missing = {each.name for each in created}
    cut = [
        each
        for each in places
        if each.target not in missing and each.state is not PlaceState.WAITING
    ]
    return f"traffic of {counted(len(cut), 'consumer')} may stop for a moment" if cut else ""


def restored_lines(found: Relocated) -> list[Line]:
    """What was done with the pools, and the address of each consumer."""
    done = [outcome_line(each) for each in found.pools if each.code is ExitCode.YES]
    return [*done, *(line(f"  {_restored(each)}", hanging=4) for each in found.placed)]


def left_text(left: LeftAlone) -> str:
    """Why a saved consumer does not get its address back."""
    holder = left.holder
    had = f" ({holder.address})" if holder.address else ""
    return f"{holder.label}{had} {_LEFT[left.reason](left)}"


def _planned(place: Placed) -> str:
    if place.state is PlaceState.WAITING:
        return f"{place.label} gets any free address, after the others"
    return f"{place.label} gets {place.address} back"


def _restored(place: Placed) -> str:
    if place.state is PlaceState.KEPT:
        return f"{place.label} has {place.address} again"
    return place_text(place)


_LEFT: Final[Mapping[LeftReason, Callable[[LeftAlone], str]]] = {
    LeftReason.MISSING: lambda _: "does not exist",
    LeftReason.OTHER_POOL: lambda left: (
        f"refers to pool {left.now}" if left.now else "refers to no pool"
    ),
    LeftReason.OTHER_ADDRESS: lambda left: f"requests {left.now}",
    LeftReason.TAKEN: lambda left: f"cannot get its address back: {left.now} has it",
    LeftReason.OUTSIDE: lambda left: (
        f"cannot get its address back: pool {left.now} does not have it"
    ),
}
