"""The list of probes, which grows as their modules are imported."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.parity.transcript import Transcript

Run = Callable[[Transcript], None]


@dataclass(frozen=True, slots=True)
class Probe:
    """Requests to both servers, each of them empty at the beginning."""

    name: str
    subject: str
    """The module's name, and that of the file with the answers."""
    run: Run
    needs: frozenset[str]
    """``kubectl``, ``python`` (the official client), ``slow`` (more than two seconds)."""

    def __str__(self) -> str:
        return f"{self.subject}/{self.name}"


PROBES: list[Probe] = []


def probe(*needs: str) -> Callable[[Run], Run]:
    """Make a probe of a function whose name is a sentence."""

    def register(run: Run) -> Run:
        name, subject = getattr(run, "__name__", ""), run.__module__.rpartition(".")[2]
        PROBES.append(Probe(name, subject, run, frozenset(needs)))
        return run

    return register
