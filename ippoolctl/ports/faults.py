"""Every way in which a question to the API server can fail.

A gateway raises these and nothing else. Which of them are worth a retry is decided elsewhere; what
matters for that is whether the request can have reached the server, and what the server said.
"""

from ippoolctl.errors import ExitCode, IppoolctlError


class Fault(IppoolctlError):  # noqa: N818 - the word for what comes from outside, not from us
    """Base of all failures of a gateway: one line what, one line what to do."""

    exit_code = ExitCode.UNKNOWN


class ConfigurationFault(Fault):
    """The kubeconfig names something that cannot be used; nothing was sent."""


class CredentialFault(Fault):
    """No credentials could be had: the exec plugin or the provider failed; nothing was sent."""


class UntrustedFault(Fault):
    """The server's certificate is not to be trusted; nothing was sent."""


class UnreachableFault(Fault):
    """No connection came about: refused, no such host, handshake cut; nothing was sent."""


class UnansweredFault(Fault):
    """The request was sent and no readable answer came: a write may have happened or not."""


class RejectedFault(Fault):
    """The server answered, and the answer is no."""

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
        webhook that gives none, and where the answer is no Status at all."""
        self.causes = causes
        """Field and sentence of each of ``details.causes``."""
        self.retry_after = retry_after
        """Seconds that the server asks to wait; ``None`` if it does not say."""
