"""What went wrong on a connection, in one line, with what to do about it."""

import http.client
import ssl
from typing import Final

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from ippoolctl.cluster.http.connection_pool import Wire
from ippoolctl.ports.faults import (
    CredentialFault,
    Fault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)

FAILURES: Final = (OSError, HTTPError, http.client.HTTPException, ValueError)
"""Everything that a connection, whichever way it fails, raises."""

# Source: X509_V_ERR_* in OpenSSL, include/openssl/x509_vfy.h.in.
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_WRONG_NAMES: Final = (62, 64)
_CLIENT_ALERTS: Final = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")


def is_wrong_name(error: BaseException) -> bool:
    """Whether the server's certificate is good and speaks of somebody else."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _WRONG_NAMES


def connect_fault(
    error: Exception, wire: Wire, link: HTTPConnection, names: tuple[str, ...]
) -> Fault:
    """Why no connection came about; ``names`` are those in the server's certificate."""
    at_proxy = bool(wire.proxy_place) and not link.has_connected_to_proxy
    place = f"the proxy {wire.proxy_place}" if at_proxy else wire.place
    if isinstance(error, ssl.SSLCertVerificationError):
        expected = "the proxy's host" if at_proxy else wire.expected_name
        return _untrusted(error, place, expected, names)
    if isinstance(error, ssl.SSLError):
        return _refusal(error, place) or _handshake(error, place)
    if isinstance(error, TimeoutError):
        hint = "check the address, the network and the firewall"
        return UnreachableFault(f"{place} does not answer", hint)
    if str(error).startswith("Tunnel connection failed"):
        hint = "check its rules, and the user and password in its URL"
        through = f"the proxy {wire.proxy_place} lets nobody through to {wire.place}"
        return UnreachableFault(f"{through}:{str(error).rpartition(':')[2]}", hint)
    hint = "check the address, and that the server is running"
    return UnreachableFault(f"cannot connect to {place}: {_reason(error)}", hint)


def answer_fault(error: Exception, wire: Wire) -> Fault:
    """Why no readable answer came, although the request went out."""
    if isinstance(error, ssl.SSLError) and (fault := _refusal(error, wire.place)):
        return fault
    hint = "the request may have been carried out; look before you repeat it"
    return UnansweredFault(f"no readable answer from {wire.place}: {_reason(error)}", hint)


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
        "check certificate-authority in the kubeconfig, or say --certificate-authority",
    )


def _refusal(error: ssl.SSLError, place: str) -> Fault | None:
    """With TLS 1.3 the server's no to our certificate comes only after the request."""
    reason = error.reason or ""
    if "ALERT" not in reason or not any(each in reason for each in _CLIENT_ALERTS):
        return None
    said = reason.lower().replace("_", " ")
    hint = "check client-certificate in the kubeconfig; has it expired?"
    return CredentialFault(f"{place} does not take our client certificate ({said})", hint)


def _handshake(error: ssl.SSLError, place: str) -> UnreachableFault:
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        hint = "check the port; is the server meant to be http?"
        return UnreachableFault(f"{place} does not speak TLS", hint)
    reason = (error.reason or "cut").lower().replace("_", " ")
    hint = "check that this is the API server; a proxy or a firewall may be in between"
    return UnreachableFault(f"the TLS handshake with {place} failed: {reason}", hint)


def _reason(error: BaseException) -> str:
    """The innermost cause in the system's words; never what the other side sent."""
    while isinstance(error, HTTPError) and isinstance(error.__cause__, OSError):
        error = error.__cause__
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, http.client.RemoteDisconnected | ssl.SSLError | ConnectionError):
        return "the connection was cut"
    if isinstance(error, TimeoutError):
        return "it took too long"
    if type(error) is http.client.HTTPException:
        return str(error)
    if isinstance(error, http.client.IncompleteRead) or "IncompleteRead" in str(error):
        return "it is cut short"
    return "it is no HTTP"
