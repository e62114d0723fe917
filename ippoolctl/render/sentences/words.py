"""What the sentences about reports are made of: templates, and the fields that fill them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.protocol.causes import CauseKind, Command
from ippoolctl.domain.protocol.outcome import Report
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.sentences.causes import LISTED, cause_text


class About(NamedTuple):
    """A report, and the outcome that it is about."""

    name: str
    """The pool."""
    report: Report
    conflicts: tuple[Conflict, ...] = ()


class ByCommand(NamedTuple):
    """Templates that depend on the command."""

    create: str
    extend: str


Message = str | ByCommand | Callable[[About], str]
"""A template, see :func:`filled`, or a function that returns the text."""


class Words(NamedTuple):
    """The words of a kind of report."""

    message: Message
    hint: Message = ""
    """The hint."""


def in_words(message: Message, about: About) -> str:
    """The text of a message about a report."""
    if isinstance(message, ByCommand):
        message = message.create if about.report.command is Command.CREATE else message.extend
    return filled(message, about) if isinstance(message, str) else message(about)


def filled(template: str, about: About) -> str:
    """The template with the fields of the report; values are not templates themselves."""
    name, report, _ = about
    return template.format(
        pool=f"pool {name or '(without a name)'}",
        name=name,
        done="created" if report.command is Command.CREATE else "extended",
        cause=cause_text(report.cause) if report.cause is not None else "",
        size=report.cause.text if report.cause is not None else "",
        conflicts=conflicting_pools(about),
        limit=f"timed out after {report.limit.seconds:g}s" if report.limit is not None else "",
        names=listed(report.names, LISTED),
        text=report.text,
        hint=report.hint,
    )


def waits(about: About) -> bool:
    """Whether the command waited until a time limit."""
    return about.report.limit is not None and about.report.limit.waits


def conflicting_pools(about: About) -> str:
    """The pools of the conflicts, by name."""
    return pools_text(sorted({each.pool.name for each in about.conflicts}))


def pools_text(names: Sequence[str]) -> str:
    """``pool a``, or ``pools a, b``."""
    return f"{'pool' if len(names) == 1 else 'pools'} {listed(names, LISTED)}"


def or_sweep(usual: str, about: About) -> str:
    """The hint, with that for a pool of a killed run."""
    cause, states = about.report.cause, set[HoldState]()
    assert cause is not None
    match cause.kind:
        case CauseKind.RANGES_TAKEN | CauseKind.NOTHING_FREE_YET:
            states = {state for _, state in cause.holders}
        case CauseKind.STILL_PENDING:
            states = {HoldState.PENDING}
        case CauseKind.BEING_EXTENDED:
            states = {HoldState.CLAIMED}
        case _:
            pass
    if states.isdisjoint({HoldState.PENDING, HoldState.CLAIMED}):
        return usual
    stays = "pending" if about.report.command is Command.CREATE else "pending or claimed"
    return f"{usual}; if a pool stays {stays} for 10 minutes, run: ippoolctl sweep"
