"""The root command: a table of commands, each imported when it is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from ippoolctl.cli.context import make_context
from ippoolctl.cli.global_options import GlobalOptions, global_parameters
from ippoolctl.errors import UsageError


class Entry(NamedTuple):
    """One row of the table of commands."""

    module: str
    """Module in this package; its ``run`` is the command, its docstring the help."""
    summary: str


class Command(TyperCommand):
    """A command that also takes the global options, and gets its :class:`AppContext`."""

    formats: tuple[str, ...] = ("table", "json", "yaml")

    def __init__(self, *args: Any, params: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, params=[*(params or ()), *global_parameters(hidden=True)], **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Take the global options away from the command's own, and run it."""
        before = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
        ctx.obj = app = make_context(before.merged(_taken(ctx)), self.formats)
        try:
            return super().invoke(ctx)
        finally:
            app.close()


class Group(TyperGroup):
    """The root command."""

    def __init__(
        self, entries: Mapping[str, Entry], aliases: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(params=list(global_parameters(hidden=False)), **kwargs)
        self._entries = entries
        self._aliases = aliases

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, in the order of the table."""
        return list(self._entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command."""
        name = self._aliases.get(cmd_name, cmd_name)
        return load(name, self._entries[name]) if name in self._entries else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name, or an error that names the nearest one."""
        name = args[0]
        if name not in self._entries and name not in self._aliases and not name.startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(name, [*self._entries, *self._aliases], n=1)
            hint = f"did you mean {close[0]}?" if close else "ippoolctl --help lists the commands"
            raise UsageError(f"there is no command {name!r}", hint)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Keep the global options for the command that follows; without one, show the help."""
        ctx.obj = GlobalOptions().merged(_taken(ctx, with_environment=True))
        if not self._names_a_command(ctx):
            typer.echo(ctx.get_help())
            return 0
        return super().invoke(ctx)

    @staticmethod
    def _names_a_command(ctx: Any) -> bool:
        return bool(ctx._protected_args or ctx.args)  # noqa: SLF001 - there is no public name for it

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])


def load(name: str, entry: Entry) -> Any:
    """The command in that module."""
    module = import_module(f"ippoolctl.cli.{entry.module}")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(
        name,
        cls=type("Command", (Command,), {"formats": module.FORMATS}),
        help=module.__doc__,
        short_help=entry.summary,
        epilog=f"Formats of -o: {', '.join(module.FORMATS)}. {EPILOG}",
        context_settings=CONTEXT_SETTINGS,
    )(module.run)
    return typer.main.get_command(single)


EPILOG: Final = (
    "Global options (such as -o, --antrea, --context, --request-timeout, -q, -v) work on both sides"
    " of the command name: ippoolctl --help."
)
CONTEXT_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _taken(ctx: Any, *, with_environment: bool = False) -> dict[str, Any]:
    """The global options of one side, taken out of the parameters.

    The environment is looked at once, at the root: else it would win over an option before the
    command.
    """
    taken = {}
    for name in GlobalOptions._fields:
        source = ctx.get_parameter_source(name)
        value = ctx.params.pop(name, None)
        if with_environment or (source is not None and source.name == "COMMANDLINE"):
            taken[name] = value
    return taken
