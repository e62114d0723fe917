"""Addresses with their pools and holders, for people."""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text, span_text
from ippoolctl.domain.space.holders import HeldAddress
from ippoolctl.domain.space.lookup.addresses import AddressState, Answer, Match
from ippoolctl.render.sentences.waiting import OBSTACLES
from ippoolctl.render.styles import Line, Segment, Style, table
from ippoolctl.render.text.space.consumers import node_text

HEADER: Final = ("ADDRESS", "POOL", "RANGE", "STATE", "HOLDER", "NODE", "NOTE")
NAMED: Final = 3
"""How many other holders of addresses are named."""

_Row = tuple[str | Segment, ...]
_STYLES: Final = {AddressState.IN_USE: Style.STRONG, AddressState.FREE: Style.GOOD}
_STATES: Final = {
    each: Segment(each.value, _STYLES.get(each, Style.WARNING)) for each in AddressState
}
_NO_POOL: Final = Segment("no-pool", Style.WARNING)


def find_lines(answers: Iterable[Answer], *, consumers_known: bool) -> list[Line]:
    """A table with a row for each address, each pool that spans it and each of its holders."""
    rows = [row for each in answers for row in _rows(each, known=consumers_known)]
    return table(HEADER, rows)


def _rows(answer: Answer, *, known: bool) -> list[_Row]:
    others = _others_text(answer) if answer.others else ""
    single = answer.query.is_single
    rows: list[_Row] = []
    for match in answer.matches:
        if single:
            rows += _single_rows(answer, match, others, known=known)
        else:
            rows.append(_part_row(match, others, known=known))
            for held in match.held:
                rows += _held_rows(held, match.found.text, "")
    if answer.held:
        shown = {id(each) for match in answer.matches for each in match.held}
        for held in answer.held:
            if id(held) not in shown:
                rows += _held_rows(held, "-", "beside the ranges of the pool")
    if not single or not answer.matches:
        for span in answer.without_pool:
            rows.append((span_text(*span), "-", "-", _NO_POOL, "-", "-", others))
    return rows


def _single_rows(answer: Answer, match: Match, others: str, *, known: bool) -> Iterable[_Row]:
    state = match.state(consumers_known=known)
    notes = [others] if others else []
    if match.gateway is not None:
        notes.append("gateway of the pool")
    if state is AddressState.RESERVED and (obstacle := match.parts[0].obstacle):
        notes.append(OBSTACLES[obstacle])
    if answer.held:
        elsewhere = [each.pool for each in answer.held if each.pool != match.pool.name]
        notes += [f"in use in pool {each}" for each in elsewhere]
    note = ", ".join(notes)
    if match.held:
        return _held_rows(match.held[0], match.found.text, note)
    text = address_text(match.span.first)
    return ((text, match.pool.name, match.found.text, _STATES[state], "-", "-", note),)


def _held_rows(held: HeldAddress, range_: str, note: str) -> Iterator[_Row]:
    state = _STATES[AddressState.IN_USE]
    shared = ["shared"] if held.is_shared else []
    notes = ", ".join(filter(None, [*shared, note]))
    for each in held.holders:
        yield held.text, held.pool, range_, state, each.reference.label, node_text(each), notes


def _part_row(match: Match, others: str, *, known: bool) -> _Row:
    """Several addresses of one range: how many are in use, free and reserved."""
    assignable = sum(each.span.size for each in match.parts if each.obstacle is None)
    used = len(match.held)
    counts = {
        "in use": used,
        "free" if known else "unknown": assignable - used,
        "reserved": match.span.size - assignable,
    }
    if match.claimed:
        counts = {"claimed": match.span.size}
    state = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    gateway = "" if match.gateway is None else "with the gateway of the pool"
    note = ", ".join(filter(None, [others, gateway]))
    return span_text(*match.span), match.pool.name, match.found.text, state, "-", "-", note


def _others_text(answer: Answer) -> str:
    more = len(answer.others) - NAMED
    return ", ".join([*answer.others[:NAMED], *([f"{more} more"] if more > 0 else [])])
