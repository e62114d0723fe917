"""Errors of a connection as faults: the cause in one line, and what to do about it."""

import http.client
import ssl
from typing import Final

from ippoolctl.cluster.http.connection_pool import ConnectionPool
from ippoolctl.cluster.http.server_connection import ServerConnection, TunnelError
from ippoolctl.ports.faults import (
    CredentialFault,
    Fault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)

FAILURES: Final = (OSError, TunnelError, http.client.HTTPException, ValueError)
"""Everything that a failing connection raises."""

# Source: X509_V_ERR_* in OpenSSL, include/openssl/x509_vfy.h.in.
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_WRONG_NAMES: Final = (62, 64)
_CLIENT_ALERTS: Final = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")


def is_wrong_name(error: BaseException) -> bool:
    """Whether the server's certificate is trusted but issued for another name."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _WRONG_NAMES


def connect_fault(
    error: Exception, pool: ConnectionPool, connection: ServerConnection, names: tuple[str, ...]
) -> Fault:
    """The fault for a failed connect; ``names`` are those in the server's certificate."""
    at_proxy = bool(pool.proxy_place) and not connection.reached_proxy
    place = f"the proxy {pool.proxy_place}" if at_proxy else pool.place
    if isinstance(error, ssl.SSLCertVerificationError):
        expected = "the proxy's host" if at_proxy else pool.expected_name
        return _untrusted(error, place, expected, names)
    if isinstance(error, ssl.SSLError):
        return _rejected_certificate(error, place) or _handshake(error, place)
    if isinstance(error, TimeoutError):
        hint = "check the address, the network and the firewall"
        return UnreachableFault(f"{place} does not respond", hint)
    if isinstance(error, TunnelError):
        hint = "check its rules, and the user and password in its URL"
        refused = f"the proxy {pool.proxy_place} refused the connection to {pool.place}"
        return UnreachableFault(f"{refused}: {error}", hint)
    hint = "check the address, and that the server is running"
    return UnreachableFault(f"cannot connect to {place}: {_reason(error)}", hint)


def response_fault(error: Exception, pool: ConnectionPool, method: str) -> Fault:
    """The fault for a request that was sent and got no readable response."""
    if isinstance(error, ssl.SSLError) and (fault := _rejected_certificate(error, pool.place)):
        return fault
    hint = "the request may have succeeded; check before you retry"
    if method == "GET":
        hint = "retry later; if the failure persists, check the API server"
    return UnansweredFault(f"no readable response from {pool.place}: {_reason(error)}", hint)


def _untrusted(
    error: ssl.SSLCertVerificationError, place: str, expected: str, names: tuple[str, ...]
) -> UntrustedFault:
    if error.verify_code in _WRONG_NAMES:
        listed = ", ".join(names[:10]) or "other names"
        hint = "use one of these names, or set tls-server-name in the kubeconfig"
        message = f"the certificate of {place} is for {listed}, not for {expected}"
        return UntrustedFault(message, hint)
    if error.verify_code == _EXPIRED:
        hint = "renew it, and check the clock of this machine"
        return UntrustedFault(f"the certificate of {place} has expired", hint)
    if error.verify_code == _NOT_YET_VALID:
        hint = "check the clock of this machine"
        return UntrustedFault(f"the certificate of {place} is not valid yet", hint)
    reason = error.verify_message or "it cannot be verified"
    return UntrustedFault(
        f"the certificate of {place} is signed by an unknown authority ({reason})",
        "check certificate-authority in the kubeconfig, or use --certificate-authority",
    )


def _rejected_certificate(error: ssl.SSLError, place: str) -> Fault | None:
    """With TLS 1.3 the server rejects our certificate only after the request."""
    reason = error.reason or ""
    if "ALERT" not in reason or not any(each in reason for each in _CLIENT_ALERTS):
        return None
    alert = reason.lower().replace("_", " ")
    hint = "check client-certificate in the kubeconfig, and its expiration date"
    return CredentialFault(f"{place} rejected the client certificate ({alert})", hint)


def _handshake(error: ssl.SSLError, place: str) -> UnreachableFault:
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        hint = "check the port and the scheme (http or https) of the server URL"
        return UnreachableFault(f"{place} does not speak TLS", hint)
    reason = (error.reason or "closed").lower().replace("_", " ")
    hint = "check the server URL, proxies and firewalls"
    return UnreachableFault(f"the TLS handshake with {place} failed: {reason}", hint)


def _reason(error: BaseException) -> str:
    """The cause in the system's words; never what the other side sent."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, http.client.RemoteDisconnected | ssl.SSLError | ConnectionError):
        return "connection closed"
    if isinstance(error, TimeoutError):
        return "timed out"
    if type(error) is http.client.HTTPException:
        return str(error)
    if isinstance(error, http.client.IncompleteRead):
        return "response incomplete"
    return "not an HTTP response"
