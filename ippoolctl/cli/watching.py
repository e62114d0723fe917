"""A list that follows the cluster: redrawn on a terminal, elsewhere a line for each change."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from math import inf
from random import SystemRandom
from typing import Final

from ippoolctl.cli import context as wiring
from ippoolctl.cli.result import Result
from ippoolctl.cli.signals import stoppable
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.engine.watching.follow import Interrupted, Resumed, Update, follow
from ippoolctl.engine.watching.steps import POLL_SECONDS
from ippoolctl.errors import OutputClosedError, StoppedError, UsageError
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.notes import info, warning
from ippoolctl.render.styles import Line
from ippoolctl.render.text.space.list import interrupted_text, polling_text

_LONG: Final = 0.05
"""Seconds: showing an update that takes longer is done less often."""
_REDRAW: Final = 5.0
"""Seconds after which a terminal is drawn again, for the ages."""

Show = Callable[[PoolList, Sequence[Pool]], Result]
"""The result for pools as they are now, and for pools that were deleted just now."""


def watch_pools(app: wiring.AppContext, show: Show) -> Result:
    """Show the pools and each change until a signal, its usual end, or the reader ends it.

    Raises :class:`UsageError` for a format that is one document, which a watch never ends; then
    :class:`OutputClosedError`, or a fault of the gateway.
    """
    if not app.presenter.format.people:
        format_ = app.presenter.format.name
        raise UsageError(f"--watch does not support -o {format_}", "use -o table or -o wide")
    screen = _Screen(app, show) if app.presenter.redraws else _Log(app, show)
    shown = _Paced(screen.update)
    try:
        _follow(app, screen, shown)
    except StoppedError as stop:
        return Result(code=stop.exit_code)
    raise AssertionError("a watch has no end")


def _follow(app: wiring.AppContext, screen: "_Screen | _Log", shown: "_Paced") -> None:
    """Show the pools and each change."""
    with stoppable():
        for told in follow(app.gateway, wiring.MonotonicClock(), SystemRandom().random):
            match told:
                case Update():
                    shown.update(told)
                    if not gc.isenabled():
                        # A watch has no end; what there is now, it need not look at again.
                        gc.freeze()
                        gc.enable()
                case Interrupted(fault, polls):
                    text = polling_text(POLL_SECONDS) if polls else interrupted_text(fault.message)
                    app.presenter.note(warning(text))
                    shown.catch_up()
                    screen.idle(late=True)
                case Resumed():
                    app.presenter.note(info("watch resumed"))
                case None:
                    if app.presenter.reader_is_gone:
                        raise OutputClosedError
                    shown.catch_up()
                    screen.idle(late=False)


class _Paced:
    """Passes updates on, at most a fifth of the time: where that takes long, as with thousands of
    pools, what comes meanwhile is one update.
    """

    def __init__(self, show: Callable[[Update], None]) -> None:
        self._show = show
        self._waiting: Update | None = None
        self._from = 0.0

    def update(self, told: Update) -> None:
        """Show it now or with the next one."""
        before = self._waiting
        if before is not None:
            changed = before.changed | told.changed
            told = Update(told.listed, changed, (*before.deleted, *told.deleted))
        self._waiting = told
        if time.monotonic() >= self._from:
            self.catch_up()

    def catch_up(self) -> None:
        """Show what waits."""
        if self._waiting is not None:
            began, told, self._waiting = time.monotonic(), self._waiting, None
            self._show(told)
            seconds = time.monotonic() - began
            self._from = time.monotonic() + (4 * seconds if seconds > _LONG else 0.0)


class _Screen:
    """The whole list, again and again."""

    def __init__(self, app: wiring.AppContext, show: Show) -> None:
        self._app, self._show = app, show
        self._pools: PoolList | None = None
        self._again = 0.0
        """When it is drawn again."""

    def update(self, told: Update) -> None:
        """Draw the list."""
        self._pools = told.listed
        self._draw()

    def idle(self, *, late: bool) -> None:
        """Draw it again after some time."""
        if late:
            self._again = inf  # keep the message that is below the list
        elif time.monotonic() >= self._again:
            self._draw()

    def _draw(self) -> None:
        if self._pools is not None:
            began = time.monotonic()
            result = self._show(self._pools, ())
            self._app.presenter.redraw(_lines(self._app, result))
            self._app.presenter.note(*result.notes, *result.remarks)
            now = time.monotonic()
            self._again = now + max(_REDRAW, 20 * (now - began))


class _Log:
    """The list, then a line for each row that changes."""

    def __init__(self, app: wiring.AppContext, show: Show) -> None:
        self._app, self._show = app, show
        self._rows: Mapping[str, PoolRow] | None = None

    def update(self, told: Update) -> None:
        """Write the rows that are not as they were."""
        result = self._show(told.listed, told.deleted)
        rows = list(result.rows()) if result.rows else []
        lines = list(_lines(self._app, result))
        header = lines[: len(lines) - len(rows)]
        if self._rows is None:
            self._app.presenter.append(lines)
            self._app.presenter.note(*result.notes, *result.remarks)
        else:
            before = self._rows
            changed = [
                line
                for row, line in zip(rows, lines[len(header) :], strict=True)
                if before.get(row.pool.name) != row
            ]
            # The list was empty until now: nothing had a header yet.
            self._app.presenter.append([*(header if not before else ()), *changed])
        gone = {each.name for each in told.deleted}
        self._rows = {each.pool.name: each for each in rows if each.pool.name not in gone}

    def idle(self, *, late: bool) -> None:
        """Write nothing."""


def _lines(app: wiring.AppContext, result: Result) -> Sequence[Line]:
    rendered = app.presenter.format.render(result)
    assert not isinstance(rendered, str)
    return list(rendered)
