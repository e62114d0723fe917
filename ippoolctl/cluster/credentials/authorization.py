"""Credentials as they go onto the wire: obtained when needed, kept while they hold."""

import base64
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple, assert_never

from ippoolctl.cluster.connection import (
    AuthProvider,
    Basic,
    ClientCertificate,
    Connection,
    ExecPlugin,
    NoCredentials,
    Token,
    TokenFile,
)
from ippoolctl.cluster.credentials.redact import concealing
from ippoolctl.cluster.http.time_limits import Allowance
from ippoolctl.ports.faults import CredentialFault
from ippoolctl.reading.bounded_file import UnreadableError, read_file

TOKEN_FILE_SECONDS: Final = 60.0
"""How long a token file is taken as read: ``NewCachedFileTokenSource`` in client-go."""
_MAX_TOKEN: Final = 2**20


@concealing("header")
class Proof(NamedTuple):
    """What proves who we are: a header, a certificate, both, or neither."""

    header: str = ""
    """The value of ``Authorization``; empty for none."""
    certificate: ClientCertificate | None = None


class _Kept(NamedTuple):
    proof: Proof
    read_at: float
    expires: float | None = None


class Authorization:
    """The credentials of one connection. Safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        *,
        exec_allowed: bool,
        now: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._connection = connection
        self._exec_allowed = exec_allowed
        self._now = now
        self._wall_clock = wall_clock
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def proof(self, allowance: Allowance) -> Proof:
        """What to send now. Raises :class:`~ippoolctl.ports.faults.CredentialFault`."""
        with self._lock:
            if self._kept is None or not self._holds(self._kept):
                with allowance.aside():
                    self._kept = self._obtained(allowance)
            return self._kept.proof

    def forget(self) -> bool:
        """Drop what was kept, since the server refused it; whether asking again may help."""
        with self._lock:
            self._kept = None
        return isinstance(self._connection.credentials, ExecPlugin | TokenFile | AuthProvider)

    def _holds(self, kept: _Kept) -> bool:
        if isinstance(self._connection.credentials, TokenFile):
            return self._now() - kept.read_at < TOKEN_FILE_SECONDS
        return kept.expires is None or self._wall_clock() < kept.expires

    def _obtained(self, allowance: Allowance) -> _Kept:
        match self._connection.credentials:
            case NoCredentials():
                return self._keep("")
            case Token(token):
                return self._keep(_bearer(token))
            case Basic(user, password):
                encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
                return self._keep(f"Basic {encoded}")
            case TokenFile() as file:
                return self._from_file(file)
            case ExecPlugin() as plugin:
                return self._from_plugin(plugin, allowance)
            case AuthProvider() as provider:
                return self._from_provider(provider, allowance)
            case unknown:
                assert_never(unknown)

    def _keep(self, header: str) -> _Kept:
        return _Kept(Proof(header, self._connection.client_certificate), self._now())

    def _from_file(self, file: TokenFile) -> _Kept:
        try:
            token = read_file(file.path, _MAX_TOKEN).decode(errors="replace").strip()
            reason = "it is empty"
        except UnreadableError as error:
            token, reason = "", error.reason
        if token:
            return self._keep(_bearer(token))
        if self._kept is not None:
            # Better an old token than none, while the file is being replaced.
            return self._keep(self._kept.proof.header)
        if file.fallback:
            return self._keep(_bearer(file.fallback))
        message = f"cannot read the token file {file.path}: {reason}"
        raise CredentialFault(message, "check the path and the rights")

    def _from_plugin(self, plugin: ExecPlugin, allowance: Allowance) -> _Kept:
        from ippoolctl.cluster.credentials.exec_credential import may_use_terminal, run_plugin

        found = run_plugin(
            plugin,
            self._connection,
            allowed=self._exec_allowed,
            seconds=allowance.for_login(interactive=may_use_terminal(plugin)),
        )
        certificate = found.certificate or self._connection.client_certificate
        header = _bearer(found.token) if found.token else ""
        return _Kept(Proof(header, certificate), self._now(), found.expires)

    def _from_provider(self, provider: AuthProvider, allowance: Allowance) -> _Kept:
        from ippoolctl.cluster.credentials.auth_provider import provider_token

        seconds = allowance.for_login(interactive=False)
        return self._keep(
            _bearer(provider_token(provider, allowed=self._exec_allowed, seconds=seconds))
        )


def _bearer(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        hint = "get a new one; it must be one line of letters, digits and signs"
        raise CredentialFault("the token holds characters that no token can hold", hint)
    return f"Bearer {token}"
