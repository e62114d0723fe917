"""The wiring of a command that talks to a cluster."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.emit import Emitter
from ippoolctl.cli.options.connection import parse_request_timeout
from ippoolctl.cli.options.global_options import GlobalOptions

if TYPE_CHECKING:
    from ippoolctl.engine.session import Session
    from ippoolctl.ports.gateway import Gateway

_STOPPING: Final = "stopping as soon as the request on its way is answered; again ends it at once"


class MonotonicClock:
    """The clock that only goes forward; see :class:`ippoolctl.ports.clock.Clock`."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


def connected(options: GlobalOptions, emitter: Emitter) -> "Gateway":
    """A gateway to the cluster that options, environment and kubeconfig name.

    Nothing is sent yet. Raises what :func:`ippoolctl.cluster.connect.connect` raises.
    """
    from ippoolctl.cluster.connect import connect
    from ippoolctl.cluster.connection_options import ConnectionOptions
    from ippoolctl.cluster.gateway import KubernetesGateway
    from ippoolctl.cluster.http.transport import Transport

    wanted = ConnectionOptions(
        options.kubeconfig or "",
        options.context or "",
        options.cluster or "",
        options.user or "",
        options.as_user or "",
        tuple(options.as_group),
        options.server or "",
        options.token_file or "",
        options.certificate_authority or "",
        options.insecure_skip_tls_verify,
    )
    connection = connect(wanted, os.environ)
    if options.verbose:
        emitter.talk(f"cluster {connection.server} (context {connection.context or 'none'})")
    transport = Transport(
        connection,
        request_timeout=parse_request_timeout(options.request_timeout),
        exec_allowed=not options.no_exec_auth,
        log=emitter.talk if options.verbose else None,
        warn=emitter.warning,
    )
    return KubernetesGateway(transport)


@contextmanager
def begun(
    gateway: "Gateway", options: GlobalOptions, emitter: Emitter, *, seconds: float | None
) -> Iterator["Session"]:
    """A run of the engine; ``seconds`` is how long it may wait, ``None`` if it may not.

    While it lasts, a signal stops it in order. Raises :class:`~ippoolctl.errors.InputError` if the
    file of ``--events`` cannot be written.
    """
    import signal
    from random import SystemRandom

    from ippoolctl.cli.event_log import EventLog
    from ippoolctl.cli.progress import EmittedProgress
    from ippoolctl.cli.signals import stoppable
    from ippoolctl.engine.session import LONGEST_REQUEST, Session

    longest = parse_request_timeout(options.request_timeout)
    progress = EmittedProgress(emitter)
    events = EventLog(options.events, emitter) if options.events else None
    with stoppable(signal.SIGHUP, told=lambda: emitter.talk(_STOPPING)) as hold:
        try:
            yield Session(
                gateway,
                MonotonicClock(),
                progress,
                SystemRandom().random,
                longest if seconds is None else seconds,
                patient=seconds is not None,
                first_contact=longest,
                longest_request=min(longest, LONGEST_REQUEST),
                events=events,
                shield=hold,
            )
        finally:
            progress.end()
            if events is not None:
                events.close()
