"""How to reach one API server, and as whom: plain values, complete before anything is sent.

The values are named tuples, since a data class costs a command ten times as much when it starts.
No ``repr`` of anything here shows a secret.
"""

from typing import Any, NamedTuple


def redacted(value: NamedTuple, *secret: str) -> str:
    """The ``repr`` of a named tuple without the fields named in ``secret``."""
    shown = (name for name in value._fields if name not in secret)
    fields = ", ".join(f"{name}={getattr(value, name)!r}" for name in shown)
    return f"{type(value).__name__}({fields})"


class NoCredentials(NamedTuple):
    """No ``Authorization`` header is sent."""


class Token(NamedTuple):
    """A bearer token."""

    token: str

    def __repr__(self) -> str:
        return redacted(self, "token")


class TokenFile(NamedTuple):
    """A file with a bearer token, which another program renews."""

    path: str
    fallback: str = ""
    """The token to use while the file cannot be read; empty if there is none."""

    def __repr__(self) -> str:
        return redacted(self, "fallback")


class Basic(NamedTuple):
    """A user name and a password, which only proxies in front of API servers still accept."""

    user: str
    password: str

    def __repr__(self) -> str:
        return redacted(self, "password")


class ExecPlugin(NamedTuple):
    """A program that prints credentials (:mod:`ippoolctl.cluster.credentials.exec_plugin`)."""

    command: str
    """A name to look up in ``PATH``, or an absolute path."""
    api_version: str
    args: tuple[str, ...] = ()
    """Often contains the secret of an OpenID client."""
    env: tuple[tuple[str, str], ...] = ()
    interactive_mode: str = "IfAvailable"
    """``Never``, ``IfAvailable`` or ``Always``: whether it may use the terminal."""
    provide_cluster_info: bool = False
    install_hint: str = ""
    cluster_config: Any = None
    """The content of the cluster's extension ``client.authentication.k8s.io/exec``."""

    def __repr__(self) -> str:
        return redacted(self, "args", "env", "cluster_config")


class AuthProvider(NamedTuple):
    """A built-in provider of tokens, see :mod:`ippoolctl.cluster.credentials.auth_provider`."""

    name: str
    config: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return redacted(self, "config")


Credentials = NoCredentials | Token | TokenFile | Basic | ExecPlugin | AuthProvider
"""The source of the ``Authorization`` header; exactly one of them."""


class ClientCertificate(NamedTuple):
    """A certificate and its key, both PEM. It can be used together with any credentials."""

    certificate: bytes
    key: bytes

    def __repr__(self) -> str:
        return redacted(self, "certificate", "key")


class RequestCredentials(NamedTuple):
    """What one request is sent with: a header, a certificate, both, or neither."""

    header: str = ""
    """The value of ``Authorization``; empty for none."""
    certificate: ClientCertificate | None = None

    def __repr__(self) -> str:
        return redacted(self, "header")


class Impersonation(NamedTuple):
    """The identity that the server uses in place of ours; empty for our own."""

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Connection(NamedTuple):
    """One API server and one identity."""

    server: str
    """``http`` or ``https``, host, optional port, and path; no slash at its end."""
    context: str = ""
    """The name of the context that it comes from; empty if none."""
    certificate_authority: bytes | None = None
    """PEM; ``None`` for the authorities that the system trusts."""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    """The name in the server's certificate where it is not the host; empty if it is."""
    proxy_url: str = ""
    """Empty for none; may contain a password."""
    credentials: Credentials = NoCredentials()
    client_certificate: ClientCertificate | None = None
    impersonate: Impersonation = Impersonation()

    def __repr__(self) -> str:
        return redacted(self, "certificate_authority", "proxy_url")
