"""Change the pools of the cluster to match manifests, in steps that Antrea admits: create pools,
append ranges, change labels, annotations, nodeSelector and subnetInfo. apply shows the differences
and the plan, and asks for confirmation; without a terminal, use --yes.

Antrea does not allow removing or changing ranges of a pool. If a manifest does that, nothing is
written (exit code 4), and apply prints the procedure and the consumers of the pool. With --replace
it deletes such pools and recreates them, even if they swap ranges; with --complete, a pool can also
replace a pool of another name that has no manifest. Egresses and Services are detached meanwhile
and keep their addresses, and their traffic may stop (see ippoolctl shrink --help). A range that
becomes larger is kept, and the rest of it is appended. Labels and annotations that are in no
manifest stay, as with kubectl apply. Pools without a manifest stay, except with --complete.

If another client changes a pool after the plan was shown, apply goes on only if the plan is still
the same; otherwise it prints the new plan (exit code 6). It stops at the first failure. Running the
same command again continues.

\b
Examples:
  ippoolctl apply manifests/
  ippoolctl apply manifests/ --dry-run client
  ippoolctl apply -f pools.yaml --yes -o json
  ippoolctl apply manifests/ -o plan=plan.json
  ippoolctl apply --plan plan.json --yes
  ippoolctl apply manifests/ --complete --ordered
  ippoolctl apply manifests/ --replace
"""

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.confirmation import DECLINED, Yes, is_confirmed, require_terminal
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_complete_input, require_path
from ippoolctl.cli.linting.hazards import find_hazards, refuse_hazards
from ippoolctl.cli.options.applying import Complete, Ordered, PlanFile, Replace
from ippoolctl.cli.options.declaration import SERVER_DRY_RUNS, require_one_of
from ippoolctl.cli.options.pools import ExcludePath, Files, Paths, Recursive
from ippoolctl.cli.options.request import Allow, DryRun
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, Timeout, parse_duration
from ippoolctl.cli.relocation import Confirmation, Force, from_anywhere, relocation_result
from ippoolctl.cli.requests.planned import (
    Planned,
    Replaced,
    outdated,
    plan_of,
    shown,
)
from ippoolctl.cli.requests.pool_request import documents_to_create
from ippoolctl.cli.requests.replacement import replace_pools
from ippoolctl.cli.requests.wanted import Wanted, read_plan, requested_pool
from ippoolctl.cli.result import Result
from ippoolctl.cli.signals import stoppable
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.steps import RefusalKind
from ippoolctl.errors import ExitCode, InputError, IppoolctlError, StoppedError, UsageError
from ippoolctl.render.notes import Note, error, info
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.plan import CHANGED_SINCE_APPROVED, REVIEW_AND_REPEAT
from ippoolctl.render.text.ignored import older_version_notes

if TYPE_CHECKING:
    from ippoolctl.domain.lint.finding import Finding


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    complete: Complete = False,
    ordered: Ordered = False,
    replace_: Replace = False,
    force: Force = False,
    plan_file: PlanFile = None,
    yes: Yes = False,
    timeout: Timeout = DEFAULT_TIMEOUT,
    dry_run: DryRun = "none",
    allow: Allow = None,
) -> Result:
    """Plan the changes, and carry them out."""
    app: AppContext = context.obj
    require_one_of(dry_run, SERVER_DRY_RUNS, f"--dry-run {dry_run}")
    seconds = parse_duration("--timeout", timeout)
    _check_combinations(context)
    only_shown = dry_run == "client" or app.saved is not None
    asks = not (yes or only_shown or dry_run == "server")
    wanted = _wanted(context)
    if asks:
        require_terminal("--dry-run client")
    planned = plan_of(app, wanted)
    if planned.wanted.replacing:
        if dry_run == "server":
            _require_no_server_dry_run(planned)
        where = "client" if only_shown or dry_run == "server" else "none"
        confirmation = Confirmation(yes=not asks, force=force, dry_run=where, timeout=timeout)
        planned, replaced, ended = replace_pools(
            app,
            planned,
            confirmation,
            _command(context),
            lambda rest, new: _hazards(app, rest, new, find_hazards(app, new), allow),
        )
        if ended is not None:
            return ended
        if replaced is not None:
            return _then(app, planned, replaced, seconds)
    result = shown(app, planned)
    if stopped := outdated(planned):
        return replace(result, code=stopped.code, notes=(*result.notes, *stopped.notes))
    if planned.plan.refusals:
        return replace(result, code=_refused_code(planned))
    if only_shown or not planned.plan.steps:
        return result
    new = planned.new_ranges
    hazards = find_hazards(app, new)
    if refused := _hazards(app, planned, new, hazards, allow):
        return refused
    if asks:
        assert result.lines is not None
        count = counted(len(planned.plan.steps), "step")
        app.presenter.note(*result.notes)
        if not is_confirmed(app.presenter, result.lines(), f"Apply {count}?"):
            return DECLINED
    from ippoolctl.cli.requests.application import carry_out

    return carry_out(app, planned, hazards, seconds, dry_run=dry_run == "server")


def _require_no_server_dry_run(planned: Planned) -> None:
    """Raise :class:`UsageError` if pools would have to be replaced."""
    if planned.plan.replacement is not None and planned.plan.is_legal:
        raise UsageError(
            "a server dry run cannot replace pools: they are deleted before they are created again",
            "use --dry-run client",
        )


def _then(app: AppContext, approved: Planned, replaced: Replaced, seconds: float) -> Result:
    """After a replacement the steps that were approved with it; what was replaced is part of the
    result, whatever happens to them.
    """
    done = relocation_result(replaced.ended)
    try:
        with stoppable():  # also between the steps
            result = _rest(app, approved, replaced, seconds)
    except IppoolctlError as failure:
        note = error(failure.message, failure.hint)
        result = _not_continued(app, approved, replaced, failure.exit_code, note)
    except StoppedError as stop:
        result = _not_continued(app, approved, replaced, stop.exit_code, error("stopped"))
    assert done.lines is not None
    first, rest = [*done.lines()], result.lines
    return replace(
        result,
        lines=lambda: [*first, *(rest() if rest else ())],
        remarks=(*done.remarks, *result.remarks),
    )


def _not_continued(
    app: AppContext, approved: Planned, replaced: Replaced, code: ExitCode, note: Note
) -> Result:
    notes = (note, info("run the same command again to continue"))
    result = shown(app, approved, replaced=replaced)
    return replace(result, code=code, lines=None, notes=notes)


def _rest(app: AppContext, approved: Planned, replaced: Replaced, seconds: float) -> Result:
    """The steps, if these are still what is left."""
    from ippoolctl.engine.session import timeout_as_fault

    with app.engine_session(seconds=seconds) as session, timeout_as_fault():
        planned = plan_of(app, approved.wanted, session)
    result = shown(app, planned, replaced=replaced)
    if planned.plan.refusals:
        return replace(result, code=_refused_code(planned))
    if planned.identity != approved.identity or outdated(planned):
        note = error(CHANGED_SINCE_APPROVED, REVIEW_AND_REPEAT)
        return replace(result, code=ExitCode.LOST_RACE, notes=(*result.notes, note))
    if not planned.plan.steps:
        return replace(result, lines=None)
    from ippoolctl.cli.requests.application import carry_out

    hazards = find_hazards(app, planned.new_ranges)
    return carry_out(app, planned, hazards, seconds, dry_run=False, replaced=replaced)


def _refused_code(planned: Planned) -> ExitCode:
    pending = all(each.kind is RefusalKind.PENDING for each in planned.plan.refusals)
    return ExitCode.NOT_YET if pending else ExitCode.REFUSED


def _check_combinations(context: typer.Context) -> None:
    """Raise :class:`UsageError` for options that cannot be used together."""
    given = context.params
    app: AppContext = context.obj
    if given["force"] and not (given["replace_"] or given["plan_file"]):
        raise UsageError("--force requires --replace", "remove --force")
    paths = given["paths"] or given["filename"]
    if given["plan_file"] is None:
        require_path(given["paths"], given["filename"])
        if not paths:
            raise UsageError("no files specified", "pass the manifests to apply")
        return
    if paths or given["complete"] or given["ordered"] or given["replace_"]:
        raise UsageError(
            "--plan cannot be used with PATH, -f, --complete, --ordered or --replace",
            "the plan contains the manifests and the options that it was made with",
        )
    if app.saved is not None:
        raise UsageError("--plan and -o plan=FILE cannot be used together", "remove one of the two")


def _command(context: typer.Context) -> str:
    """What finishes a replacement, from any directory."""
    given = context.params
    if given["plan_file"] is not None:
        words = ["--plan", from_anywhere(given["plan_file"])]
    else:
        words = [from_anywhere(each) for each in given["paths"] or ()]
        words += [word for each in given["filename"] or () for word in ("-f", from_anywhere(each))]
        words += [word for each in given["exclude"] or () for word in ("--exclude", each)]
        flags = {"-R": "recursive", "--complete": "complete", "--replace": "replace_"}
        words += [flag for flag, name in flags.items() if given[name]]
    return " ".join(map(quote, ["apply", *words]))


def _wanted(context: typer.Context) -> Wanted:
    from ippoolctl.domain.lint.lookups import repeated

    given = context.params
    app: AppContext = context.obj
    if given["plan_file"] is not None:
        return read_plan(given["plan_file"])
    read = read_complete_input(
        app,
        given["paths"],
        given["filename"],
        recursive=given["recursive"],
        exclude=given["exclude"],
        ignores_invalid=False,
        keep_objects=True,
    )
    for _, later in repeated(read.pools):
        raise InputError(f"pool {later.name} is defined twice", "remove one of the manifests")
    documents = documents_to_create(read, named=False)
    unusable: dict[str, InputError] = {}
    for pool, (_, why) in zip(read.pools, documents, strict=True):
        if why is not None and pool.generated:
            raise why
        unusable |= {pool.name: why} if why is not None else {}
    app.presenter.note(*older_version_notes(read.pools))
    objects = tuple(each for each, _ in documents)
    pools = tuple(map(requested_pool, read.pools, objects))
    return Wanted(objects, pools, given["complete"], given["ordered"], given["replace_"], unusable)


def _hazards(
    app: AppContext,
    planned: Planned,
    pools: Sequence[Pool],
    hazards: "Sequence[Finding]",
    allow: list[str] | None,
) -> Result | None:
    """The refusal of pools that Antrea admits and cannot handle."""
    from ippoolctl.cli.outcomes import outcome_result

    refused = refuse_hazards(app, pools, hazards, allow, planned.engine_release, "apply")
    return outcome_result(refused) if refused else None
