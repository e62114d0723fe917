"""The common part of the commands that replace pools: survey, confirm, carry out, show."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from ippoolctl.cli.confirmation import DECLINED, is_confirmed, require_terminal
from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.files.unfinished import UnfinishedRecord
from ippoolctl.cli.options.declaration import DRY_RUNS, dry_run_option, require_one_of
from ippoolctl.cli.options.pools import not_found_hint, parse_ranges
from ippoolctl.cli.options.waiting import parse_duration
from ippoolctl.cli.result import Result
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.moved_ranges import outside, without
from ippoolctl.domain.change.relocation import Deleted, Relocation, refusals
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.errors import ExitCode, NotFoundError, RefusedError, UsageError
from ippoolctl.render.documents.relocation import relocation_document
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.sentences.relocation import (
    end_hint,
    end_message,
    end_summary,
    interruption_text,
    warning_text,
)
from ippoolctl.render.text.relocation import planned_lines, relocated_lines, unchanged_line

if TYPE_CHECKING:
    from ippoolctl.engine.relocation.survey import Survey, View
    from ippoolctl.engine.session import Session
    from ippoolctl.render.styles import Line

DEFAULT_TIMEOUT: Final = "5m"
_LATER: Final = "run the same command again later"

Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Assign another address to consumers whose address is in no new range"
    ),
]
DryRun = Annotated[str, dry_run_option("none, or client (print what would be done)")]


class Confirmation:
    """Whether and how a command may replace pools."""

    def __init__(
        self,
        *,
        yes: bool,
        force: bool,
        dry_run: str,
        timeout: str,
        dry_runs: Sequence[str] = DRY_RUNS,
    ) -> None:
        """Raises :class:`UsageError` for invalid values."""
        require_one_of(dry_run, dry_runs, f"--dry-run {dry_run}")
        self.yes, self.force = yes, force
        self.dry_run, self.on_server = dry_run != "none", dry_run == "server"
        self.seconds = parse_duration("--timeout", timeout)

    def require_answer(self) -> None:
        """Raise :class:`UsageError` if the user has to be asked and there is no terminal."""
        if not (self.yes or self.dry_run):
            require_terminal("--dry-run client")


class Telling(NamedTuple):
    """What a command says before it replaces pools."""

    lines: "Callable[[Survey], Sequence[Line]]"
    """What would be done: before the question, and as the result of a dry run."""
    warning: "Callable[[Survey], str]"
    """What ``--yes`` says in their place; empty if nothing."""
    question: str = "Continue?"


def carried_out(
    app: AppContext,
    session: "Session",
    found: "Survey",
    confirmation: Confirmation,
    telling: Telling,
    save: Callable[[], None] = lambda: None,
) -> Relocated | None:
    """Ask, then replace the pools, or finish what an earlier run began; ``None`` if the user says
    no. ``save`` is called before the first pool is deleted.

    What has begun is finished, also if consumers lose their address: the run that began it had
    ``--force``, or they have appeared since, as they may during any run. Raises
    :class:`RefusedError` if Antrea would deny one of the steps of a new run.
    """
    from ippoolctl.engine.relocation.dry_run import dry_run
    from ippoolctl.engine.relocation.run import relocate

    if not found.resumed:
        _require_admission(app, found)
    loses = bool(found.losing) and not (confirmation.force or found.resumed)
    if confirmation.dry_run:
        if confirmation.on_server:
            return dry_run(session, found, app.known_release)
        return found.end(EndKind.DRY_RUN, ExitCode.REFUSED if loses else ExitCode.YES)
    if loses:
        return found.end(EndKind.LOSES_ADDRESSES, ExitCode.REFUSED)
    if not confirmation.yes:
        if not is_confirmed(app.presenter, telling.lines(found), telling.question):
            return None
        session.renew()
    elif text := telling.warning(found):
        app.presenter.note(warning(text))
    return relocate(session, found, app.known_release, save)


def relocated_result(
    app: AppContext,
    request: str,
    names: Sequence[str],
    plan: "Callable[[View], Relocation | Relocated]",
    confirmation: Confirmation,
) -> Result:
    """Replace pools as ``plan`` says, or finish what an earlier run began."""
    from ippoolctl.engine.relocation.survey import survey

    confirmation.require_answer()
    record = UnfinishedRecord(app.gateway.host, request, os.environ)
    with app.engine_session(seconds=confirmation.seconds) as session:
        found = survey(session, request, names, lambda view: record.read(view.pools), plan)
        if isinstance(found, Relocated):
            return relocation_result(found)
        telling = Telling(_planned, lambda each: warning_text(each.placed))
        relocation = found.relocation
        ended = carried_out(
            app, session, found, confirmation, telling, lambda: record.write(relocation)
        )
    if ended is None:
        return DECLINED
    if ended.end is EndKind.DONE:
        record.remove()
    if ended.end is not EndKind.DRY_RUN:
        return relocation_result(ended)
    return Result(
        code=ended.code,
        document=lambda: relocation_document(ended),
        lines=lambda: _planned(found),
        names=lambda: [each.name for each in relocation.created],
    )


def replaced(pool: Pool) -> Deleted:
    """A live pool as one to delete."""
    assert pool.live is not None
    return Deleted(pool.name, pool.live.uid, pool.ranges)


def required_ranges(texts: Sequence[str]) -> list[IPRange]:
    """The ranges to take out of a pool.

    Raises :class:`UsageError` without any, and :class:`~ippoolctl.errors.InputError` for one that
    cannot be read.
    """
    if not texts:
        raise UsageError("no ranges specified", "use --range CIDR or --range START-END")
    return parse_ranges(texts)


def rest_of(pool: Pool, removed: Sequence[IPRange]) -> tuple[IPRange | BadRange, ...]:
    """What is left of the ranges of a pool.

    Raises :class:`RefusedError` if it does not have all of the addresses.
    """
    missing = [each.text for each in removed if outside([each], pool.ranges)]
    if missing:
        raise RefusedError(
            f"pool {pool.name} does not have all addresses of {', '.join(missing)}",
            f"show its ranges: ippoolctl show {pool.name}",
        )
    return without(pool.ranges, removed)


def settled_pool(view: "View", name: str) -> Pool:
    """The live pool.

    Raises :class:`NotFoundError`, and :class:`RefusedError` for one that is pending, terminating or
    being extended by another run.
    """
    pool = next((each for each in view.pools if each.name == name), None)
    if pool is None:
        hint = not_found_hint(name, [each.name for each in view.pools])
        raise NotFoundError(f"pool {name} not found", hint)
    if marks.hold_state(pool) is HoldState.TERMINATING:
        raise RefusedError(f"pool {name} is terminating", _LATER)
    if marks.is_pending(pool):
        raise RefusedError(f"pool {name} is pending", _LATER)
    if marks.CLAIM in pool.annotations:
        raise RefusedError(f"pool {name} is being extended by another run", _LATER)
    return pool


def from_anywhere(path: str) -> str:
    """A file of a command that is told, and may be run in another directory."""
    return path if path == STDIN else str(Path(path).absolute())


def relocation_result(ended: Relocated) -> Result:
    """What was done, and the message if that is not all."""
    notes: list[Note] = []
    if ended.code is not ExitCode.YES:
        notes.append(error(end_message(ended), end_hint(ended)))
    stopped = interruption_text(ended)
    unchanged = ended.end is EndKind.UNCHANGED
    return Result(
        code=ended.code,
        document=lambda: relocation_document(ended),
        lines=lambda: [unchanged_line(ended.text)] if unchanged else relocated_lines(ended),
        names=lambda: [each.pool for each in ended.pools],
        notes=tuple(notes),
        remarks=(info(stopped),) if stopped else (),
        summary=lambda: end_summary(ended),
    )


def _planned(found: "Survey") -> "list[Line]":
    return planned_lines(found.relocation, found.deletes, found.placed)


def _require_admission(app: AppContext, found: "Survey") -> None:
    reasons = refusals(found.relocation, found.pools, app.live_release.release)
    if reasons:
        rows = "; ".join(f"pool {pool}: {reason.message}" for pool, reason in reasons[:3])
        raise RefusedError(
            f"nothing was changed: Antrea would deny the new pools: {rows}",
            "explain the message: ippoolctl explain MESSAGE",
        )
