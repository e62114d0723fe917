"""Tables of a page: any text in them is escaped, and numbers and addresses sort by their value."""

from collections.abc import Sequence
from html import escape as escape_markup
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.render.quantities import short_number
from ippoolctl.render.styles import escape

_DIGITS: int = 40
"""More than an address or a number of addresses has."""


class Cell(NamedTuple):
    """One cell."""

    text: str
    key: str = ""
    """What it is sorted by, character by character; empty to sort by the text."""
    kind: str = ""
    """The class of its style."""


class Table(NamedTuple):
    """A table with its heading."""

    name: str
    """The identity of its section in the page."""
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    nothing: str
    """The sentence in place of a table without rows."""
    numbers: frozenset[str] = frozenset()
    """The columns that are aligned to the right."""


def number_cell(number: int | None, kind: str = "") -> Cell:
    """A number of addresses; a dash for an unknown one, before all others."""
    if number is None:
        return Cell("-", "-", kind)
    return Cell(short_number(number), f"{number:0{_DIGITS}}", kind)


def address_cell(ordinal: int) -> Cell:
    """An address, in the order of ordinals."""
    return Cell(address_text(ordinal), f"{ordinal:0{_DIGITS}}", "address")


def visible(text: str) -> str:
    """Text as markup: nothing in it is a tag, moves the cursor or reorders the page."""
    return escape_markup(escape(text))


def section(table: Table) -> str:
    """The section with the table; its script adds sorting and search."""
    name, title = table.name, visible(table.title)
    head = f'<section id="{name}" aria-labelledby="{name}-title">\n<h2 id="{name}-title">{title}'
    head += f' <span class="count">{len(table.rows):,}</span></h2>\n'
    if not table.rows:
        return f"{head}<p>{visible(table.nothing)}</p>\n</section>\n"
    header = "".join(
        f'<th scope="col"{_class("number" if each in table.numbers else "")}>{visible(each)}</th>'
        for each in table.header
    )
    rows = "".join(_row(each, table) for each in table.rows)
    return (
        f'{head}<div class="scroll" role="region" aria-labelledby="{name}-title" tabindex="0">\n'
        f'<table class="data" aria-labelledby="{name}-title">\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n</section>\n"
    )


def _row(cells: Sequence[Cell], table: Table) -> str:
    shown = []
    for column, (title, (text, key, kind)) in enumerate(zip(table.header, cells, strict=True)):
        classes = " ".join(filter(None, (kind, "number" if title in table.numbers else "")))
        sorting = f' data-key="{escape_markup(key)}"' if key else ""
        tag = 'th scope="row"' if column == 0 else "td"
        shown.append(f"<{tag}{_class(classes)}{sorting}>{visible(text)}</{tag.split()[0]}>")
    return f"<tr>{''.join(shown)}</tr>\n"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
