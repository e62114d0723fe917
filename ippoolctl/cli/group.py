"""The root command: a table of commands, each imported when it is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

from ippoolctl.cli.context import make_context
from ippoolctl.cli.options.global_options import GlobalOptions, global_parameters
from ippoolctl.errors import UsageError


class Entry(NamedTuple):
    """One row of the table of commands."""

    module: str
    """Module below ``cli.commands``; its ``run`` is the command, its docstring the help."""
    summary: str


class Command(TyperCommand):
    """A command that also takes the global options, and gets its :class:`AppContext`."""

    formats: tuple[str, ...] = ("table", "json", "yaml")
    wraps = False
    """Whether what stands behind ``--`` is the command line of another program."""

    def __init__(self, *args: Any, params: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, params=[*(params or ()), *global_parameters(hidden=True)], **kwargs)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what stands behind ``--`` as it is."""
        if not self.wraps:
            return super().parse_args(ctx, args)
        end = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args[:end])
        before = ctx.params["command"]
        if before and not ctx.resilient_parsing:
            hint = f"write {ctx.command_path} -- {' '.join(before)}"
            raise UsageError(f"{before[0]} does not stand behind --", hint)
        ctx.params["command"] = args[end + 1 :]
        return left

    def invoke(self, ctx: Any) -> Any:
        """Take the global options away from the command's own, and run it."""
        ctx.obj = app = make_context(_options(ctx), self.formats)
        try:
            return super().invoke(ctx)
        finally:
            app.close()


class _Table(TyperGroup):
    """Commands by name, each imported when it is called."""

    def __init__(
        self, entries: Mapping[str, Entry], aliases: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(
            invoke_without_command=True,
            context_settings=CONTEXT_SETTINGS,
            rich_markup_mode=None,
            **kwargs,
        )
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
            listed = f"{ctx.command_path} --help lists the commands"
            hint = f"did you mean {close[0]}?" if close else listed
            raise UsageError(f"there is no command {name!r}", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])

    @staticmethod
    def _names_a_command(ctx: Any) -> bool:
        return bool(ctx._protected_args or ctx.args)  # noqa: SLF001 - there is no public name for it


class Group(_Table):
    """The root command."""

    def __init__(
        self, entries: Mapping[str, Entry], aliases: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(entries, aliases, params=global_parameters(hidden=False), **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Keep the global options for the command that follows; without one, show the help."""
        ctx.obj = GlobalOptions().merged(_taken(ctx, with_environment=True))
        if not self._names_a_command(ctx):
            typer.echo(ctx.get_help())
            return 0
        return super().invoke(ctx)


class CommandGroup(_Table):
    """A command that can be run itself, and that has others below it."""

    def __init__(self, entries: Mapping[str, Entry], command: Command) -> None:
        super().__init__(
            entries,
            {},
            name=command.name,
            params=command.params,
            callback=command.callback,
            help=command.help,
            short_help=command.short_help,
            epilog=command.epilog,
            subcommand_metavar="[COMMAND] [ARGS]...",
        )
        self.formats = command.formats

    def invoke(self, ctx: Any) -> Any:
        """Run the one below that is named, with the global options from here, or this one."""
        options = _options(ctx)
        if not self._names_a_command(ctx):
            ctx.obj = make_context(options, self.formats)
            return super().invoke(ctx)
        self._refuse_options_before(ctx)
        ctx.obj, self.callback = options, None
        return super().invoke(ctx)

    def _refuse_options_before(self, ctx: Any) -> None:
        name = ctx._protected_args[0]  # noqa: SLF001 - there is no public name for it
        for parameter in self.params if name in self._entries else ():
            source = ctx.get_parameter_source(parameter.name)
            if parameter.name in ctx.params and source and source.name == "COMMANDLINE":
                raise UsageError(
                    f"{parameter.opts[0]} stands before {name}, and says nothing to it",
                    f"{ctx.command_path} {name} --help lists what {name} takes",
                )


def load(name: str, entry: Entry) -> Any:
    """The command in that module."""
    module = import_module(f"ippoolctl.cli.commands.{entry.module}")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    own = {"formats": module.FORMATS, "wraps": getattr(module, "WRAPS", False)}
    single.command(
        name,
        cls=type("Command", (Command,), own),
        help=module.__doc__,
        short_help=entry.summary,
        epilog=f"Formats of -o: {', '.join(module.FORMATS)}. {EPILOG}",
        context_settings=CONTEXT_SETTINGS,
    )(module.run)
    command = typer.main.get_command(single)
    below = getattr(module, "COMMANDS", None)
    return command if below is None else CommandGroup(below, cast("Command", command))


EPILOG: Final = (
    "Global options (such as -o, --antrea, --context, --request-timeout, -q, -v) work on both sides"
    " of the command name: ippoolctl --help."
)
CONTEXT_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _options(ctx: Any) -> GlobalOptions:
    before = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    return before.merged(_taken(ctx))


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
