"""Which cluster and which user: options, then kubeconfig, then the pod that we run in.

Source: ``DirectClientConfig`` of client-go, tools/clientcmd/client_config.go, and
``InClusterConfig``, rest/config.go.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.kubeconfig.assemble import SERVER_HINT, assemble, is_usable_server
from ippoolctl.cluster.kubeconfig.find import kubeconfig_paths, read_kubeconfig
from ippoolctl.cluster.kubeconfig.parse import ClusterEntry, ContextEntry, Kubeconfig, UserEntry
from ippoolctl.domain.unlisted import listed
from ippoolctl.errors import InputError, UnavailableError, UsageError

_Entry = TypeVar("_Entry")

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where every pod finds its token and the authority of its server."""


class ConnectionOptions(NamedTuple):
    """Overrides of the kubeconfig, which are the options of kubectl; by default there are none."""

    kubeconfig: str = ""
    """The only file to read; it must exist."""
    context: str = ""
    cluster: str = ""
    user: str = ""
    as_user: str = ""
    as_groups: tuple[str, ...] = ()
    server: str = ""
    """Works without any kubeconfig."""
    token_file: str = ""
    """Replaces all credentials of the user, a client certificate included."""
    certificate_authority: str = ""
    """A file, relative to the working directory."""
    insecure_skip_tls_verify: bool = False
    """Ignore the certificate authority and trust any certificate."""


def connect(
    options: ConnectionOptions,
    environment: Mapping[str, str],
    *,
    service_account: Path = SERVICE_ACCOUNT,
) -> Connection:
    """Everything that a request needs. Nothing is sent, and no plugin is run.

    Raises :class:`~ippoolctl.errors.InputError` for a file or a name that is wrong,
    :class:`~ippoolctl.errors.UsageError` for options that contradict each other,
    :class:`~ippoolctl.ports.faults.ConfigurationFault` for an unusable configuration, and
    :class:`~ippoolctl.errors.UnavailableError` if no cluster is configured at all.
    """
    kubeconfig = read_kubeconfig(options.kubeconfig, environment)
    named = options.kubeconfig or options.context or options.cluster or options.user
    if named or any(kubeconfig):
        context, cluster, user = _select(kubeconfig, options)
    elif options.server:
        context, cluster, user = "", ClusterEntry(), UserEntry()
    else:
        context, (cluster, user) = "", _in_cluster(environment, service_account)
    cluster, user = _override_cluster(cluster, options), _override_user(user, options)
    return assemble(context, cluster, user, environment)


def _select(
    kubeconfig: Kubeconfig, options: ConnectionOptions
) -> tuple[str, ClusterEntry, UserEntry]:
    """The name of the context, its cluster and its user, without overrides of single fields."""
    name = options.context or kubeconfig.current_context
    if name in kubeconfig.contexts:
        context = kubeconfig.contexts[name]
    elif not options.context and (options.server or options.cluster):
        context = ContextEntry("", "")
    elif name:
        raise _not_found(kubeconfig.contexts, name, "context")
    elif not kubeconfig.contexts:
        raise InputError("the kubeconfig has no contexts", "use another file with --kubeconfig")
    else:
        hint = f"use --context: {_listed(kubeconfig.contexts)}"
        raise InputError("the kubeconfig has no current context", hint)
    return (
        name if name in kubeconfig.contexts else "",
        _find(kubeconfig.clusters, options.cluster or context.cluster, "cluster") or ClusterEntry(),
        _find(kubeconfig.users, options.user or context.user, "user") or UserEntry(),
    )


def _find(entries: Mapping[str, _Entry], name: str, kind: str) -> _Entry | None:
    if name and name not in entries:
        raise _not_found(entries, name, kind)
    return entries.get(name) if name else None


def _not_found(entries: Mapping[str, object], name: str, kind: str) -> InputError:
    from difflib import get_close_matches

    if not entries:
        return InputError(
            f"{kind} {name!r} not found", f"the kubeconfig has no {kind}s; use another --kubeconfig"
        )
    close = get_close_matches(name, entries, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    return InputError(f"{kind} {name!r} not found", f"{hint}use one of {_listed(entries)}")


def _listed(names: Mapping[str, object]) -> str:
    return listed(sorted(names), 20) or "none"


def _in_cluster(environment: Mapping[str, str], directory: Path) -> tuple[ClusterEntry, UserEntry]:
    """The API server and the service account of our pod; no file is read yet."""
    host = environment.get("KUBERNETES_SERVICE_HOST", "")
    port = environment.get("KUBERNETES_SERVICE_PORT", "")
    token = directory / "token"
    if not host or not port or not token.is_file():
        raise UnavailableError(
            f"no cluster is configured{_why_empty(environment)}",
            "use --kubeconfig or --server, or set KUBECONFIG; check and verdict also accept files",
        )
    shown = f"[{host}]" if ":" in host else host
    authority = str(directory / "ca.crt")
    cluster = ClusterEntry(server=f"https://{shown}:{port}", certificate_authority=authority)
    return cluster, UserEntry(token_file=str(token))


def _why_empty(environment: Mapping[str, str]) -> str:
    files = environment.get("KUBECONFIG", "")
    existing = [each for each in kubeconfig_paths(environment) if Path(each).is_file()]
    if not existing:
        return f": no file in KUBECONFIG exists ({files})" if files else ""
    word = "has no contexts" if any(Path(each).stat().st_size for each in existing) else "is empty"
    return f": {' and '.join(existing)} {word}"


def _override_cluster(cluster: ClusterEntry, options: ConnectionOptions) -> ClusterEntry:
    if options.server:
        # Without a scheme the others decide on it, see ``assemble``.
        whole = options.server if "://" in options.server else f"https://{options.server}"
        if not is_usable_server(whole):
            shown = "" if "@" in whole else f" {options.server}"  # a password can be before the @
            raise UsageError(f"invalid value: --server{shown}", SERVER_HINT)
        # As kubectl: a name in the certificate belongs to the server that it was written for.
        cluster = cluster._replace(server=options.server, tls_server_name="")
    if options.insecure_skip_tls_verify and options.certificate_authority:
        raise UsageError(
            "--certificate-authority and --insecure-skip-tls-verify cannot be used together",
            "remove one of the two",
        )
    if options.insecure_skip_tls_verify or options.certificate_authority:
        cluster = cluster._replace(
            insecure_skip_tls_verify=options.insecure_skip_tls_verify,
            certificate_authority=options.certificate_authority,
            certificate_authority_data=None,
        )
    return cluster


def _override_user(user: UserEntry, options: ConnectionOptions) -> UserEntry:
    if options.token_file:
        # The client certificate is dropped too: servers use it before they look at a token.
        user = UserEntry(token_file=options.token_file, impersonate=user.impersonate)
    impersonate = user.impersonate._replace(
        user=options.as_user or user.impersonate.user,
        groups=options.as_groups or user.impersonate.groups,
    )
    if options.as_groups and not impersonate.user:
        raise UsageError("--as-group requires --as", "use --as")
    return user._replace(impersonate=impersonate)
