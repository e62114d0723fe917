"""Lines on a terminal: colored and broken at its width, by Rich.

Imported only for a terminal. Rich gets escaped text in ``Text`` objects and never its markup,
which would eat an IPv6 address in brackets.
"""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.text import Text

from ippoolctl.render.styles import Line, Style, escape

_RICH = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.ERROR: "red",
    Style.WARNING: "yellow",
    Style.GOOD: "green",
    Style.DIM: "dim",
}
_NARROWEST = 20


def paint(lines: Iterable[Line], *, color: bool, wrap: bool) -> str:
    """The lines as text; continuation lines are indented. Tables are never broken."""
    console = Console(
        file=StringIO(),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )
    if not wrap:
        console.width = 10_000
    for each in lines:
        for row in _rows(console, each):
            console.print(row, soft_wrap=True)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def _rows(console: Console, each: Line) -> list[Text]:
    text = Text()
    for segment in each.segments:
        text.append(escape(segment.text), style=_RICH[segment.style])
    text.rstrip()
    width = console.width
    if not each.hanging or len(text) <= width or width < _NARROWEST:
        return [text]
    first, *rest = text.wrap(console, width - each.hanging)
    rows = [first, *(Text(" " * each.hanging) + row for row in rest)]
    for row in rows:
        row.rstrip()
    return rows
