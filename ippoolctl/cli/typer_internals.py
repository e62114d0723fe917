"""All undocumented parts of Typer that we use, each with the reason.

Everything else is Typer's public interface. Check this file first if a new Typer release fails.
"""

import sys
from typing import Any, Final

import typer

COMPLETION: Final = "_IPPOOLCTL_COMPLETE"
"""The variable with which shells ask for completions; Typer derives it from the program's name."""

# Errors of the option parser have no public class; this is their base class. Needed to write them
# as our own errors, with our exit code and as a document.
PARSER_ERROR: Final[Any] = next(
    each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException"
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
