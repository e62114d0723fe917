"""All undocumented parts of Typer that we use, each with the reason.

Everything else is Typer's public interface. Check this file first if a new Typer release fails.
"""

import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import typer

COMPLETION: Final = "_IPPOOLCTL_COMPLETE"
"""The variable with which shells ask for completions; Typer derives it from the program's name."""

# Errors of the option parser have no public class; this is their base class. Needed to write them
# as our own errors, with our exit code and as a document.
PARSER_ERROR: Final[Any] = next(
    each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException"
)


class ParserReport(NamedTuple):
    """What the option parser reports about a command line."""

    message: str
    """Without a full stop."""
    command: str
    """The path of the command, such as ``ippoolctl create``; empty before it is found."""
    option: str
    """An option that the command does not have; empty for other errors."""
    similar: Sequence[str]
    """Options of the command that are spelled like it."""
    options: Sequence[str]
    """All options of the command."""
    argument: str
    """The words that are more than the arguments of the command; empty for other errors."""


def parser_report(error: Any) -> ParserReport:
    """The report of one of :data:`PARSER_ERROR`.

    Needed because the errors have no public fields, and because their full text repeats the usage.
    """
    context = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "") if hasattr(error, "possibilities") else ""
    message = (error.message if option else error.format_message()).rstrip(".")
    extra = re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", message, re.DOTALL)
    if extra:
        message = f"Unexpected argument: {extra[1]!r}"
    return ParserReport(
        message.replace("valid int range", "valid integer"),  # the parser's type with limits
        context.command_path if context else "",
        option,
        (error.possibilities or ()) if option else (),
        [each for one in context.command.params for each in one.opts] if context else (),
        extra[1] if extra else "",
    )


def command_words(ctx: Any) -> list[str]:
    """The words after a group's own options: the name of a command below it, and its arguments.

    Needed because a group that is also a command must know whether a subcommand is named.
    """
    words: list[str] = [*ctx._protected_args, *ctx.args]  # noqa: SLF001 - see the module
    return words


def register_shells() -> None:
    """Register the shells for completion, as Typer does for programs that it builds as a whole."""
    from typer.completion import get_completion_inspect_parameters

    get_completion_inspect_parameters()


def print_completion_script(root: Any, shell: str) -> None:
    """Print the script that Typer's ``--show-completion`` would print."""
    from typer.completion import shell_complete

    register_shells()
    shell_complete(root, {}, "ippoolctl", COMPLETION, f"source_{shell}")


def complete_without_rich() -> None:
    """Keep Typer from loading Rich to complete words.

    Typer would render our plain help texts with Rich, which takes longer than everything else.
    """
    sys.modules["rich"] = None  # type: ignore[assignment]
