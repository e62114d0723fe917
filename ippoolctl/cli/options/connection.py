"""The global options that select a cluster, a user and a connection."""

from typing import Final

from typer.core import TyperOption

from ippoolctl.cli.options.declaration import global_flag, global_option
from ippoolctl.cli.options.waiting import parse_duration

DEFAULT_REQUEST_TIMEOUT: Final = "10s"


def connection_options(*, hidden: bool) -> list[TyperOption]:
    """All of them; hidden ones work and are not listed in the help."""
    return [
        global_option(
            "--kubeconfig", metavar="FILE", variable="KUBECONFIG", hidden=hidden,
            text="Read this kubeconfig instead of those in KUBECONFIG or ~/.kube/config.",
        ),
        global_option(
            "--context", metavar="NAME", variable="CONTEXT", hidden=hidden,
            text="Use this context of the kubeconfig.",
        ),
        global_option(
            "--cluster", metavar="NAME", variable="CLUSTER", hidden=hidden,
            text="Use this cluster of the kubeconfig.",
        ),
        global_option(
            "--user", metavar="NAME", variable="USER", hidden=hidden,
            text="Use this user of the kubeconfig.",
        ),
        global_option(
            "--as", "as_user", metavar="NAME", hidden=hidden,
            text="Act as this user.",
        ),
        global_option(
            "--as-group", metavar="GROUP", hidden=hidden, multiple=True,
            text="Act as a member of this group; may be repeated.",
        ),
        global_option(
            "--server", metavar="URL", variable="SERVER", hidden=hidden,
            text="Address of the API server.",
        ),
        global_option(
            "--token-file", metavar="FILE", variable="TOKEN_FILE", hidden=hidden,
            text="Read the bearer token from this file.",
        ),
        global_option(
            "--certificate-authority", metavar="FILE", variable="CERTIFICATE_AUTHORITY",
            hidden=hidden, text="Trust the certificates of this authority.",
        ),
        global_flag(
            "--insecure-skip-tls-verify", hidden=hidden,
            text="Trust any certificate: whoever is in between can read and change everything.",
        ),
        global_flag(
            "--no-exec-auth", hidden=hidden,
            text="Run no program that the kubeconfig names for credentials.",
        ),
        global_option(
            "--request-timeout", metavar="DURATION", variable="REQUEST_TIMEOUT", hidden=hidden,
            text="How long one request may take, such as 5s; 10s unless said otherwise.",
        ),
    ]  # fmt: skip


def connection_variables() -> list[str]:
    """The environment variables of these options."""
    return [str(each.envvar) for each in connection_options(hidden=True) if each.envvar]


def parse_request_timeout(text: str | None) -> float:
    """Seconds of ``--request-timeout``. Raises :class:`~ippoolctl.errors.UsageError`."""
    return parse_duration("--request-timeout", text or DEFAULT_REQUEST_TIMEOUT)
