"""Options: the global ones, on both sides of the command name, and those that commands share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import typer
from typer.core import TyperOption

from ippoolctl.errors import UsageError


def offering(*words: str) -> Callable[[str], list[str]]:
    """What a shell offers as values of an option."""

    def offer(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offer


def require_known(word: str, words: Sequence[str], said: str) -> None:
    """Raise :class:`UsageError` unless the word is one of these; ``said`` is what people read."""
    if word not in words:
        raise UsageError(f"{said} is not known", f"use one of {', '.join(words)}")


ENVIRONMENT: Final = "IPPOOLCTL_"
"""What the environment variable of an option begins with."""

COLOURS: Final = ("auto", "always", "never")
"""When to colour the output."""


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that every command has. ``None`` means that nobody said anything."""

    output: str | None = None
    antrea: str | None = None
    color: str | None = None
    config: str | None = None
    namespace: str | None = None
    quiet: bool = False
    verbose: int = 0
    debug: bool = False

    def merged(self, given: Mapping[str, Any]) -> "GlobalOptions":
        """With what was said later: the last word wins, ``-v`` adds up."""
        changes = {name: value for name, value in given.items() if value}
        changes["verbose"] = self.verbose + (given.get("verbose") or 0)
        return replace(self, **changes)


def _offering(*words: str) -> Callable[[Any, Any, str], list[str]]:
    """The same for an option that is not made by Typer, which asks in another form."""
    return lambda context, arguments, incomplete: offering(*words)(incomplete)


def global_parameters(*, hidden: bool) -> list[TyperOption]:
    """The global options as parameters of a command; hidden ones work and are not listed."""
    return [
        TyperOption(
            param_decls=["-o", "--output"],
            metavar="FORMAT",
            envvar=f"{ENVIRONMENT}OUTPUT",
            autocompletion=_offering("table", "json", "yaml"),
            help="Format of the output: table, json or yaml; some commands know more.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["--antrea"],
            metavar="X.Y[.Z]",
            envvar=f"{ENVIRONMENT}ANTREA",
            autocompletion=_offering("1.15", "2.4.2", "2.7"),
            help="Judge as this Antrea release does; 2.7 unless said otherwise.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["--color"],
            metavar="WHEN",
            envvar=f"{ENVIRONMENT}COLOR",
            autocompletion=_offering(*COLOURS),
            help="Colour the output: auto, always or never.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["--config"],
            metavar="FILE",
            envvar=f"{ENVIRONMENT}CONFIG",
            help="Read this configuration instead of the nearest .ippoolctl.yaml.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["-q", "--quiet"],
            is_flag=True,
            default=False,
            envvar=f"{ENVIRONMENT}QUIET",
            help="Findings, answers and errors only; no summary, no warnings.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["-v", "--verbose"],
            count=True,
            default=0,
            help="Say on standard error what is being done; -vv says more.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["--debug"],
            is_flag=True,
            default=False,
            envvar=f"{ENVIRONMENT}DEBUG",
            help="Show a traceback with every error.",
            hidden=hidden,
        ),
        TyperOption(
            param_decls=["-n", "--namespace"],
            metavar="NAMESPACE",
            help="Accepted and ignored, since ExternalIPPools are cluster-scoped.",
            hidden=True,
        ),
    ]


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files, directories or patterns; - for standard input."
    ),
]
Files = Annotated[
    list[str] | None,
    typer.Option(
        "-f", "--filename", metavar="PATH", help="The same as an argument; may be repeated."
    ),
]
Recursive = Annotated[
    bool, typer.Option("-R", "--recursive", help="Look into directories below directories.")
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="PATH",
        help="Take the pools of this file or directory as those that exist; may be repeated.",
    ),
]
Ranges = Annotated[
    list[str] | None,
    typer.Option(
        "--range", metavar="RANGE", help="A CIDR or START-END; may be repeated, takes commas."
    ),
]
Ips = Annotated[
    int | None,
    typer.Option("--ips", metavar="N", min=1, help="Addresses that Antrea can hand out."),
]
Prefix = Annotated[
    int | None,
    typer.Option("--prefix", metavar="LENGTH", min=1, max=128, help="A CIDR of this length."),
]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--within",
        metavar="CIDR",
        envvar=f"{ENVIRONMENT}WITHIN",
        help="Look in this network; may be repeated, takes commas.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="RANGE",
        envvar=f"{ENVIRONMENT}EXCLUDE",
        help="Keep away from this CIDR or START-END; may be repeated, takes commas.",
    ),
]


def listed(values: list[str] | None) -> list[str]:
    """The values of an option that repeats and takes commas."""
    pieces = (each.strip() for value in values or () for each in value.split(","))
    return [each for each in pieces if each]
