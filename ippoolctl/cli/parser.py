"""The option parser: a table of commands, each imported when it is called."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from typing import Any, Final, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

from ippoolctl.cli.context import AppContext, make_context
from ippoolctl.cli.options.global_options import (
    GLOBAL_OPTIONS,
    HIDDEN_GLOBAL_OPTIONS,
    GlobalOptions,
)
from ippoolctl.cli.result import Result
from ippoolctl.cli.typer_internals import PARSER_ERROR, command_words
from ippoolctl.crd.group import is_resource
from ippoolctl.errors import InputError, UsageError
from ippoolctl.render.formats.registry import formats_of

CONTEXT_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


EXPLAIN: Final = "explain"
"""The command for an error message that was given instead of a command."""


class Entry(NamedTuple):
    """One row of the table of commands."""

    module: str
    """Module below ``cli.commands``; its ``run`` is the command, its docstring the help."""
    summary: str


def load(name: str, entry: Entry) -> Any:
    """The command in that module."""
    module = import_module(f"ippoolctl.cli.commands.{entry.module}")
    command = _command(name, entry.summary, module)
    below = getattr(module, "COMMANDS", None)
    return command if below is None else CommandGroup(below, command)


@cache  # Building one takes as long as parsing its words; many can run in one process.
def _command(name: str, summary: str, module: ModuleType) -> "Command":
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    formats = ", ".join(each.name for each in formats_of(name))
    single.command(
        name,
        cls=Command,
        help=module.__doc__,
        short_help=summary,
        epilog=(
            f"Output formats (-o): {formats}. Global options, such as -o, --antrea, --context and"
            " -q, can be placed before or after the command name. List them: ippoolctl --help"
        ),
        context_settings=CONTEXT_SETTINGS,
    )(module.run)
    command = cast("Command", typer.main.get_command(single))
    command.wraps = getattr(module, "WRAPS", False)
    return command


class Command(TyperCommand):
    """A command that also takes the global options, and gets its :class:`AppContext`."""

    wraps = False
    """Whether the words after ``--`` are the command line of another program."""

    def __init__(self, *args: Any, params: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, params=[*(params or ()), *HIDDEN_GLOBAL_OPTIONS], **kwargs)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse all words, or those before ``--`` if the others are another program's."""
        end = args.index("--") if "--" in args else len(args)
        if not ctx.resilient_parsing:
            self._refuse_bare_dry_run(args[:end])
        if not self.wraps:
            return super().parse_args(ctx, self._without_resource(args))
        try:
            left = super().parse_args(ctx, args[:end])
        except PARSER_ERROR as error:
            unknown = error.option_name if hasattr(error, "possibilities") else "--"
            if end < len(args) or unknown.startswith("--"):
                raise
            # As in lease sh -c true, with no option of ours.
            message = f"no such option: {unknown}"
            raise UsageError(message, "put -- before the command") from None
        before = ctx.params["command"]
        if before and not ctx.resilient_parsing:
            hint = f"run: {ctx.command_path} -- {' '.join(before)}"
            if ctx.params.get("name"):  # perhaps the first word of the command
                hint = "put -- before the command"
            raise UsageError(f"{before[0]} must follow --", hint)
        ctx.params["command"] = args[end + 1 :]
        return left

    def _refuse_bare_dry_run(self, args: list[str]) -> None:
        """Raise :class:`UsageError` for ``--dry-run -o yaml``, as it was with kubectl once; the
        parser would take ``-o`` for its value, and reject ``yaml``.
        """
        option = next((each for each in self.params if "--dry-run" in each.opts), None)
        takes_value = not getattr(option, "is_flag", True)
        for word, following in pairwise([*args, "-"]):
            if takes_value and word == "--dry-run" and following.startswith("-"):
                raise UsageError("option '--dry-run' requires an argument", "use --dry-run client")

    def _without_resource(self, args: list[str]) -> list[str]:
        """The words without the resource before the only name, as kubectl takes it: ``eip NAME``.

        Commands of several names accept it themselves.
        """
        before_a_name = len(args) > 1 and not args[1].startswith("-") and is_resource(args[0])
        if not before_a_name:
            return args
        named = [each.name for each in self.params if each.param_type_name == "argument"]
        return args[1:] if named == ["name"] else args

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The options of the command, and the global ones, which its help does not list."""
        own = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            return own
        root = ctx.find_root()
        known = {each.value for each in own}
        others = root.command.shell_complete(root, incomplete)
        return [*own, *(each for each in others if each.value not in known)]

    def invoke(self, ctx: Any) -> int:
        """Run the command and write its result; the exit code."""
        return _run(ctx, _options(ctx), super().invoke)


class _Table(TyperGroup):
    """Commands by name."""

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

    def has_command(self, name: str) -> bool:
        """Whether there is a command of that name, or with it as another name."""
        return name in self._entries or name in self._aliases

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command."""
        name = self._aliases.get(cmd_name, cmd_name)
        return load(name, self._entries[name]) if name in self._entries else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name, or an error that names the nearest one."""
        name = args[0]
        completing = ctx.resilient_parsing  # of which the terminal shows no error
        if not (completing or self.has_command(name) or name.startswith("-")):
            from ippoolctl.cli.options.known_words import instead_of_command

            if name == "help":
                words = [ctx.command_path, *(each for each in args[1:2] if self.has_command(each))]
                raise UsageError(f"unknown command: {name!r}", f"run: {' '.join(words)} --help")
            listed = f"list all commands: {ctx.command_path} --help"
            hint = instead_of_command(name, [*self._entries, *self._aliases]) or listed
            raise UsageError(f"unknown command: {name!r}", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])


class Group(_Table):
    """The root command."""

    def __init__(
        self, entries: Mapping[str, Entry], aliases: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(entries, aliases, params=list(GLOBAL_OPTIONS), **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Keep the global options for the command that follows; without one, show the help."""
        ctx.obj = GlobalOptions().merged(_taken(ctx, with_environment=True))
        if not command_words(ctx):
            typer.echo(ctx.get_help())
            return 0
        return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As in every table; a pasted error message, quoted or not, is explained."""
        if not self.has_command(args[0]) and _is_message(args):
            args = [EXPLAIN, *args]
        return super().resolve_command(ctx, args)


class CommandGroup(_Table):
    """A command that also has subcommands."""

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

    def invoke(self, ctx: Any) -> int:
        """Run the named subcommand, with the global options of this command, or this command."""
        options = _options(ctx)
        words = command_words(ctx)
        if not words:
            return _run(ctx, options, super().invoke)
        self._refuse_options_before(words[0], ctx)
        ctx.obj, self.callback = options, None
        code: int = super().invoke(ctx)
        return code

    def _refuse_options_before(self, name: str, ctx: Any) -> None:
        for parameter in self.params if name in self._entries else ():
            source = ctx.get_parameter_source(parameter.name)
            if parameter.name in ctx.params and source and source.name == "COMMANDLINE":
                raise UsageError(
                    f"{parameter.opts[0]} has no effect before {name}",
                    f"list the options of {name}: {ctx.command_path} {name} --help",
                )


def _is_message(words: Sequence[str]) -> bool:
    from ippoolctl.domain.explanation.recognition import find_messages

    return " " in words[0].strip() or bool(find_messages([" ".join(words)]))


def _run(ctx: Any, options: GlobalOptions, invoke: Callable[[Any], Result]) -> int:
    ctx.obj = app = make_context(options, formats_of(ctx.command.name))
    try:
        result = invoke(ctx)
        # The files first: the reader of the output can be gone.
        if result.reports or app.presenter.format.package:  # which can also write a file
            _write_reports(app, result)
        app.presenter.write(result)
    finally:
        app.close()
    return result.code


def _write_reports(app: AppContext, result: Result) -> None:
    from ippoolctl.cli.files.reports import write_reports

    try:
        write_reports(result, app.presenter.format)
    except InputError:
        if app.presenter.format.people:  # otherwise the document is that of the error
            app.presenter.write(result)
        raise


def _options(ctx: Any) -> GlobalOptions:
    """The global options of both sides, taken out of the parameters of the command."""
    before = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    return before.merged(_taken(ctx))


def _taken(ctx: Any, *, with_environment: bool = False) -> dict[str, Any]:
    """The global options of one side, taken out of the parameters."""
    taken = {}
    for name in GlobalOptions._fields:
        source = ctx.get_parameter_source(name)
        value = ctx.params.pop(name, None)
        if with_environment or (source is not None and source.name == "COMMANDLINE"):
            taken[name] = value
    return taken
