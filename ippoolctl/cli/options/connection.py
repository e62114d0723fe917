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
            text="Path to the kubeconfig (default: $KUBECONFIG or ~/.kube/config)",
        ),
        global_option(
            "--context", metavar="NAME", variable="CONTEXT", hidden=hidden,
            text="Name of the kubeconfig context to use",
        ),
        global_option(
            "--cluster", metavar="NAME", variable="CLUSTER", hidden=hidden,
            text="Name of the kubeconfig cluster to use",
        ),
        global_option(
            "--user", metavar="NAME", variable="USER", hidden=hidden,
            text="Name of the kubeconfig user to use",
        ),
        global_option(
            "--as", "as_user", metavar="NAME", hidden=hidden,
            text="User to impersonate",
        ),
        global_option(
            "--as-group", metavar="GROUP", hidden=hidden, multiple=True,
            text="Group to impersonate; can be repeated",
        ),
        global_option(
            "--server", metavar="URL", variable="SERVER", hidden=hidden,
            text="URL of the API server",
        ),
        global_option(
            "--token-file", metavar="FILE", variable="TOKEN_FILE", hidden=hidden,
            text="File with the bearer token",
        ),
        global_option(
            "--certificate-authority", metavar="FILE", variable="CERTIFICATE_AUTHORITY",
            hidden=hidden, text="File with the certificate authority of the API server",
        ),
        global_flag(
            "--insecure-skip-tls-verify", hidden=hidden,
            text="Do not verify the server certificate (insecure)",
        ),
        global_flag(
            "--no-exec-auth", hidden=hidden,
            text="Do not run credential plugins of the kubeconfig",
        ),
        global_option(
            "--request-timeout", metavar="DURATION", variable="REQUEST_TIMEOUT", hidden=hidden,
            text="Time limit for one request, such as 5s (default: 10s)",
        ),
    ]  # fmt: skip


def connection_variables() -> list[str]:
    """The environment variables of these options."""
    return [str(each.envvar) for each in connection_options(hidden=True) if each.envvar]


def parse_request_timeout(text: str | None) -> float:
    """Seconds of ``--request-timeout``. Raises :class:`~ippoolctl.errors.UsageError`."""
    return parse_duration("--request-timeout", text or DEFAULT_REQUEST_TIMEOUT)
