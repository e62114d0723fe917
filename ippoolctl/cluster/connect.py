"""Where the API server is, and who we are: options, then kubeconfig, then the pod we run in."""

from collections.abc import Mapping
from pathlib import Path

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.connection_options import ConnectionOptions
from ippoolctl.cluster.kubeconfig.assembly import assemble
from ippoolctl.cluster.kubeconfig.choose import Selection, overridden, select
from ippoolctl.cluster.kubeconfig.entries import ClusterEntry, Kubeconfig, UserEntry
from ippoolctl.cluster.kubeconfig.find import read_kubeconfig
from ippoolctl.cluster.kubeconfig.in_cluster import SERVICE_ACCOUNT, in_cluster
from ippoolctl.errors import NothingToAskError


def connect(
    options: ConnectionOptions,
    environment: Mapping[str, str],
    *,
    service_account: Path = SERVICE_ACCOUNT,
) -> Connection:
    """Everything that a request will need. Nothing is sent, and no plugin is run.

    Raises :class:`~ippoolctl.errors.InputError` and :class:`~ippoolctl.errors.UsageError` for what
    was named wrongly, :class:`~ippoolctl.ports.faults.ConfigurationFault` for what cannot be used,
    and :class:`~ippoolctl.errors.NothingToAskError` if no cluster is configured at all.
    """
    kubeconfig = read_kubeconfig(options.kubeconfig, environment)
    selection = _selection(kubeconfig, options, environment, service_account)
    return assemble(overridden(selection, options), environment)


def _selection(
    kubeconfig: Kubeconfig,
    options: ConnectionOptions,
    environment: Mapping[str, str],
    service_account: Path,
) -> Selection:
    named = options.kubeconfig or options.context or options.cluster or options.user
    if named or not kubeconfig.is_empty:
        return select(kubeconfig, options)
    if options.server:
        return Selection("", ClusterEntry(), UserEntry())
    pod = in_cluster(environment, service_account)
    if pod is None:
        files = environment.get("KUBECONFIG", "")
        missing = f": KUBECONFIG names no file that exists, {files}" if files else ""
        raise NothingToAskError(
            f"no cluster is configured{missing}",
            "say --kubeconfig or --server, or set KUBECONFIG; check and verdict also take files",
        )
    return pod
