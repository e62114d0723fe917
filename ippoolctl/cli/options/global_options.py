"""The global options, which stand on both sides of the command name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from typer.core import TyperOption

from ippoolctl.cli.options.shared import ENVIRONMENT, offering

COLOURS: Final = ("auto", "always", "never")
"""When to colour the output."""


class GlobalOptions(NamedTuple):
    """The options that every command has. ``None`` means that nobody said anything."""

    output: str | None = None
    antrea: str | None = None
    color: str | None = None
    config: str | None = None
    namespace: str | None = None
    quiet: bool = False
    verbose: int = 0
    debug: bool = False
    kubeconfig: str | None = None
    context: str | None = None
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

    def merged(self, given: Mapping[str, Any]) -> "GlobalOptions":
        """With what was said later: the last word wins, ``-v`` adds up."""
        changes = {name: value for name, value in given.items() if value}
        changes["verbose"] = self.verbose + (given.get("verbose") or 0)
        return self._replace(**changes)


def global_parameters(*, hidden: bool) -> list[TyperOption]:
    """The global options as parameters of a command; hidden ones work and are not listed."""
    return [*_output(hidden=hidden), *_connection(hidden=hidden)]


def connection_variables() -> list[str]:
    """The environment variables that say which cluster to ask, and how."""
    return [str(each.envvar) for each in _connection(hidden=True) if each.envvar]


def _valued(
    *names: str,
    metavar: str,
    text: str,
    hidden: bool,
    variable: str = "",
    offered: Sequence[str] = (),
    **more: Any,
) -> TyperOption:
    if offered:
        more["autocompletion"] = _offering(*offered)
    return TyperOption(
        param_decls=list(names),
        metavar=metavar,
        envvar=f"{ENVIRONMENT}{variable}" if variable else None,
        help=text,
        hidden=hidden,
        **more,
    )


def _flag(*names: str, text: str, hidden: bool, variable: str = "") -> TyperOption:
    return TyperOption(
        param_decls=list(names),
        is_flag=True,
        default=False,
        envvar=f"{ENVIRONMENT}{variable}" if variable else None,
        help=text,
        hidden=hidden,
    )


def _offering(*words: str) -> Callable[[Any, Any, str], list[str]]:
    """The same for an option that is not made by Typer, which asks in another form."""
    return lambda context, arguments, incomplete: offering(*words)(incomplete)


def _formats(context: Any, arguments: Any, incomplete: str) -> list[str]:
    """The formats of the command that is being typed."""
    formats = getattr(context.command, "formats", ("table", "json", "yaml"))
    return offering(*formats)(incomplete)


def _output(*, hidden: bool) -> list[TyperOption]:
    return [
        _valued(
            "-o", "--output", metavar="FORMAT", variable="OUTPUT", hidden=hidden,
            autocompletion=_formats,
            text="Format of the output: table, json or yaml; some commands know more.",
        ),
        _valued(
            "--antrea", metavar="X.Y[.Z]", variable="ANTREA", hidden=hidden,
            offered=("1.15", "2.4.2", "2.7"),
            text="Judge as this Antrea release does; 2.7 unless said otherwise.",
        ),
        _valued(
            "--color", metavar="WHEN", variable="COLOR", hidden=hidden, offered=COLOURS,
            text="Colour the output: auto, always or never.",
        ),
        _valued(
            "--config", metavar="FILE", variable="CONFIG", hidden=hidden,
            text="Read this configuration instead of the nearest .ippoolctl.yaml.",
        ),
        _flag(
            "-q", "--quiet", variable="QUIET", hidden=hidden,
            text="Findings, answers and errors only; no summary, no warnings.",
        ),
        TyperOption(
            param_decls=["-v", "--verbose"],
            count=True,
            default=0,
            help="Say on standard error what is being done; -vv says more.",
            hidden=hidden,
        ),
        _valued(
            "--events", metavar="FILE", variable="EVENTS", hidden=hidden,
            text="Append what create, extend, delete and wait ask, a line of JSON each.",
        ),
        _flag(
            "--debug", variable="DEBUG", hidden=hidden, text="Show a traceback with every error."
        ),
        _valued(
            "-n", "--namespace", metavar="NAMESPACE", hidden=True,
            text="Accepted and ignored, since ExternalIPPools are cluster-scoped.",
        ),
    ]  # fmt: skip


def _connection(*, hidden: bool) -> list[TyperOption]:
    return [*_whither(hidden=hidden), *_how(hidden=hidden)]


def _whither(*, hidden: bool) -> list[TyperOption]:
    """To which cluster, and as whom."""
    return [
        _valued(
            "--kubeconfig", metavar="FILE", variable="KUBECONFIG", hidden=hidden,
            text="Read this kubeconfig instead of those in KUBECONFIG or ~/.kube/config.",
        ),
        _valued(
            "--context", metavar="NAME", variable="CONTEXT", hidden=hidden,
            text="Use this context of the kubeconfig.",
        ),
        _valued(
            "--cluster", metavar="NAME", variable="CLUSTER", hidden=hidden,
            text="Use this cluster of the kubeconfig.",
        ),
        _valued(
            "--user", metavar="NAME", variable="USER", hidden=hidden,
            text="Use this user of the kubeconfig.",
        ),
        _valued(
            "--as", "as_user", metavar="NAME", hidden=hidden,
            text="Act as this user.",
        ),
        _valued(
            "--as-group", metavar="GROUP", hidden=hidden, multiple=True,
            text="Act as a member of this group; may be repeated.",
        ),
    ]  # fmt: skip


def _how(*, hidden: bool) -> list[TyperOption]:
    """How its server is reached and trusted."""
    return [
        _valued(
            "--server", metavar="URL", variable="SERVER", hidden=hidden,
            text="Address of the API server.",
        ),
        _valued(
            "--token-file", metavar="FILE", variable="TOKEN_FILE", hidden=hidden,
            text="Read the bearer token from this file.",
        ),
        _valued(
            "--certificate-authority", metavar="FILE", variable="CERTIFICATE_AUTHORITY",
            hidden=hidden, text="Trust the certificates of this authority.",
        ),
        _flag(
            "--insecure-skip-tls-verify", hidden=hidden,
            text="Trust any certificate: whoever is in between can read and change everything.",
        ),
        _flag(
            "--no-exec-auth", hidden=hidden,
            text="Run no program that the kubeconfig names for credentials.",
        ),
        _valued(
            "--request-timeout", metavar="DURATION", variable="REQUEST_TIMEOUT", hidden=hidden,
            text="How long one request may take, such as 5s; 10s unless said otherwise.",
        ),
    ]  # fmt: skip
