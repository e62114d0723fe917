"""How to reach one API server, and as whom: plain values, complete before anything is sent.

No ``repr`` of anything here shows a secret.
"""

from typing import Any, NamedTuple

from ippoolctl.cluster.credentials.redact import concealing


class NoCredentials(NamedTuple):
    """Nothing goes into the ``Authorization`` header."""


@concealing("token")
class Token(NamedTuple):
    """A bearer token."""

    token: str


@concealing("fallback")
class TokenFile(NamedTuple):
    """A file with a bearer token, which somebody else renews."""

    path: str
    fallback: str = ""
    """A token for as long as the file cannot be read; empty if there is none."""


@concealing("password")
class Basic(NamedTuple):
    """A user name and a password, which only proxies in front of API servers still take."""

    user: str
    password: str


@concealing("args", "env", "cluster_config")
class ExecPlugin(NamedTuple):
    """A program that prints credentials (:mod:`ippoolctl.cluster.credentials.exec_credential`)."""

    command: str
    """A name to be looked up in ``PATH``, or an absolute path."""
    api_version: str
    args: tuple[str, ...] = ()
    """Often holds the secret of an OpenID client."""
    env: tuple[tuple[str, str], ...] = ()
    interactive_mode: str = "IfAvailable"
    """``Never``, ``IfAvailable`` or ``Always``: whether it may use the terminal."""
    provide_cluster_info: bool = False
    install_hint: str = ""
    cluster_config: Any = None
    """What the cluster's extension ``client.authentication.k8s.io/exec`` holds."""


@concealing("config")
class AuthProvider(NamedTuple):
    """A built-in provider of tokens, see :mod:`ippoolctl.cluster.credentials.auth_provider`."""

    name: str
    config: tuple[tuple[str, str], ...] = ()


Credentials = NoCredentials | Token | TokenFile | Basic | ExecPlugin | AuthProvider
"""What the ``Authorization`` header is made of; exactly one of them."""


@concealing("certificate", "key")
class ClientCertificate(NamedTuple):
    """A certificate and its key, both PEM. It stands beside any credentials."""

    certificate: bytes
    key: bytes


class Impersonation(NamedTuple):
    """As whom the server shall judge us; empty for ourselves."""

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


@concealing("certificate_authority", "proxy_url")
class Connection(NamedTuple):
    """One API server and one identity."""

    server: str
    """``http`` or ``https``, host, port where one is given, and path; no slash at its end."""
    context: str = ""
    """The name of the context that it comes from; empty if none."""
    certificate_authority: bytes | None = None
    """PEM; ``None`` for the authorities that the system trusts."""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    """The name in the server's certificate where it is not the host; empty if it is."""
    proxy_url: str = ""
    """Empty for none; may hold a password."""
    credentials: Credentials = NoCredentials()
    client_certificate: ClientCertificate | None = None
    impersonate: Impersonation = Impersonation()
