"""The global options, which can be placed before or after the command name."""

import os
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from typer.core import TyperOption

from ippoolctl.cli.options.connection import CONNECTION_OPTIONS
from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    complete_from,
    global_flag,
    global_option,
)
from ippoolctl.errors import UsageError
from ippoolctl.render.formats.registry import Format, formats_of

if TYPE_CHECKING:
    from ippoolctl.cluster.connection import Connection

COLORS: Final = ("auto", "always", "never")
"""When to color the output; the first is the default."""
OUTPUT_VARIABLE: Final = f"{ENVIRONMENT_PREFIX}OUTPUT"
"""The environment variable of ``--output``."""


class GlobalOptions(NamedTuple):
    """The values of the global options; ``None`` means not given."""

    output: str | None = None
    antrea: str | None = None
    color: str | None = None
    config: str | None = None
    namespace: str | None = None
    quiet: bool = False
    verbose: int = 0
    debug: bool = False
    kubeconfig: str | None = None
    contexts: Sequence[str] = ()
    cluster: str | None = None
    user: str | None = None
    as_user: str | None = None
    as_group: Sequence[str] = ()
    server: str | None = None
    token_file: str | None = None
    certificate_authority: str | None = None
    insecure_skip_tls_verify: bool = False
    no_exec_auth: bool = False
    request_timeout: str | None = None
    events: str | None = None

    @property
    def context(self) -> str | None:
        """The last context that was given, for commands about one cluster."""
        return self.contexts[-1] if self.contexts else None

    def connection(self) -> "Connection":
        """The cluster, the user and the connection; nothing is sent.

        Raises what :func:`ippoolctl.cluster.kubeconfig.choose.connect` raises.
        """
        from ippoolctl.cluster.kubeconfig.choose import ConnectionOptions, connect

        wanted = ConnectionOptions(
            self.kubeconfig or "",
            self.context or "",
            self.cluster or "",
            self.user or "",
            self.as_user or "",
            tuple(self.as_group),
            self.server or "",
            self.token_file or "",
            self.certificate_authority or "",
            self.insecure_skip_tls_verify,
        )
        return connect(wanted, os.environ)

    def merged(self, given: Mapping[str, Any]) -> "GlobalOptions":
        """With options from further right: the last value wins, ``-v`` adds up."""
        changes = {name: value for name, value in given.items() if value}
        changes["verbose"] = self.verbose + (given.get("verbose") or 0)
        return self._replace(**changes)


def requested_formats(
    options: GlobalOptions, formats: Sequence[Format]
) -> tuple[Format, tuple[Format, str] | None]:
    """The format of ``-o`` or its variable, else the first; and that of ``-o NAME=FILE`` with its
    file, which is saved beside the first one. Raises :class:`UsageError`.
    """
    name, _, file = (options.output or "").partition("=")
    for each in formats:
        if options.output in (None, each.name) and not each.saved:
            return each, None
        if each.saved and each.name == name and file:
            return formats[0], (each, file)
    from difflib import get_close_matches

    output = options.output or ""
    names = [f"{each.name}=FILE" if each.saved else each.name for each in formats]
    printed = next(
        (each for each in formats if file and each.name == name and not each.saved), None
    )
    if printed:
        report = printed.package == "reports"
        hint = f"use --report {output}" if report else f"use -o {name} > {file}"
    else:
        close = get_close_matches(output, names, n=1)
        hint = f"{f'did you mean {close[0]}? ' if close else ''}use one of {', '.join(names)}"
    said = (
        f"IPPOOLCTL_OUTPUT={output}"
        if os.environ.get(OUTPUT_VARIABLE) == output
        else f"-o {output}"
    )
    raise UsageError(f"invalid value: {said}", hint)


def _complete_format(context: Any, arguments: Any, incomplete: str) -> list[str]:
    """The output formats of the command on the command line."""
    return complete_from(*(each.name for each in formats_of(context.command.name)))(incomplete)


GLOBAL_OPTIONS: Final = (
    global_option(
        "-o",
        "--output",
        metavar="FORMAT",
        variable="OUTPUT",
        autocompletion=_complete_format,
        text="Output format: table, json or yaml; some commands support more (default: table)",
    ),
    global_option(
        "--antrea",
        metavar="X.Y[.Z]",
        variable="ANTREA",
        words=("1.15", "2.4.2", "2.7"),
        text="Antrea release whose rules apply (default: that of the cluster, else 2.7)",
    ),
    global_option(
        "--color",
        metavar="WHEN",
        variable="COLOR",
        words=COLORS,
        text="Color output: auto, always or never (default: auto)",
    ),
    global_option(
        "--config",
        metavar="FILE",
        variable="CONFIG",
        text="Configuration file (default: nearest .ippoolctl.yaml)",
    ),
    global_flag(
        "-q",
        "--quiet",
        variable="QUIET",
        text="Print results and errors only, no summary or warnings",
    ),
    global_option(
        "-v",
        "--verbose",
        count=True,
        default=0,
        type=int,
        text="Print progress to standard error; -vv prints more",
    ),
    global_option(
        "--events",
        metavar="FILE",
        variable="EVENTS",
        text="Append one JSON line per request and wait of commands that change pools, and of wait",
    ),
    global_flag("--debug", variable="DEBUG", text="Print a traceback with every error"),
    global_option(
        "-n",
        "--namespace",
        metavar="NAMESPACE",
        hidden=True,
        text="Ignored; ExternalIPPools are cluster-scoped",
    ),
    *CONNECTION_OPTIONS,
)
"""All global options, as parameters of the root command."""


def _hidden(option: TyperOption) -> TyperOption:
    copied = copy(option)
    copied.hidden, copied.envvar = True, None
    return copied


HIDDEN_GLOBAL_OPTIONS: Final = tuple(map(_hidden, GLOBAL_OPTIONS))
"""The same for the other commands: they work, and the help does not list them. The environment is
read at the root only: otherwise it would override earlier options."""
