"""A write that a signal waits for: its answer tells how things stand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.engine.nature import MAY_HAVE_HAPPENED, Verb, step_after
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.ports.faults import Fault

Answer = TypeVar("Answer")


def told_at_a_stop(run: Run, name: str, question: str, say: Callable[[Pool], str]) -> str:
    """What ``say`` makes of the pool as it is after a signal, as far as there is time to look.

    ``question`` is what nobody could be asked otherwise.
    """
    run.allow_grace(hurry=True)
    try:
        pool = run.ask(lambda within: run.gateway.get_pool(name, within=within))
    except (Fault, OutOfTimeError):
        return f"nobody could be asked whether pool {name} {question}"
    return say(pool) if pool is not None else f"there is no pool {name} any more"


@dataclass
class HeldWrite:
    """One write of a run, sent as often as it takes."""

    run: Run
    verb: Verb
    _unanswered_until: float = field(init=False, default=0.0)

    @property
    def is_coming(self) -> bool:
        """Whether one that got no answer may still take effect."""
        return self.run.clock.now() < self._unanswered_until

    def send(self, write: Callable[[float], Answer]) -> Answer:
        """The answer to ``write``, which is told how many seconds it may take.

        Raises a :class:`~ippoolctl.ports.faults.Fault`, and
        :class:`~ippoolctl.engine.run.OutOfTimeError` if no time is left.
        """
        within = self.run.within()
        until = self.run.clock.now() + within
        with self.run.hold():
            try:
                return write(within)
            except Fault as fault:
                if step_after(fault, self.verb) in MAY_HAVE_HAPPENED:
                    self._unanswered_until = until
                raise
