"""The program: the table of commands, and the one boundary where errors become exit codes."""

import errno
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from ippoolctl.cli.options.global_options import OUTPUT_VARIABLE
from ippoolctl.cli.parser import Entry, Group
from ippoolctl.cli.presenter import Presenter
from ippoolctl.cli.result import Result
from ippoolctl.cli.typer_internals import (
    COMPLETION,
    PARSER_ERROR,
    complete_without_rich,
    parser_report,
    register_shells,
)
from ippoolctl.errors import (
    BugError,
    ExitCode,
    IppoolctlError,
    OutputClosedError,
    OutputFailedError,
    StoppedError,
    UsageError,
    reason_of,
)
from ippoolctl.render.formats.registry import FORMATS, Format
from ippoolctl.render.notes import error as error_note

COMMANDS: Final = {
    "list": Entry("list", "List pools with usable, used and free addresses"),
    "show": Entry("show", "Show one pool: ranges, holders of addresses and findings"),
    "find": Entry("space.find", "Find the pool and the holder of an address"),
    "check": Entry("check", "Check manifests or a cluster for overlaps and other errors"),
    "verdict": Entry("verdict", "Predict the answer of the API server and the webhook"),
    "explain": Entry("explain", "Explain a rule, an error message or a log"),
    "free": Entry("space.free", "List free addresses and the largest gap"),
    "suggest": Entry("space.suggest", "Suggest free ranges of a given size"),
    "map": Entry("space.map", "Draw which addresses are used, held, reserved and free"),
    "diff": Entry("diff", "Compare manifests with the cluster or other manifests"),
    "apply": Entry(
        "changing.apply", "Change pools to match manifests, in steps that Antrea admits"
    ),
    "export": Entry("changing.export", "Export pools as manifests"),
    "create": Entry("create", "Create pools, even if the webhook cache is stale"),
    "extend": Entry("extend", "Append ranges to a pool"),
    "lease": Entry("changing.lease", "Run a command with its own pool"),
    "delete": Entry("delete", "Delete pools that are not in use"),
    "rename": Entry("changing.rename", "Rename a pool; consumers keep their addresses"),
    "move": Entry("changing.move", "Move ranges to another pool, with their consumers"),
    "shrink": Entry(
        "changing.shrink", "Remove ranges from a pool; other consumers keep their addresses"
    ),
    "restore": Entry(
        "changing.restore", "Restore deleted pools and the addresses of their consumers"
    ),
    "wait": Entry("wait", "Wait until a pool is ready, seen, gone or forgotten"),
    "sweep": Entry("sweep", "Delete expired pools and leftovers of killed runs"),
    "sandbox": Entry("sandbox.start", "Run a simulated cluster with Antrea on this machine"),
    "completion": Entry("completion", "Print the shell completion script"),
    "version": Entry("version", "Print the version"),
}
"""All commands, in the order of the help."""

ALIASES: Final = {"ls": "list", "get": "list", "who": "find"}

HELP: Final = """Manage Antrea ExternalIPPools (eip).

ippoolctl predicts the answer of Antrea's admission webhook offline, creates pools even if the
webhook cache is stale, finds overlaps in manifests and clusters, suggests free ranges, and compares
pools.

\b
Examples:
  ippoolctl list
  ippoolctl check manifests/
  ippoolctl create lab --range 10.20.0.128/26 --wait
  ippoolctl verdict new-pool.yaml --against exported-pools.yaml --antrea 2.4.2
  ippoolctl suggest --ips 14 --within 10.0.0.0/16 -f manifests/
  kustomize build . | ippoolctl check -
  ippoolctl sandbox run -- ippoolctl list
"""
EXIT_CODES: Final = """\b
Exit codes:
  0    success
  1    findings, differences, no free range, or pool not found
  2    invalid usage or input
  3    no result: cluster unreachable, permission missing, or no Antrea
  4    permanent refusal, such as an overlap with a live pool
  5    temporary failure: stale denial, timeout, unknown result; retry
  6    lost a race against another writer
  70   bug in ippoolctl
  130  interrupted (141: broken pipe, 143: terminated)
"""

_FORMAT_OPTION: Final = r"(?:--output=?|-[qv]*o=?)(.*)"
_CANNOT_WRITE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_SHORT_OPTIONS: Final = ("o", "l", "f", "v")
DEBUG: Final = "IPPOOLCTL_DEBUG"
_TRUE: Final = ("1", "true", "t", "yes", "y", "on")
"""Values of a flag's variable that set it, as the option parser takes them."""


def root() -> Group:
    """The root command."""
    return Group(
        COMMANDS,
        ALIASES,
        name="ippoolctl",
        help=HELP,
        epilog=EXIT_CODES,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these arguments; the exit code. Nothing is raised but ``SystemExit``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--version"]:
        given[0] = "version"
    # The words after -- are another program's, or names that look like options.
    end = given.index("--") if "--" in given else len(given)
    own = [each for argument in given[:end] for each in _as_the_parser_takes_it(argument)]
    if COMPLETION in os.environ:
        register_shells()
        complete_without_rich()
    try:
        return int(root().main([*own, *given[end:]], "ippoolctl", standalone_mode=False) or 0)
    except SystemExit as end_:
        # Raised by the option parser if the reader of the help closed the pipe.
        if isinstance(end_.__context__, BrokenPipeError):
            return _closed()
        return end_.code if isinstance(end_.code, int) else int(bool(end_.code) and ExitCode.BUG)
    except (BrokenPipeError, OutputClosedError):
        return _closed()
    except (Exception, StoppedError) as error:
        return _report(error, own)


def _as_the_parser_takes_it(argument: str) -> list[str]:
    """Accept ``-o=json`` as kubectl does; the parser does not."""
    option, equals, value = argument[1:2], argument[2:3], argument[3:]
    if not (argument.startswith("-") and equals == "=" and option in _SHORT_OPTIONS):
        return [argument]
    if option == "v":  # without a value of its own
        most = 9
        if not value.isdecimal():
            return [argument]
        return ["-v"] * (most if len(value) > 4 else min(int(value), most))
    return [f"-{option}", value]


def _closed() -> int:
    # The interpreter flushes again at exit, which would fail.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ExitCode.BROKEN_PIPE


def _report(error: Exception | StoppedError, arguments: Sequence[str]) -> int:
    """Write the error in the requested format; the exit code."""
    presenter = Presenter(_format_of(arguments), color=_color_of(arguments))
    if isinstance(error, StoppedError):
        result = _error_result(error.exit_code, "stopped", "")
        with suppress(OutputClosedError, OutputFailedError):
            presenter.write(result)
            return result.code
        presenter.note(*result.notes)
        return result.code
    failure = _as_error(error, arguments)
    if failure.exit_code is ExitCode.BUG or _is_debugging(arguments):
        presenter.trace(error)
    try:
        if isinstance(failure, OutputFailedError):
            raise failure
        presenter.write(_error_result(failure.exit_code, failure.message, failure.hint))
    except OutputClosedError:
        return _closed()
    except OutputFailedError as failed:
        presenter.note(error_note(failed.message, failed.hint))
        _closed()
        return failed.exit_code
    return failure.exit_code


def _is_debugging(arguments: Sequence[str]) -> bool:
    return "--debug" in arguments or os.environ.get(DEBUG, "").strip().lower() in _TRUE


def _error_result(code: ExitCode, message: str, hint: str) -> Result:
    def document() -> dict[str, Any]:
        from ippoolctl.render.documents.program import error_document

        return error_document(int(code), message, hint)

    return Result(code=code, document=document, notes=(error_note(message, hint),))


def _color_of(arguments: Sequence[str]) -> str:
    """The value of --color in arguments that could not be parsed."""
    joined = " ".join(arguments).replace("--color=", "--color ")
    return next((each for each in ("never", "always") if f"--color {each}" in joined), "auto")


def _as_error(error: Exception, arguments: Sequence[str]) -> IppoolctlError:
    if isinstance(error, IppoolctlError):
        return error
    if isinstance(error, PARSER_ERROR):
        return _as_usage_error(error, arguments)
    if isinstance(error, OSError) and error.errno in _CANNOT_WRITE:
        # Written by the option parser itself: help, and scripts of shells.
        return OutputFailedError(reason_of(error))
    return BugError(f"{type(error).__name__}: {error}")


def _as_usage_error(error: Any, arguments: Sequence[str]) -> UsageError:
    told = parser_report(error)
    # An option at the end that lacks its value is found before the command has a context.
    known = [each for each in arguments if each in COMMANDS][:1]
    command = told.command or " ".join(["ippoolctl", *known])
    hint = ""
    if told.option and told.command:
        from ippoolctl.cli.options.known_words import instead_of_option

        hint = instead_of_option(told.option, told.similar, told.options)
    if told.argument:
        from ippoolctl.cli.options.known_words import instead_of_argument

        hint = instead_of_argument(told.argument, told.options)
    message = told.message[:1].lower() + told.message[1:]
    return UsageError(message, hint or f"see {command} --help")


def _format_of(arguments: Sequence[str]) -> Format:
    """The document format requested in arguments that could not be parsed, or table."""
    found = os.environ.get(OUTPUT_VARIABLE, "")
    for index, argument in enumerate(arguments):
        match = re.fullmatch(_FORMAT_OPTION, argument)
        if match:
            following = "".join(arguments[index + 1 : index + 2])
            found = match[1] or following
    return next((each for each in FORMATS if each.document and each.name == found), FORMATS[0])
