"""The API server and the service account of the pod that we run in.

Source: ``InClusterConfig`` of client-go, rest/config.go.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ippoolctl.cluster.kubeconfig.choose import Selection
from ippoolctl.cluster.kubeconfig.entries import ClusterEntry, UserEntry

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where every pod finds its token and the authority of its server."""


def in_cluster(
    environment: Mapping[str, str], directory: Path = SERVICE_ACCOUNT
) -> Selection | None:
    """The server of our own pod, or ``None`` if we are in none. Reads and raises nothing."""
    host = environment.get("KUBERNETES_SERVICE_HOST", "")
    port = environment.get("KUBERNETES_SERVICE_PORT", "")
    token = directory / "token"
    if not host or not port or not token.is_file():
        return None
    shown = f"[{host}]" if ":" in host else host
    return Selection(
        "",
        ClusterEntry(
            server=f"https://{shown}:{port}", certificate_authority=str(directory / "ca.crt")
        ),
        UserEntry(token_file=str(token)),
    )
