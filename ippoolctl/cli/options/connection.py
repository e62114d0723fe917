"""The global options that select a cluster, a user and a connection."""

import os
from typing import Any, Final

from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    RepeatedOption,
    global_flag,
    global_option,
)

DEFAULT_REQUEST_TIMEOUT: Final = 10.0
"""Seconds."""


def _complete_context(context: Any, arguments: Any, incomplete: str) -> list[str]:
    """The contexts of the kubeconfig that are not given yet; none if it cannot be read."""
    from ippoolctl.cluster.kubeconfig.find import read_kubeconfig

    given = [each.params for each in (context.find_root(), context)]
    explicit = [each["kubeconfig"] for each in given if each.get("kubeconfig")]
    taken = {name for each in given for name in each.get("contexts") or ()}
    try:
        names = read_kubeconfig(explicit[-1] if explicit else "", os.environ).contexts
    except Exception:
        return []
    return [name for name in names if name.startswith(incomplete) and name not in taken]


CONNECTION_OPTIONS: Final = (
    global_option(
        "--kubeconfig",
        metavar="FILE",
        variable="KUBECONFIG",
        text="Path to the kubeconfig (default: $KUBECONFIG or ~/.kube/config)",
    ),
    RepeatedOption(
        param_decls=["--context", "contexts"],
        metavar="NAME",
        envvar=f"{ENVIRONMENT_PREFIX}CONTEXT",
        multiple=True,
        autocompletion=_complete_context,
        help="Name of the kubeconfig context to use; can be repeated for check and list",
    ),
    global_option(
        "--cluster",
        metavar="NAME",
        variable="CLUSTER",
        text="Name of the kubeconfig cluster to use",
    ),
    global_option(
        "--user",
        metavar="NAME",
        variable="USER",
        text="Name of the kubeconfig user to use",
    ),
    global_option(
        "--as",
        "as_user",
        metavar="NAME",
        text="User to impersonate",
    ),
    global_option(
        "--as-group",
        metavar="GROUP",
        multiple=True,
        text="Group to impersonate; can be repeated",
    ),
    global_option(
        "--server",
        metavar="URL",
        variable="SERVER",
        text="URL of the API server",
    ),
    global_option(
        "--token-file",
        metavar="FILE",
        variable="TOKEN_FILE",
        text="File with the bearer token",
    ),
    global_option(
        "--certificate-authority",
        metavar="FILE",
        variable="CERTIFICATE_AUTHORITY",
        text="File with the certificate authority of the API server",
    ),
    global_flag(
        "--insecure-skip-tls-verify",
        text="Do not verify the server certificate (insecure)",
    ),
    global_flag(
        "--no-exec-auth",
        text="Do not run credential plugins of the kubeconfig",
    ),
    global_option(
        "--request-timeout",
        metavar="DURATION",
        variable="REQUEST_TIMEOUT",
        text="Time limit for one request, such as 5s (default: 10s)",
    ),
)
"""The cluster, the user and the connection."""


def connection_variables() -> list[str]:
    """The environment variables of these options."""
    return [str(each.envvar) for each in CONNECTION_OPTIONS if each.envvar]
