"""Which cluster and which user are meant, with the overrides of the command line.

Source: ``DirectClientConfig`` of client-go, tools/clientcmd/client_config.go.
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from ippoolctl.cluster.connection import Impersonation
from ippoolctl.cluster.connection_options import ConnectionOptions
from ippoolctl.cluster.kubeconfig.entries import (
    ClusterEntry,
    ContextEntry,
    Kubeconfig,
    UserEntry,
)
from ippoolctl.errors import InputError, UsageError

_Entry = TypeVar("_Entry")


class Selection(NamedTuple):
    """One cluster and one user, and the name of the context that they come from."""

    context: str
    cluster: ClusterEntry
    user: UserEntry


def select(kubeconfig: Kubeconfig, options: ConnectionOptions) -> Selection:
    """What the options mean in this kubeconfig, without the overrides of single fields.

    Raises :class:`~ippoolctl.errors.InputError` for a name that is not there, and if the
    kubeconfig has no current context and none was named.
    """
    name = options.context or kubeconfig.current_context
    context = _context(kubeconfig, options, name)
    cluster = options.cluster or context.cluster
    user = options.user or context.user
    return Selection(
        name if name in kubeconfig.contexts else "",
        _find(kubeconfig.clusters, cluster, "cluster") if cluster else ClusterEntry(),
        _find(kubeconfig.users, user, "user") if user else UserEntry(),
    )


def _context(kubeconfig: Kubeconfig, options: ConnectionOptions, name: str) -> ContextEntry:
    if options.context:
        return _find(kubeconfig.contexts, name, "context")
    if name in kubeconfig.contexts:
        return kubeconfig.contexts[name]
    if options.server or options.cluster:
        return ContextEntry("", "")
    if name:
        return _find(kubeconfig.contexts, name, "context")
    if not kubeconfig.contexts:
        raise InputError("the kubeconfig has no contexts", "name another file with --kubeconfig")
    hint = f"say --context: {_listed(kubeconfig.contexts)}"
    raise InputError("the kubeconfig has no current context", hint)


def _find(entries: Mapping[str, _Entry], name: str, kind: str) -> _Entry:
    if name in entries:
        return entries[name]
    from difflib import get_close_matches

    close = get_close_matches(name, entries, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise InputError(f"there is no {kind} {name!r}", f"{hint}there are: {_listed(entries)}")


def _listed(names: Mapping[str, object]) -> str:
    shown = sorted(names)[:20]
    more = len(names) - len(shown)
    return (", ".join(shown) or "none") + (f" and {more} more" if more else "")


def overridden(selection: Selection, options: ConnectionOptions) -> Selection:
    """The selection with what the options say about single fields.

    Raises :class:`~ippoolctl.errors.UsageError` for options that contradict each other.
    """
    return selection._replace(
        cluster=_cluster(selection.cluster, options), user=_user(selection.user, options)
    )


def _cluster(cluster: ClusterEntry, options: ConnectionOptions) -> ClusterEntry:
    if options.server:
        # As kubectl: a name in the certificate belongs to the server that it was written for.
        cluster = cluster._replace(server=options.server, tls_server_name="")
    if options.insecure_skip_tls_verify and options.certificate_authority:
        raise UsageError(
            "--certificate-authority and --insecure-skip-tls-verify exclude each other",
            "leave one of them out",
        )
    if options.insecure_skip_tls_verify or options.certificate_authority:
        cluster = cluster._replace(
            insecure_skip_tls_verify=options.insecure_skip_tls_verify,
            certificate_authority=options.certificate_authority,
            certificate_authority_data=None,
        )
    return cluster


def _user(user: UserEntry, options: ConnectionOptions) -> UserEntry:
    if options.token_file:
        # A client certificate goes as well: servers look at it before they look at a token.
        user = UserEntry(token_file=options.token_file, impersonate=user.impersonate)
    return user._replace(impersonate=_impersonation(user.impersonate, options))


def _impersonation(configured: Impersonation, options: ConnectionOptions) -> Impersonation:
    wanted = configured._replace(
        user=options.as_user or configured.user,
        groups=options.as_groups or configured.groups,
    )
    if options.as_groups and not wanted.user:
        raise UsageError("groups are impersonated, but no user is", "say --as as well")
    return wanted
