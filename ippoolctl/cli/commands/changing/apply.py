"""Change the pools of the cluster to what manifests say, in steps that Antrea admits: create pools,
append ranges, change labels, annotations, nodeSelector and subnetInfo. apply shows the differences
and the plan, and asks for confirmation; without a terminal, use --yes.

Antrea does not allow removing or changing ranges of a pool. If a manifest does that, nothing is
written (exit code 4), and apply prints the procedure and the users of the pool. With --replace it
deletes such pools and creates them anew, also if they swap ranges, or if with --complete a pool of
another name takes the place of one without a manifest. Egresses and Services are detached meanwhile
and keep their addresses, and their traffic may stop (see ippoolctl shrink --help). A range that
becomes larger is kept, and the rest of it is appended. Labels and annotations that are in no
manifest stay, as with kubectl apply. Pools without a manifest stay, except with --complete.

If another client changes a pool after the plan was shown, apply goes on only if the plan is still
the same; else it prints the new plan (exit code 6). It stops at the first failure. Running the same
command again continues.

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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.confirmation import Yes, is_confirmed, require_terminal
from ippoolctl.cli.context import AppContext
from ippoolctl.cli.linting.hazards import find_hazards, refuse_hazards
from ippoolctl.cli.linting.held_addresses import HeldAddresses
from ippoolctl.cli.options.applying import Complete, Ordered, PlanFile, Replace
from ippoolctl.cli.options.declaration import require_one_of
from ippoolctl.cli.options.pools import ExcludePath, Files, Paths, Recursive
from ippoolctl.cli.options.request import DRY_RUNS, Allow, DryRun
from ippoolctl.cli.options.waiting import DEFAULT_TIMEOUT, Timeout, parse_duration
from ippoolctl.cli.relocation import Confirmation, Force
from ippoolctl.cli.requests.pool_request import documents_to_create
from ippoolctl.cli.requests.replacement import created_pools, replace_pools
from ippoolctl.cli.requests.wanted import Wanted, read_plan
from ippoolctl.cli.result import Result
from ippoolctl.domain.addresses.range_change import Effect
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease, Release
from ippoolctl.domain.change.diff import PoolDiff
from ippoolctl.domain.change.plan import needs_consumers
from ippoolctl.domain.change.steps import Action, Plan, RefusalKind
from ippoolctl.errors import ExitCode, InputError, UsageError
from ippoolctl.render.notes import Note, error, info
from ippoolctl.render.quantities import counted
from ippoolctl.render.styles import Line, line
from ippoolctl.render.text.diff import diff_lines
from ippoolctl.render.text.plan import plan_lines, plan_notes

if TYPE_CHECKING:
    from ippoolctl.domain.lint.finding import Finding
    from ippoolctl.domain.protocol.outcome import Outcome


@dataclass(frozen=True)
class Planned:
    """A plan, and what it was made of."""

    wanted: Wanted
    live: Sequence[Pool]
    release: AssumedRelease
    diffs: Sequence[PoolDiff]
    plan: Plan

    @property
    def engine_release(self) -> Release | None:
        """The release; ``None`` if its webhook is unknown."""
        return self.release.release if self.release.is_known else None


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
    require_one_of(dry_run, DRY_RUNS, f"--dry-run {dry_run}")
    seconds = parse_duration("--timeout", timeout)
    _check_combinations(context)
    only_shown = dry_run == "client" or app.saved is not None
    asks = not (yes or only_shown or dry_run == "server")
    if asks:
        require_terminal("ippoolctl apply --dry-run client")
    planned = _planned(app, _wanted(context))
    first: Result | None = None
    if replace_ and app.saved is None:
        confirmation = Confirmation(yes=yes, force=force, dry_run=dry_run, timeout=timeout)
        others = _other_changes(planned)
        if asks:
            app.presenter.note(Note(others))
        first = _replace(app, planned, allow, confirmation)
        if first is not None:
            assert first.lines is not None
            replaced = tuple(first.lines())
            if only_shown and first.code is ExitCode.YES:
                return replace(first, lines=lambda: [*others, *replaced])
            planned = _planned(app, replace(planned.wanted, replacing=False, ordered=True))
            if first.code is not ExitCode.YES or only_shown or not planned.plan.steps:
                return first
            app.presenter.note(Note(replaced))
    result = _shown(app, planned)
    if outdated := _outdated(planned):
        return replace(result, code=ExitCode.LOST_RACE, notes=(*result.notes, outdated))
    if planned.plan.refusals:
        pending = all(each.kind is RefusalKind.PENDING for each in planned.plan.refusals)
        return replace(result, code=ExitCode.NOT_YET if pending else ExitCode.REFUSED)
    if only_shown or not planned.plan.steps:
        return result
    written = _written(planned)
    hazards = find_hazards(app, written)
    if refused := _hazards(app, written, hazards, allow, planned.engine_release):
        return refused
    if asks:
        assert result.lines is not None
        count = counted(len(planned.plan.steps), "step")
        app.presenter.note(*result.notes)
        if not is_confirmed(app.presenter, result.lines(), f"Apply {count}?"):
            text = f"{count} not done" if first else "nothing was changed"
            return Result(code=ExitCode.NO, notes=(info(text),))
    return _carry_out(app, planned, hazards, seconds, dry_run=dry_run == "server")


def _replace(
    app: AppContext, planned: Planned, allow: list[str] | None, confirmation: Confirmation
) -> Result | None:
    """Replace the pools that cannot be changed in place; ``None`` if there is none, or if others
    cannot be changed at all.
    """
    if planned.plan.refusals:
        return None
    found = planned.plan.replacement
    new = created_pools(planned.wanted, found.relocation) if found else []
    refused = _hazards(app, new, find_hazards(app, new), allow, planned.engine_release)
    return refused or replace_pools(app, planned.wanted, found, confirmation)


def _other_changes(planned: Planned) -> tuple[Line, ...]:
    """All differences, and the steps that follow if pools have to be replaced first; nothing if
    none has.
    """
    if planned.plan.replacement is None:
        return ()
    diffs = [replace(each, refusals=()) for each in planned.diffs]
    steps = tuple(plan_lines(planned.plan))
    heading = (line("after the replacement of pools:"),) if steps else ()
    return (*diff_lines(diffs, {}, live=True), *heading, *steps)


def _check_combinations(context: typer.Context) -> None:
    """Raise :class:`UsageError` for options that cannot be used together."""
    given = context.params
    app: AppContext = context.obj
    if given["replace_"] and given["dry_run"] == "server":
        raise UsageError(
            "--replace and --dry-run server cannot be used together", "use --dry-run client"
        )
    if given["force"] and not given["replace_"]:
        raise UsageError("--force requires --replace", "remove --force")
    paths = given["paths"] or given["filename"]
    if given["plan_file"] is None:
        app.require_path(given["paths"], given["filename"])
        if not paths:
            raise UsageError("no files were given", "pass the manifests to apply")
        return
    if paths or given["complete"] or given["ordered"] or given["replace_"]:
        raise UsageError(
            "--plan cannot be used with PATH, -f, --complete, --ordered or --replace",
            "the plan contains the manifests and the options that it was made with",
        )
    if app.saved is not None:
        raise UsageError("--plan and -o plan=FILE cannot be used together", "remove one of the two")


def _wanted(context: typer.Context) -> Wanted:
    from ippoolctl.domain.lint.lookups import repeated

    given = context.params
    app: AppContext = context.obj
    if given["plan_file"] is not None:
        return read_plan(given["plan_file"])
    read = app.complete(
        given["paths"],
        given["filename"],
        recursive=given["recursive"],
        exclude=given["exclude"],
        ignores_invalid=False,
    )
    for _, later in repeated(read.pools):
        raise InputError(f"pool {later.name} is defined twice", "remove one of the manifests")
    documents = documents_to_create(read, named=False)
    unusable: dict[str, InputError] = {}
    for pool, (_, why) in zip(read.pools, documents, strict=True):
        if why is not None and pool.generated:
            raise why
        unusable |= {pool.name: why} if why is not None else {}
    objects = tuple(each for each, _ in documents)
    return Wanted(objects, given["complete"], given["ordered"], given["replace_"], unusable)


def _planned(app: AppContext, wanted: Wanted) -> Planned:
    from ippoolctl.domain.lint.surroundings import release_in

    listed, objects = app.live_with(())
    release = app.assume(release_in(objects))
    diffs = wanted.differences(listed.pools, release.release)
    consumers = app.gateway.consumers() if needs_consumers(diffs) else None
    plan = wanted.plan(diffs, listed.pools, release.release, consumers)
    for step in plan.steps:
        if step.action is Action.CREATE and step.pool in wanted.unusable:
            raise wanted.unusable[step.pool]
    return Planned(wanted, listed.pools, release, diffs, plan)


def _outdated(planned: Planned) -> Note | None:
    """The error if the steps are not those of the saved plan, or the rest of them."""
    from ippoolctl.render.documents.plan import is_rest_of

    approved = planned.wanted.approved
    if approved is None or is_rest_of(planned.plan, approved):
        return None
    return error(
        "nothing was changed: the cluster has changed since the plan was saved",
        "review the new plan, and save it: ippoolctl apply PATH -o plan=FILE",
    )


def _shown(app: AppContext, planned: Planned, outcomes: "Sequence[Outcome]" = ()) -> Result:
    """The differences and the plan."""
    from ippoolctl.render.documents.plan import plan_document

    wanted, plan = planned.wanted, planned.plan
    # Refusals are told by the plan, which judges every step.
    diffs = [
        _by_plan(each) if plan.is_legal else replace(each, refusals=()) for each in planned.diffs
    ]
    nothing = not plan.steps and not plan.refusals
    return Result(
        document=lambda: plan_document(
            plan,
            planned.release,
            wanted.objects,
            complete=wanted.complete,
            ordered=wanted.ordered,
            outcomes=outcomes,
        ),
        lines=lambda: [
            *diff_lines(diffs, {}, live=True),
            *(plan_lines(plan) if plan.is_legal else ()),
        ],
        notes=tuple(plan_notes(plan)),
        remarks=(info("nothing to change"),) if nothing else (),
        reports=(app.saved,) if app.saved else (),
    )


def _by_plan(diff: PoolDiff) -> PoolDiff:
    """The difference as a legal plan makes it: by appending ranges, and not by the manifest as it
    is, which Antrea may deny.
    """
    replaced = diff.ranges.effect is Effect.REPLACED
    ranges = diff.ranges._replace(effect=Effect.EXTENDED) if replaced else diff.ranges
    return replace(diff, ranges=ranges, refusals=())


def _hazards(
    app: AppContext,
    pools: Sequence[Pool],
    hazards: "Sequence[Finding]",
    allow: list[str] | None,
    release: Release | None,
) -> Result | None:
    """The refusal of pools that Antrea admits and cannot handle."""
    from ippoolctl.cli.outcomes import outcome_result

    refused = refuse_hazards(app, pools, hazards, allow, release, "applied")
    return outcome_result(refused) if refused else None


def _written(planned: Planned) -> list[Pool]:
    """The pools with new ranges, each with those that are to be written."""
    return [
        each.after._replace(ranges=each.ranges or each.after.ranges, live=None)
        for each in planned.plan.steps
        if each.after is not None and (each.ranges or each.before is None)
    ]


def _carry_out(
    app: AppContext,
    planned: Planned,
    hazards: "Sequence[Finding]",
    seconds: float,
    *,
    dry_run: bool,
) -> Result:
    from ippoolctl.cli.outcomes import InTurn, outcome_result
    from ippoolctl.domain.protocol.outcome import State
    from ippoolctl.engine.apply import Application, Approved

    wanted, steps, release = planned.wanted, planned.plan.steps, planned.release
    held, again = HeldAddresses(app, _written(planned), hazards), list[Planned]()
    with app.engine_session(seconds=seconds, listed=held.begin) as session:

        def replan(live: Sequence[Pool]) -> Plan:
            diffs = wanted.differences(live, release.release)
            needed = needs_consumers(diffs)
            consumers = session.ask(session.gateway.consumers) if needed else None
            plan = wanted.plan(diffs, live, release.release, consumers)
            again.append(replace(planned, live=live, diffs=diffs, plan=plan))
            return plan

        appends = {each.pool: [one.text for one in each.ranges] for each in steps if each.ranges}
        approved = Approved(
            steps,
            replan,
            wanted.by_name,
            wanted.pending_objects(),
            wanted.ids,
            {name: marks.request_id(name, {"extend": texts}) for name, texts in appends.items()},
            planned.engine_release,
            dry_run,
        )
        application = Application(session, approved)
        application.require_rights()
        turns = InTurn(session, [each.pool for each in steps])
        for position in turns:
            with turns:
                turns.outcomes.append(application.carry_out(position))
        held.warn(turns.outcomes)
    result = outcome_result(turns.outcomes, "applied (server dry run)")
    notes = result.notes
    if any(each.state is State.NOT_TRIED for each in turns.outcomes):
        notes = (*notes, info("run the same command again to continue"))
    if application.is_outdated:
        shown = _shown(app, again[-1])
        assert shown.lines is not None
        notes = (*notes, Note((*shown.lines(),)), *shown.notes)
    return replace(result, document=_shown(app, planned, turns.outcomes).document, notes=notes)
