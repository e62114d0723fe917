"""Options that several commands share."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

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
OUTPUT: Final = f"{ENVIRONMENT}OUTPUT"
"""The variable that says the format where the command line does not."""

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files, directories or patterns; - for standard input."
    ),
]
Files = Annotated[
    list[str] | None,
    typer.Option(
        "-f",
        "--filename",
        metavar="PATH",
        help="File, directory or pattern; - for standard input; may be repeated.",
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


Live = Annotated[
    bool, typer.Option("--live", help="Take the pools of the cluster as those that exist.")
]
Wait = Annotated[
    bool, typer.Option("--wait", help="Try again until it works, at most for --timeout.")
]
Timeout = Annotated[
    str,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        envvar=f"{ENVIRONMENT}TIMEOUT",
        help="How long to wait in all, such as 30s or 2m.",
    ),
]
DEFAULT_TIMEOUT: Final = "60s"
"""A half-open watch takes antrea-controller 45 s to notice."""
