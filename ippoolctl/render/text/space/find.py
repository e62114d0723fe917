"""Addresses with their pools and holders, for people."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text, span_text
from ippoolctl.domain.space.holders import HeldAddress
from ippoolctl.domain.space.lookup.addresses import AddressState, Answer, Match
from ippoolctl.render.sentences.waiting import OBSTACLES
from ippoolctl.render.styles import Line, Segment, Style, table
from ippoolctl.render.text.space.consumers import node_text
from ippoolctl.render.text.space.fitted import Concession, fitted_table, text_width

HEADER: Final = ("ADDRESS", "POOL", "RANGE", "STATE", "HOLDER", "NODE", "NOTE")
CONCESSIONS: Final = (
    Concession("POOL", shortest=20, end=8),
    Concession("HOLDER", shortest=24, end=8),
    Concession("NODE", shortest=16, end=8),
    Concession("RANGE"),
    Concession("NODE"),
    Concession("POOL", shortest=16, end=8),
    Concession("HOLDER", shortest=16, end=8),
)
"""What the table does without on a narrow terminal, in this order; ADDRESS and STATE stay."""
NAMED: Final = 3
"""How many other holders of addresses are named."""

_Row = tuple[str | Segment, ...]
_STYLES: Final = {AddressState.IN_USE: Style.STRONG, AddressState.FREE: Style.GOOD}
_STATES: Final = {
    each: Segment(each.value, _STYLES.get(each, Style.WARNING)) for each in AddressState
}
_NO_POOL: Final = Segment("no-pool", Style.WARNING)


def find_lines(
    answers: Iterable[Answer], *, consumers_known: bool, width: int | None
) -> Sequence[Line]:
    """A table with a row for each address, each pool that spans it and each of its holders.

    ``width`` is that of the terminal, for which counts and notes are written below each other, a
    NOTE without any text is left out, and then names are shortened; ``None`` writes everything.
    """
    rows = [row for each in answers for row in _rows(each, known=consumers_known)]
    lines = table(HEADER, rows)
    if width is None or text_width(lines) <= width:
        return lines
    # NOTE is the last column.
    columns = len(HEADER) if any(note for *_, note in rows) else len(HEADER) - 1
    cells = [[*cells[:columns]] for row in rows for cells in _stacked(row)]
    return fitted_table([*HEADER[:columns]], cells, (), width, CONCESSIONS)


def _stacked(row: _Row) -> Iterator[_Row]:
    """The row with only the first count of its STATE and the first part of its NOTE, and a row for
    each of the others.
    """
    column = HEADER.index("STATE")
    before, between = row[:column], row[column + 1 : -1]
    stacked = zip_longest(_parts(row[column]), _parts(row[-1]), fillvalue="")
    for number, (state, note) in enumerate(stacked):
        if number == 1:
            before, between = ("",) * len(before), ("",) * len(between)
        yield (*before, state, *between, note)


def _parts(cell: str | Segment) -> Sequence[str | Segment]:
    return cell.split(", ") if isinstance(cell, str) else (cell,)


def _rows(answer: Answer, *, known: bool) -> list[_Row]:
    matches, held, single = answer.matches, answer.held, answer.query.is_single
    without_pool = answer.without_pool if not (single and matches) else ()
    spans = [*(each.span for each in matches), *without_pool]
    notes = [_others_text(each) if each else "" for each in answer.others_in(spans)]
    rows: list[_Row] = []
    for match, note in zip(matches, notes, strict=False):
        if single:
            rows += _single_rows(match, held, note, known=known)
        else:
            rows.append(_part_row(match, note, known=known))
            for each in match.held:
                rows += _held_rows(each, match.found.text, "")
    if held:
        shown = {id(each) for match in matches for each in match.held}
        for each in held:
            if id(each) not in shown:
                rows += _held_rows(each, "-", "beside the ranges of the pool")
    for span, note in zip(without_pool, notes[len(matches) :], strict=True):
        rows.append((span_text(*span), "-", "-", _NO_POOL, "-", "-", note))
    return rows


def _single_rows(
    match: Match, held: Iterable[HeldAddress], note: str, *, known: bool
) -> Iterable[_Row]:
    state = match.state(consumers_known=known)
    notes = [note] if note else []
    if match.gateway is not None:
        notes.append("gateway of the pool")
    if state is AddressState.RESERVED and (obstacle := match.parts[0].obstacle):
        notes.append(OBSTACLES[obstacle])
    pool, found = match.pool.name, match.found.text
    notes += [f"in use in pool {each.pool}" for each in held if each.pool != pool]
    note = ", ".join(notes)
    if match.held:
        return _held_rows(match.held[0], found, note)
    return ((address_text(match.span.first), pool, found, _STATES[state], "-", "-", note),)


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


def _others_text(others: Sequence[str]) -> str:
    more = len(others) - NAMED
    return ", ".join([*others[:NAMED], *([f"{more} more"] if more > 0 else [])])
