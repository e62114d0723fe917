"""How to reach one API server, and as whom: plain values, complete before anything is sent.

No ``repr`` of anything here shows a secret.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Nothing goes into the ``Authorization`` header."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file with a bearer token, which somebody else renews."""

    path: str
    fallback: str = field(default="", repr=False)
    """A token for as long as the file cannot be read; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password, which only proxies in front of API servers still take."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """A program that prints credentials, see :mod:`ippoolctl.cluster.exec_credential`."""

    command: str
    """A name to be looked up in ``PATH``, or an absolute path."""
    api_version: str
    args: tuple[str, ...] = field(default=(), repr=False)
    """Often holds the secret of an OpenID client."""
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    interactive_mode: str = "IfAvailable"
    """``Never``, ``IfAvailable`` or ``Always``: whether it may use the terminal."""
    provide_cluster_info: bool = False
    install_hint: str = ""
    cluster_config: Any = field(default=None, repr=False)
    """What the cluster's extension ``client.authentication.k8s.io/exec`` holds."""


@dataclass(frozen=True, slots=True)
class AuthProvider:
    """A built-in provider of tokens, see :mod:`ippoolctl.cluster.auth_provider`."""

    name: str
    config: tuple[tuple[str, str], ...] = field(default=(), repr=False)


Credentials = NoCredentials | Token | TokenFile | Basic | ExecPlugin | AuthProvider
"""What the ``Authorization`` header is made of; exactly one of them."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate and its key, both PEM. It stands beside any credentials."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Impersonation:
    """As whom the server shall judge us; empty for ourselves."""

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """One API server and one identity."""

    server: str
    """``http`` or ``https``, host, port where one is given, and path; no slash at its end."""
    context: str = ""
    """The name of the context that it comes from; empty if none."""
    certificate_authority: bytes | None = field(default=None, repr=False)
    """PEM; ``None`` for the authorities that the system trusts."""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    """The name in the server's certificate where it is not the host; empty if it is."""
    proxy_url: str = field(default="", repr=False)
    """Empty for none; may hold a password."""
    credentials: Credentials = field(default_factory=NoCredentials)
    client_certificate: ClientCertificate | None = None
    impersonate: Impersonation = field(default_factory=Impersonation)
