"""What a command line may say about the cluster; the options are those of kubectl."""

from typing import NamedTuple


class ConnectionOptions(NamedTuple):
    """Overrides of the kubeconfig; by default nothing is said."""

    kubeconfig: str = ""
    """The one file to read; it must be there."""
    context: str = ""
    cluster: str = ""
    user: str = ""
    as_user: str = ""
    as_groups: tuple[str, ...] = ()
    server: str = ""
    """Works without any kubeconfig."""
    token_file: str = ""
    """Takes the place of all credentials of the user, a client certificate included."""
    certificate_authority: str = ""
    """A file, relative to the working directory."""
    insecure_skip_tls_verify: bool = False
    """Forget the certificate authority and trust any certificate."""
