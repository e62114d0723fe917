"""The only wiring: the objects of a command, built from options, environment and files."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.options.connection import DEFAULT_REQUEST_TIMEOUT
from ippoolctl.cli.options.declaration import require_one_of
from ippoolctl.cli.options.global_options import COLORS, GlobalOptions, requested_formats
from ippoolctl.cli.options.waiting import parse_duration
from ippoolctl.cli.presenter import Presenter
from ippoolctl.domain.antrea.releases import (
    LATEST,
    AssumedRelease,
    Release,
    ReleaseSource,
    parse_release,
)
from ippoolctl.errors import UsageError
from ippoolctl.render.formats.registry import Format
from ippoolctl.render.notes import info, warning
from ippoolctl.render.quantities import counted
from ippoolctl.render.text.release import other_rules

STDIN: Final = "-"

if TYPE_CHECKING:
    from datetime import datetime

    from ippoolctl.cli.config import Config
    from ippoolctl.domain.lint.surroundings import Objects
    from ippoolctl.domain.surroundings.kind import Kind
    from ippoolctl.engine.session import Session
    from ippoolctl.ports.gateway import PoolList, Watcher


class AppContext:
    """One run of one command."""

    def __init__(
        self,
        options: GlobalOptions,
        presenter: Presenter,
        release: Release,
        request_timeout: float,
        saved: tuple[Format, str] | None,
    ) -> None:
        """``request_timeout`` is in seconds, ``saved`` are format and file of ``-o NAME=FILE``."""
        self.options: Final = options
        self.presenter: Final = presenter
        self.release: Final = release
        self.request_timeout: Final = request_timeout
        self.saved: Final = saved
        self._read_standard_input = False
        self._assumed: set[AssumedRelease] = set()
        """The releases of the cluster for which :meth:`assume` has said what there is to say."""

    def of_cluster(self, options: GlobalOptions, presenter: Presenter) -> "AppContext":
        """The same run for one of several clusters."""
        return AppContext(options, presenter, self.release, self.request_timeout, self.saved)

    @cached_property
    def config(self) -> "Config":
        """The configuration, read at the first access."""
        from ippoolctl.cli.config import Config, find_config, read_config

        named = self.options.config
        path = Path(named) if named else find_config(_working_directory(), os.environ)
        return Config() if path is None else read_config(path)

    def now(self) -> "datetime":
        """The time in UTC, for expiry and ages."""
        from datetime import UTC, datetime

        return datetime.now(UTC)

    @cached_property
    def gateway(self) -> "Watcher":
        """The cluster of options, environment and kubeconfig; the first request connects to it."""
        return connected(self.options, self.presenter, self.request_timeout)

    @contextmanager
    def engine_session(
        self,
        *,
        seconds: float | None,
        listed: "Callable[[PoolList], None]" = lambda pools: None,
    ) -> Iterator["Session"]:
        """A session of the engine; ``seconds`` is how long it may wait, ``None`` if it may not.

        ``listed`` receives each list of all pools.

        A signal stops it in order. Raises :class:`~ippoolctl.errors.InputError` if the file of
        ``--events`` cannot be written.
        """
        import signal
        from random import SystemRandom

        from ippoolctl.cli.progress import PresentedProgress
        from ippoolctl.cli.signals import stoppable
        from ippoolctl.engine.session import LONGEST_REQUEST, Session

        def tell_stopping() -> None:
            text = "stopping after the current request; press Ctrl-C again to exit immediately"
            self.presenter.note(info(text))

        longest = self.request_timeout
        progress = PresentedProgress(self.presenter)
        events = None
        if self.options.events:
            from ippoolctl.cli.files.event_log import EventLog

            events = EventLog(self.options.events, self.presenter)
        with stoppable(signal.SIGHUP, told=tell_stopping) as hold:
            try:
                yield Session(
                    self.gateway,
                    MonotonicClock(),
                    progress,
                    SystemRandom().random,
                    longest if seconds is None else seconds,
                    patient=seconds is not None,
                    first_contact=longest,
                    longest_request=min(longest, LONGEST_REQUEST),
                    events=events,
                    listed=listed,
                    shield=hold,
                )
            finally:
                progress.end()
                if events is not None:
                    events.close()

    def close(self) -> None:
        """End the connection to the cluster, if there is one."""
        if "gateway" in self.__dict__:
            self.gateway.close()

    @cached_property
    def explicit_release(self) -> Release | None:
        """The value of ``--antrea``; ``None`` if :attr:`release` is the default."""
        return self.release if self.options.antrea else None

    def assume(self, found: AssumedRelease | None) -> AssumedRelease:
        """The release of ``--antrea``, else the one that was found, else the default.

        A release that is older or newer than the rules is a warning, the first time.
        """
        if self.options.antrea:
            return AssumedRelease(self.release, ReleaseSource.OPTION)
        if found is None:
            return AssumedRelease(self.release, ReleaseSource.DEFAULT)
        if found not in self._assumed:
            self._assumed.add(found)
            self.presenter.note(*other_rules(found))
        return found

    @cached_property
    def live_release(self) -> AssumedRelease:
        """That of ``--antrea``, else that of the cluster, by one request at the first access."""
        from ippoolctl.cluster.surroundings import read_release

        return self.assume(None if self.options.antrea else read_release(self.gateway))

    @property
    def known_release(self) -> Release | None:
        """The same; ``None`` if its webhook is unknown."""
        found = self.live_release
        return found.release if found.is_known else None

    def live_with(
        self,
        kinds: "Iterable[Kind]",
        *,
        with_release: bool = True,
        list_pools: "Callable[[], PoolList] | None" = None,
    ) -> "tuple[PoolList, Objects]":
        """All pools of the cluster and, at the same time, objects of these kinds, and what tells
        its release.

        ``list_pools`` reads the pools instead of a single request. Raises a fault of the gateway if
        they cannot be read.
        """
        from ippoolctl.cluster.surroundings import SurroundingsReading

        reading = SurroundingsReading(
            self.gateway, kinds, with_release=with_release and self.explicit_release is None
        )
        return (list_pools or self.live)(), reading.result()

    def live(self) -> "PoolList":
        """All pools of the cluster, in the order of their names. Raises a fault of the gateway."""
        listed = self.gateway.list_pools()
        if self.options.verbose:
            count = counted(len(listed.pools), "live pool")
            self.presenter.note(info(f"read {count}"))
        return listed

    def take_standard_input(self) -> None:
        """Reserve standard input. Raises :class:`UsageError` if it has been read."""
        if self._read_standard_input:
            raise UsageError("`-` can be used once", "use a file")
        self._read_standard_input = True


def make_context(options: GlobalOptions, formats: Sequence[Format]) -> AppContext:
    """Check the global options against the formats that the command offers."""
    format_, saved = requested_formats(options, formats)
    if options.color is not None:
        require_one_of(options.color, COLORS, f"--color {options.color}")
    presenter = Presenter(format_, options.quiet, options.color or COLORS[0])
    timeout = options.request_timeout
    seconds = parse_duration("--request-timeout", timeout) if timeout else DEFAULT_REQUEST_TIMEOUT
    if options.namespace:
        presenter.note(warning("ExternalIPPools are cluster-scoped; --namespace is ignored"))
    release = LATEST
    if options.antrea:
        release = parse_release(options.antrea)
        presenter.note(*other_rules(AssumedRelease(release, ReleaseSource.OPTION)))
    return AppContext(options, presenter, release, seconds, saved)


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return Path("/")


class MonotonicClock:
    """See :class:`ippoolctl.ports.clock.Clock`."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)


def connected(options: GlobalOptions, presenter: Presenter, request_timeout: float) -> "Watcher":
    """A gateway to the cluster of options, environment and kubeconfig; the timeout is in seconds.

    Nothing is sent yet. Raises what :func:`ippoolctl.cluster.kubeconfig.choose.connect` raises.
    """
    from ippoolctl.cluster.gateway import gateway_to

    connection = options.connection()
    if options.verbose:
        context = connection.context or "none"
        presenter.note(info(f"cluster {connection.server} (context {context})"))
    return gateway_to(
        connection,
        request_timeout=request_timeout,
        exec_allowed=not options.no_exec_auth,
        log=(lambda text: presenter.note(info(text))) if options.verbose else None,
        warn=lambda text: presenter.note(warning(text)),
    )
