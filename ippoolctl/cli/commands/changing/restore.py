"""Restore pools that delete --save or delete --force has saved, with the addresses of their
consumers. When a pool is back, Antrea assigns arbitrary addresses to its Egresses. restore
therefore detaches each Egress and Service first, with its saved address, then creates the pool,
then attaches them to it. A pool that exists is not changed; its consumers get their addresses back,
which stops their traffic for a moment.

Consumers that do not exist, now refer to another pool or request another address are listed and
skipped, as are addresses now held by another object (exit code 4, or 6 if one was assigned during
the run). To finish a killed run, run the same command again.

restore asks for confirmation; without a terminal, use --yes.

\b
Examples:
  ippoolctl restore edge.yaml
  ippoolctl restore edge.yaml --dry-run client
  ippoolctl restore - --yes < edge.yaml
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from shlex import quote
from typing import Annotated

import typer

from ippoolctl.cli.confirmation import DECLINED, Yes
from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.files.state_directory import state_directory
from ippoolctl.cli.options.declaration import SERVER_DRY_RUNS, dry_run_option
from ippoolctl.cli.options.waiting import Timeout
from ippoolctl.cli.relocation import (
    DEFAULT_TIMEOUT,
    Confirmation,
    Telling,
    carried_out,
    from_anywhere,
)
from ippoolctl.cli.result import Result
from ippoolctl.domain.change.restoration import LeftAlone, Restoration
from ippoolctl.domain.protocol.relocated import EndKind, Relocated
from ippoolctl.errors import ExitCode, InputError
from ippoolctl.reading.files import file_mode
from ippoolctl.render.documents.relocation import relocation_document
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.sentences.relocation import (
    end_hint,
    end_message,
    end_summary,
    interruption_text,
)
from ippoolctl.render.styles import Line
from ippoolctl.render.text.restoration import (
    left_text,
    moving_text,
    restoration_plan_lines,
    restored_lines,
)

DryRun = Annotated[
    str,
    dry_run_option(
        "none, client (print what would be done), or server (also let the server validate the"
        " pools)",
        SERVER_DRY_RUNS,
    ),
]
SavedFile = Annotated[
    str, typer.Argument(metavar="FILE", help="File of delete --save; - for standard input")
]


def run(
    context: typer.Context,
    file: SavedFile,
    yes: Yes = False,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
) -> Result:
    """Restore the pools."""
    from ippoolctl.engine.relocation.survey import survey_restoration

    app: AppContext = context.obj
    confirmation = Confirmation(
        yes=yes, force=False, dry_run=dry_run, timeout=timeout, dry_runs=SERVER_DRY_RUNS
    )
    restoration = _read(app, file)
    confirmation.require_answer()
    with app.engine_session(seconds=confirmation.seconds) as session:
        command = f"restore {quote(from_anywhere(file))}"
        found, left = survey_restoration(session, restoration, command)
        if isinstance(found, Relocated):
            return _result(found, left)
        for name in restoration.differing(found.pools):
            text = f"pool {name} exists and differs from the saved one; it is not changed"
            app.presenter.note(warning(text))
        created = found.relocation.created
        if not (created or found.placed):
            return _result(found.end(EndKind.UNCHANGED, ExitCode.YES), left)
        plan = restoration_plan_lines(created, found.placed)
        rows = [row for each in left for row in _left_note(each).lines]
        telling = Telling(lambda _: [*rows, *plan], lambda _: moving_text(created, found.placed))
        ended = carried_out(app, session, found, confirmation, telling)
    if ended is None:
        return DECLINED
    if confirmation.dry_run:
        return _result(ended, left, plan)
    # Consumers of a missing pool had no traffic before.
    return _result(replace(ended, seconds=0.0) if created else ended, left)


def _read(app: AppContext, file: str) -> Restoration:
    from ippoolctl.manifests.saved import read_saved_file

    if file == STDIN:
        app.take_standard_input()
    elif not file_mode(file) and (kept := state_directory(os.environ)).is_dir():
        hint = f"list the files of delete --force: ls {quote(str(kept))}"
        raise InputError(f"{file}: no such file or directory", hint)
    saved = read_saved_file(file)
    if not saved.pools:
        raise InputError(f"{file}: no ExternalIPPools", "use a file of ippoolctl delete --save")
    if saved.unread:
        kinds = " and ".join(saved.unread)
        app.presenter.note(warning(f"{file} does not have every {kinds} with an address"))
    return Restoration(saved)


def _result(
    ended: Relocated, left: Iterable[LeftAlone], plan: Iterable[Line] | None = None
) -> Result:
    """The result; a consumer that should have its address and does not is an error."""
    left = tuple(left)
    conflict = any(each.is_conflict for each in left)
    code = ExitCode.REFUSED if conflict and ended.code is ExitCode.YES else ended.code
    ended = replace(ended, code=code)
    notes = [_left_note(each) for each in left]
    if end_message(ended):
        notes.append(error(end_message(ended), end_hint(ended)))
    stopped = interruption_text(ended)
    unchanged = ended.end is EndKind.UNCHANGED
    remarks = [info("nothing to restore")] if unchanged else [info(stopped)] if stopped else []
    return Result(
        code=code,
        document=lambda: relocation_document(ended, left),
        lines=lambda: restored_lines(ended) if plan is None else plan,
        names=lambda: [each.pool for each in ended.pools],
        notes=tuple(notes),
        remarks=tuple(remarks),
        summary=lambda: end_summary(ended),
    )


def _left_note(left: LeftAlone) -> Note:
    return error(left_text(left)) if left.is_conflict else info(left_text(left))
