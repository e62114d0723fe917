"""From a cluster and a user to a connection: files are read, contradictions are refused.

Source, also for which credentials win over which: ``validateAuthInfo`` and ``validateClusterInfo``
of client-go, tools/clientcmd/validation.go.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from ippoolctl.cluster.connection import (
    Basic,
    ClientCertificate,
    Connection,
    Credentials,
    NoCredentials,
    Token,
    TokenFile,
)
from ippoolctl.cluster.http.proxies import choose_proxy
from ippoolctl.cluster.kubeconfig.parse import ClusterEntry, UserEntry
from ippoolctl.errors import InputError
from ippoolctl.ports.faults import ConfigurationFault
from ippoolctl.reading.files import UnreadableError, read_file

_OMITTED: Final = b64decode("DATA+OMITTED")
_REDACTED: Final = "REDACTED"
SERVER_HINT: Final = "use https://host:port"


def assemble(
    context: str, cluster: ClusterEntry, user: UserEntry, environment: Mapping[str, str]
) -> Connection:
    """The connection to this cluster as this user; ``context`` is their name.

    Raises :class:`~ippoolctl.ports.faults.ConfigurationFault` if a file that they name cannot be
    read, and for fields that contradict each other.
    """
    _refuse_omitted(cluster, user)
    server = _server(cluster, user)
    secure = server.startswith("https:")
    return Connection(
        server=server,
        context=context,
        certificate_authority=_authority(cluster) if secure else None,
        insecure_skip_tls_verify=cluster.insecure_skip_tls_verify,
        tls_server_name=cluster.tls_server_name,
        proxy_url=choose_proxy(server, cluster.proxy_url, environment),
        credentials=_credentials(cluster, user),
        client_certificate=_certificate(user) if secure else None,
        impersonate=user.impersonate,
    )


def _refuse_omitted(cluster: ClusterEntry, user: UserEntry) -> None:
    """Refuse a kubeconfig that was written with placeholders for its secrets."""
    data = (
        cluster.certificate_authority_data, user.client_certificate_data, user.client_key_data,
    )  # fmt: skip
    if _OMITTED in data or _REDACTED in (user.token, user.password):
        message = "the kubeconfig lacks its secrets, as printed by kubectl config view"
        raise ConfigurationFault(message, "print it with kubectl config view --raw")


def _server(cluster: ClusterEntry, user: UserEntry) -> str:
    server = cluster.server
    if not server:
        raise ConfigurationFault(
            "the cluster has no server", "use --server, or set server in the kubeconfig"
        )
    if "://" not in server:
        # As ``DefaultServerURL`` in client-go: fields about TLS imply https.
        server = f"{'https' if _has_tls_fields(cluster, user) else 'http'}://{server}"
    if not is_usable_server(server):
        shown = "" if "@" in server else f": {server!r}"  # a password can be before the @
        raise ConfigurationFault(f"invalid server URL{shown}", SERVER_HINT)
    parts = urlsplit(server)
    if "@" in parts.netloc:
        hint = "put them under users in the kubeconfig"
        raise ConfigurationFault("the server URL contains a user or a password", hint)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_usable_server(server: str) -> bool:
    """Whether it is a URL of http or https with a host, and with a valid port if it has one."""
    try:
        parts = urlsplit(server)
        valid_port = parts.port != 0
    except ValueError:
        return False
    printable = parts.netloc.isascii() and server.isprintable() and " " not in parts.netloc
    return valid_port and printable and parts.scheme in ("http", "https") and bool(parts.hostname)


def _has_tls_fields(cluster: ClusterEntry, user: UserEntry) -> bool:
    return bool(
        cluster.certificate_authority
        or cluster.certificate_authority_data
        or cluster.insecure_skip_tls_verify
        or user.client_certificate
        or user.client_certificate_data
    )


def _authority(cluster: ClusterEntry) -> bytes | None:
    data, path = cluster.certificate_authority_data, cluster.certificate_authority
    if cluster.insecure_skip_tls_verify:
        if data or path:
            raise ConfigurationFault(
                "the cluster has a certificate authority and insecure-skip-tls-verify",
                "remove insecure-skip-tls-verify from the kubeconfig",
            )
        return None
    return data or (_read(path, "certificate authority") if path else None)


def _certificate(user: UserEntry) -> ClientCertificate | None:
    if not (user.client_certificate_data or user.client_certificate):
        return None
    if not (user.client_key_data or user.client_key):
        hint = "add client-key or client-key-data"
        raise ConfigurationFault("the user has a client certificate and no key", hint)
    return ClientCertificate(
        user.client_certificate_data or _read(user.client_certificate, "client certificate"),
        user.client_key_data or _read(user.client_key, "client key"),
    )


def _read(path: str, what: str) -> bytes:
    try:
        return read_file(path)
    except UnreadableError as error:
        message = f"cannot read the {what} {path}: {error.reason}"
        raise ConfigurationFault(message, "check the path in the kubeconfig") from None


def _credentials(cluster: ClusterEntry, user: UserEntry) -> Credentials:
    _refuse_contradictions(user)
    if user.token_file:
        return TokenFile(user.token_file, user.token)
    if user.token:
        return Token(user.token)
    if user.username or user.password:
        return Basic(user.username, user.password)
    if user.plugin:
        if not user.plugin.command:
            hint = "set command to the credential plugin"
            raise InputError("the exec plugin of the user has no command", hint)
        return user.plugin._replace(cluster_config=cluster.exec_config)
    return user.provider or NoCredentials()


def _refuse_contradictions(user: UserEntry) -> None:
    hint = "keep one of them in the kubeconfig"
    if user.token and (user.username or user.password):
        raise ConfigurationFault("the user has a token and a password", hint)
    if user.plugin and user.provider:
        raise ConfigurationFault("the user has an exec plugin and an auth provider", hint)
    if user.impersonate.user:
        return
    if user.impersonate.groups or user.impersonate.uid or user.impersonate.extra:
        message = "the user impersonates groups, a uid or extra fields, but no user"
        raise ConfigurationFault(message, "add the field as")
