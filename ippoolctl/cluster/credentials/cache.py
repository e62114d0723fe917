"""Credentials of one connection: obtained when needed, kept while they are valid."""

import base64
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple, assert_never

from ippoolctl.cluster.connection import (
    AuthProvider,
    Basic,
    Connection,
    ExecPlugin,
    NoCredentials,
    RequestCredentials,
    Token,
    TokenFile,
)
from ippoolctl.ports.faults import CredentialFault
from ippoolctl.reading.files import UnreadableError, read_file

LOGIN_SECONDS: Final = 300.0
"""How long a user may take to log in, where the caller sets no limit."""
TOKEN_FILE_SECONDS: Final = 60.0
"""How long the content of a token file is used: ``NewCachedFileTokenSource`` in client-go."""
FAILURE_SECONDS: Final = 1.0
"""How long a program is not run again after a failure."""
_MAX_TOKEN: Final = 2**20


class _Kept(NamedTuple):
    credentials: RequestCredentials
    read_at: float
    expires: float | None = None


class _Failed(NamedTuple):
    fault: CredentialFault
    limit: float
    """The seconds that it had."""
    at: float


class CredentialCache:
    """See :class:`ippoolctl.cluster.http.transport.CredentialSource`.

    ``exec_allowed`` says whether programs may be run for credentials. Safe to use from several
    threads.
    """

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
        self._failed: _Failed | None = None
        self._lock = threading.Lock()

    def get(self, seconds: float, within: float | None) -> RequestCredentials:
        """What to send now; see the protocol.

        A program that has just failed is not run again: one that hangs would otherwise take the
        time limit of each request that waits for it, one after the other.
        """
        limit = _limited(seconds, within)
        with self._lock:
            if self._kept is None or not self._is_valid(self._kept):
                self._raise_recent_failure(limit)
                try:
                    self._kept = self._obtain(seconds, within)
                except CredentialFault as fault:
                    self._failed = _Failed(fault, limit, self._now())
                    raise
            return self._kept.credentials

    def discard(self, rejected: RequestCredentials) -> bool:
        """Forget what the server rejected, unless another thread has replaced it; see the protocol.

        A plugin would otherwise run, and perhaps ask the user, once for each rejected request.
        """
        with self._lock:
            # Not ==: what is obtained again may be the same token.
            if self._kept is not None and self._kept.credentials is rejected:
                self._kept = None
        return isinstance(self._connection.credentials, ExecPlugin | TokenFile | AuthProvider)

    def _raise_recent_failure(self, limit: float) -> None:
        failed = self._failed
        if (
            failed is not None
            and isinstance(self._connection.credentials, ExecPlugin | AuthProvider)
            and failed.limit >= limit
            and self._now() - failed.at < FAILURE_SECONDS
        ):
            raise CredentialFault(failed.fault.message, failed.fault.hint)

    def _is_valid(self, kept: _Kept) -> bool:
        if isinstance(self._connection.credentials, TokenFile):
            return self._now() - kept.read_at < TOKEN_FILE_SECONDS
        return kept.expires is None or self._wall_clock() < kept.expires

    def _obtain(self, seconds: float, within: float | None) -> _Kept:
        match self._connection.credentials:
            case NoCredentials():
                return self._keep("")
            case Token(token):
                return self._keep(_bearer(token))
            case Basic(user, password):
                encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
                return self._keep(f"Basic {encoded}")
            case TokenFile() as file:
                return self._keep(self._header_from_file(file))
            case ExecPlugin() as plugin:
                return self._from_plugin(plugin, seconds, within)
            case AuthProvider() as provider:
                from ippoolctl.cluster.credentials.auth_provider import provider_token

                limit = _limited(seconds, within)
                token = provider_token(provider, allowed=self._exec_allowed, seconds=limit)
                return self._keep(_bearer(token))
            case unknown:
                assert_never(unknown)

    def _keep(self, header: str) -> _Kept:
        credentials = RequestCredentials(header, self._connection.client_certificate)
        return _Kept(credentials, self._now())

    def _header_from_file(self, file: TokenFile) -> str:
        try:
            token = read_file(file.path, _MAX_TOKEN).decode(errors="replace").strip()
            reason = "it is empty"
        except UnreadableError as error:
            token, reason = "", error.reason
        if token:
            return _bearer(token)
        if self._kept is not None:
            # An old token is better than none while the file is being replaced.
            return self._kept.credentials.header
        if file.fallback:
            return _bearer(file.fallback)
        message = f"cannot read the token file {file.path}: {reason}"
        raise CredentialFault(message, "check the path and the file permissions")

    def _from_plugin(self, plugin: ExecPlugin, seconds: float, within: float | None) -> _Kept:
        from ippoolctl.cluster.credentials.exec_plugin import may_use_terminal, run_plugin

        limit = LOGIN_SECONDS if may_use_terminal(plugin) else seconds
        found = run_plugin(
            plugin,
            self._connection,
            allowed=self._exec_allowed,
            seconds=_limited(limit, within),
        )
        certificate = found.certificate or self._connection.client_certificate
        header = _bearer(found.token) if found.token else ""
        return _Kept(RequestCredentials(header, certificate), self._now(), found.expires)


def _limited(seconds: float, within: float | None) -> float:
    return seconds if within is None else min(seconds, within)


def _bearer(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        hint = "get a new one; it must be one line of letters, digits and signs"
        raise CredentialFault("the token contains invalid characters", hint)
    return f"Bearer {token}"
