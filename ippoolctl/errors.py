"""Exit codes and every error class that the program shows to a person.

The lowest layer: it imports nothing of ours. An error carries what happened and what to do next;
the class decides the exit code, so that the same failure ends in the same code everywhere.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers to its caller; the table of the README and of ``--help``."""

    YES = 0
    """The answer is yes, or it is done."""
    NO = 1
    """The answer is no: findings, differences, no room, not found."""
    USAGE = 2
    """Wrong usage or bad input: option, file, YAML, address."""
    UNKNOWN = 3
    """Could not find out: unreachable, not allowed, nothing to ask."""
    REFUSED = 4
    """Refused for a real reason, such as an overlap with a live pool."""
    NOT_YET = 5
    """Not yet: the deadline passed, or a retry would help."""
    LOST_RACE = 6
    """Lost a race against another writer: our pool was canceled, or a message says why it stays."""
    BUG = 70
    """A bug in ippoolctl; never 1, since an uncaught exception must not read as findings."""
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


SEVERITY = (
    ExitCode.BUG,
    ExitCode.TERMINATED,
    ExitCode.INTERRUPTED,
    ExitCode.BROKEN_PIPE,
    ExitCode.USAGE,
    ExitCode.UNKNOWN,
    ExitCode.REFUSED,
    ExitCode.LOST_RACE,
    ExitCode.NO,
    ExitCode.NOT_YET,
    ExitCode.YES,
)
"""All codes: which one wins where several apply, the strongest first.

"Not yet" only where nothing else is wrong, since a retry would not help then.
"""


def worst(*codes: ExitCode) -> ExitCode:
    """The one code that a run with all of these parts ends in; :attr:`ExitCode.YES` for none."""
    return min(codes, key=SEVERITY.index, default=ExitCode.YES)


def reason_of(error: OSError | ValueError) -> str:
    """Why the operating system or Python refused a file, a program or a port, as messages write it:
    without a number, in lower case.
    """
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error)).lower()


class IppoolctlError(Exception):
    """Base of the expected failures: ``message`` says what happened, ``hint`` what to do next."""

    exit_code = ExitCode.UNKNOWN

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(IppoolctlError):
    """The command line, the environment or the configuration is wrong."""

    exit_code = ExitCode.USAGE


class InputError(IppoolctlError):
    """A file or an address that was given cannot be read or understood."""

    exit_code = ExitCode.USAGE


class RefusedError(IppoolctlError):
    """We refuse to do it, for a reason that stays."""

    exit_code = ExitCode.REFUSED


class NotFoundError(IppoolctlError):
    """There is nothing of that name; the answer is no."""

    exit_code = ExitCode.NO


class UnavailableError(IppoolctlError):
    """Something that the command needs is missing: a cluster or files, the time of the server, a
    port.
    """

    exit_code = ExitCode.UNKNOWN


class BugError(IppoolctlError):
    """Something that should not happen did."""

    exit_code = ExitCode.BUG

    def __init__(self, what: str) -> None:
        super().__init__(
            f"a bug in ippoolctl: {what}", "please report it, with the lines above and the command"
        )


class OutputFailedError(IppoolctlError):
    """The answer cannot be written: the disk is full, or there is no output at all.

    ``answer`` is what of it must not be lost with it.
    """

    def __init__(self, reason: str, answer: str = "") -> None:
        said = f"; it is: {answer}" if answer else ""
        super().__init__(f"cannot write the output: {reason}{said}", "check where the output goes")
        self.reason = reason


class OutputClosedError(IppoolctlError):
    """The reader of the output has closed it (a broken pipe): nothing more is written."""

    exit_code = ExitCode.BROKEN_PIPE

    def __init__(self) -> None:
        super().__init__("the output was closed")


class StoppedError(BaseException):
    """A signal asks us to stop; not an ``Exception``, so that nothing takes it for a failure."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"stopped by signal {signum}")
        self.report: object = None
        """What exists now, a :class:`~ippoolctl.domain.protocol.outcome.Report`; ``None`` if
        nothing was begun."""
        self.exit_code = ExitCode(128 + signum)
