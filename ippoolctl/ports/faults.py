"""Every way in which a request to the API server can fail.

A gateway raises these and nothing else. The engine decides which of them to retry, by whether the
request can have reached the server and by the response.
"""

from ippoolctl.errors import ExitCode, IppoolctlError


class Fault(IppoolctlError):  # noqa: N818 - the word for failures outside of ippoolctl
    """Base of all failures of a gateway: one line for the cause, one for the hint."""

    exit_code = ExitCode.UNKNOWN


class ConfigurationFault(Fault):
    """The configuration of the connection is unusable; nothing was sent."""


class CredentialFault(Fault):
    """No usable credentials, or the server rejected the certificate; it did nothing."""


class UntrustedFault(Fault):
    """The server's certificate is not trusted; nothing was sent."""


class UnreachableFault(Fault):
    """No connection: refused, no such host, incomplete handshake; nothing was sent."""


class UnansweredFault(Fault):
    """The request was sent and got no readable response: a write may have happened or not."""


class RejectedFault(Fault):
    """The server responded with a status other than success."""

    def __init__(
        self,
        status: int,
        message: str,
        hint: str = "",
        *,
        reason: str = "",
        causes: tuple[tuple[str, str], ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        """The HTTP status, 300 to 599."""
        self.reason = reason
        """The reason of the Status object, such as ``AlreadyExists``; empty for a denial by a
        webhook without a reason, and for a response without a Status."""
        self.causes = causes
        """Field and message of each of ``details.causes``."""
        self.retry_after = retry_after
        """Seconds to wait, as requested by the server; ``None`` if not requested."""
