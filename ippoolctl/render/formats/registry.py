"""The table of output formats, and which commands offer them.

To add a format, write ``render/formats/NAME.py``, ``…/reports/NAME.py`` for a report of
``check``, or ``…/pictures/NAME.py`` for what a browser shows, with a function ``render``, and add
a row here.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Final, NamedTuple

from ippoolctl.render.formats.content import Content
from ippoolctl.render.styles import Line

EVERY: Final = ("*",)
"""In a row: all commands offer the format."""


class Format(NamedTuple):
    """One row: a format and its properties."""

    name: str
    """The value of ``-o``, and the name of the module."""
    commands: tuple[str, ...]
    """Names of the commands that offer it."""
    people: bool = False
    """Whether it is text for people; output for programs has no remarks beside it."""
    document: bool = False
    """Whether standard output is one document, even after an error."""
    cidrs: bool = False
    """Whether ranges must be CIDRs, even if a CIDR is larger than requested."""
    saved: bool = False
    """Whether it is written to a file, with ``-o NAME=FILE``, beside the text for people."""
    package: str = ""
    """The package below this one that has the module; empty for this one."""

    @property
    def module(self) -> str:
        """The full name of the module."""
        return ".".join(filter(None, (__package__, self.package, self.name)))

    def render(self, content: Content) -> str | Iterable[Line]:
        """Text for programs, or unpainted lines for people."""
        rendered: str | Iterable[Line] = import_module(self.module).render(content)
        return rendered


FORMATS: Final = (
    Format("table", EVERY, people=True),
    Format("wide", ("list", "create", "extend"), people=True),
    Format("json", EVERY, document=True),
    Format("yaml", EVERY, document=True),
    Format(
        "name", ("list", "show", "create", "extend", "delete", "wait", "sweep", "export", "restore")
    ),
    Format("manifest", ("list", "show", "suggest", "export", "create", "extend")),
    Format("ranges", ("list", "show", "free", "suggest", "create", "extend")),
    Format("openmetrics", ("list",)),
    Format(
        "cidrs",
        (
            "free",
            "suggest",
        ),
        cidrs=True,
    ),
    Format("github", ("check",), package="reports"),
    Format("gitlab", ("check",), package="reports"),
    Format("junit", ("check",), package="reports"),
    Format("sarif", ("check",), package="reports"),
    Format("markdown", ("check",), package="reports"),
    Format("plan", ("apply",), saved=True),
    Format("svg", ("map",), package="pictures"),
    Format("html", ("map",), package="pictures"),
)
"""All formats, in the order of the help; the first one is the default."""


def formats_of(command: str) -> tuple[Format, ...]:
    """The formats that a command of this name offers."""
    return tuple(each for each in FORMATS if each.commands == EVERY or command in each.commands)
