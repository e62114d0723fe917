"""Warnings about addresses of new ranges that something else in the cluster has."""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.context import AppContext
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.creation import hazards_beside_others
from ippoolctl.domain.lint.fact import Unknown, Why
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.space.reserved import KINDS
from ippoolctl.errors import StoppedError
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.notes import info, warning
from ippoolctl.render.text.unread import unread_text

if TYPE_CHECKING:
    from ippoolctl.cluster.surroundings import SurroundingsReading

PATIENCE: Final = 2.0
"""Seconds after the first list of pools in which the other objects have to be read."""
_DONE: Final = (State.CREATED, State.EXTENDED, State.UNCHANGED, State.EXISTS, State.DRY_RUN)


class HeldAddresses:
    """Reads what has addresses while the engine works, and never delays or fails its work.

    The reading begins with the first list of pools of the engine: then the server has been reached,
    and the credentials are there.
    """

    def __init__(self, app: AppContext, pools: Sequence[Pool], told: Iterable[Finding]) -> None:
        """``pools`` are those to warn about, with the ranges that the user gave; ``told`` is what
        was found without a look at other objects.
        """
        self._app = app
        self._pools = pools
        self._told = {(each.rule, each.message) for each in told}
        self._live: tuple[Pool, ...] = ()
        self._reading: SurroundingsReading | None = None
        self._until = 0.0

    def begin(self, listed: PoolList) -> None:
        """Remember the live pools; the first time, begin to read."""
        from ippoolctl.cluster.surroundings import SurroundingsReading

        self._live = listed.pools
        if self._pools and not self._until:
            self._until = time.monotonic() + PATIENCE
            try:
                self._reading = SurroundingsReading(self._app.gateway, KINDS, within=PATIENCE)
            except RuntimeError as error:  # there are no more threads
                self._tell(f"the addresses of other objects are not compared: {error}")

    def warn(self, outcomes: Iterable[Outcome]) -> None:
        """Warn about the pools that exist now; with ``-v``, say what could not be read."""
        names = {each.pool for each in outcomes if each.state in _DONE}
        pools = [each for each in self._pools if each.name in names]
        if not pools or self._reading is None:
            return
        try:
            around = self._reading.result_in_time(self._until)
        except StoppedError:  # the pools are there
            return
        for _, found in sorted(around.items()):
            if isinstance(found, Unknown) and found.reason is not Why.NOT_SERVED:
                self._tell(f"{unread_text(found)}; their addresses are not compared")
        for each in hazards_beside_others(pools, self._live, around, self._app.release):
            if (each.rule, each.message) not in self._told:
                text = f"{each.message} ({each.rule}); {each.hint}"
                self._app.presenter.note(warning(text))

    def _tell(self, text: str) -> None:
        if self._app.options.verbose:
            self._app.presenter.note(info(text))
