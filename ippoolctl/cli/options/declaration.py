"""Shared parts of option declarations: environment variables, fixed words, lists with commas."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import typer
from typer.core import TyperOption

from ippoolctl.errors import UsageError

ENVIRONMENT_PREFIX: Final = "IPPOOLCTL_"
"""Prefix of the environment variable of an option."""


DRY_RUNS: Final = ("none", "client")
"""The values of ``--dry-run``."""
SERVER_DRY_RUNS: Final = (*DRY_RUNS, "server")
"""Those of commands that can let the server validate their writes."""


def complete_from(*words: str) -> Callable[[str], list[str]]:
    """A shell completion that offers the matching words."""

    def offer(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offer


def dry_run_option(help_: str, words: Sequence[str] = DRY_RUNS) -> Any:
    """The option ``--dry-run`` with one of these words."""
    completion = complete_from(*words)
    return typer.Option("--dry-run", metavar="WHERE", autocompletion=completion, help=help_)


def require_one_of(word: str, words: Sequence[str], label: str) -> None:
    """Raise :class:`UsageError` unless the word is one of these; ``label`` names it for people."""
    if word not in words:
        raise UsageError(f"invalid value: {label}", f"use one of {', '.join(words)}")


def is_typed(context: Any, name: str) -> bool:
    """Whether an option is on the command line, before or after the command name; otherwise its
    value is that of a variable, or the default.
    """
    sources = (each.get_parameter_source(name) for each in (context, context.parent) if each)
    return any(each is not None and each.name == "COMMANDLINE" for each in sources)


def split_values(values: list[str] | None) -> list[str]:
    """The values of an option that can be repeated or comma-separated."""
    pieces = (each.strip() for value in values or () for each in value.split(","))
    return [each for each in pieces if each]


def global_option(
    *names: str,
    text: str,
    hidden: bool = False,
    metavar: str | None = None,
    variable: str = "",
    words: Sequence[str] = (),
    **more: Any,
) -> TyperOption:
    """A global option with a value; ``variable`` is its environment variable without prefix.

    A hidden option works but is not listed in the help. ``words`` are its completions.
    """
    if words:
        # An option that Typer did not create completes with a function of three parameters.
        more["autocompletion"] = lambda context, arguments, text: complete_from(*words)(text)
    return TyperOption(
        param_decls=list(names),
        metavar=metavar,
        envvar=f"{ENVIRONMENT_PREFIX}{variable}" if variable else None,
        help=text,
        hidden=hidden,
        **more,
    )


class RepeatedOption(TyperOption):
    """A global option that can be repeated; its environment variable has one value, with spaces."""

    def value_from_envvar(self, ctx: Any) -> Any:
        """The value of the variable, not split at spaces."""
        value = self.resolve_envvar_value(ctx)
        return None if value is None else (value,)


def global_flag(*names: str, text: str, variable: str = "") -> TyperOption:
    """A global option without a value."""
    return global_option(*names, text=text, variable=variable, is_flag=True, default=False)
