"""Check pools for overlaps, for errors that the API server or the webhook rejects, and for errors
that Antrea does not detect. Each overlap is listed with both places.

Without PATH, check reads the pools of the cluster. With PATH, it compares the files with each
other; with --live, also with the pools of the cluster; with --against, also with those of other
files, as if they were live. With --group-by dir, each directory is checked by itself, and then its
pools are compared with those of the other directories (EIP517); files belong to the innermost
directory in the arguments that contains them. Several --context do the same with clusters; one that
cannot be read is an error (exit code 3), and the others are still checked.

\b
Examples:
  ippoolctl check
  ippoolctl check manifests/ --live
  ippoolctl check manifests/ -R
  ippoolctl check new-pool.yaml --against exported-pools.yaml
  kustomize build . | ippoolctl check -
  ippoolctl check clusters/prod clusters/lab --group-by dir
  ippoolctl check --context prod --context lab
  ippoolctl check manifests/ --fix --dry-run client
  ippoolctl check pools.yaml --ignore EIP109 --fail-on warning -o json
  ippoolctl check . --report junit=report.xml --report sarif=report.sarif
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.clusters import several_clusters
from ippoolctl.cli.inputs.manifests import input_code, read_existing, read_input, require_path
from ippoolctl.cli.linting.judge import Judge, Judged, as_live
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.declaration import is_typed
from ippoolctl.cli.options.fixing import Fix, FixDryRun, require_fixable
from ippoolctl.cli.options.groups import GroupBy, require_comparable
from ippoolctl.cli.options.networks import NodeSubnets, PodCidrs, ServiceCidrs, parse_networks
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Live, Paths, Recursive
from ippoolctl.cli.options.reports import Reports, parse_reports
from ippoolctl.cli.options.rules import FailOn, Ignore, Select, parse_fail_on, parse_rules
from ippoolctl.cli.result import Result
from ippoolctl.domain.lint.finding import GroupKind, Severity
from ippoolctl.domain.lint.runner import Skipped
from ippoolctl.domain.lint.surroundings import kinds_needed
from ippoolctl.errors import ExitCode, UsageError, worst
from ippoolctl.manifests.read import Manifests, read_manifests
from ippoolctl.render.checked import Checked
from ippoolctl.render.documents.check_report import check_document
from ippoolctl.render.notes import error, info, warning
from ippoolctl.render.styles import Line, line
from ippoolctl.render.text.check import (
    group_notes,
    report_lines,
    skipped_notes,
    summary_lines,
    unread_notes,
)
from ippoolctl.render.text.fixes import diff_lines, dry_run_summary, fixed_lines, not_fixed_notes

if TYPE_CHECKING:
    from ippoolctl.cli.files.fixes import FileFixes
    from ippoolctl.domain.lint.rules import Entry
    from ippoolctl.domain.surroundings.networks import GivenNetworks
    from ippoolctl.render.formats.registry import Format

MAX_FINDINGS = 50

RequireAll = Annotated[
    bool, typer.Option("--require-all", help="Exit with code 3 if a rule could not run")
]
RequirePools = Annotated[
    bool, typer.Option("--require-pools", help="Exit with code 2 if the input has no pool")
]
MaxFindings = Annotated[
    int,
    typer.Option(
        "--max-findings",
        metavar="N",
        min=0,
        help="Findings to print, the worst first; 0 for all. Totals and documents always"
        " include all",
    ),
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    select_: Select = None,
    ignore: Ignore = None,
    fail_on: FailOn = Severity.ERROR.value,
    require_all: RequireAll = False,
    require_pools: RequirePools = False,
    live: Live = False,
    against: Against = None,
    node_subnet: NodeSubnets = None,
    pod_cidr: PodCidrs = None,
    service_cidr: ServiceCidrs = None,
    nearly_full: NearlyFull = None,
    report_: Reports = None,
    max_findings: MaxFindings = MAX_FINDINGS,
    fix: Fix = False,
    dry_run: FixDryRun = "none",
    group_by: GroupBy = None,
) -> Result:
    """Check the pools."""
    app: AppContext = context.obj
    output = app.options.output if is_typed(context, "output") else None
    reports = parse_reports(report_ or (), output)
    threshold = parse_fail_on(fail_on)
    several = len(app.options.contexts) > 1
    selected = parse_rules(select_, ignore, app.config, groups=several or group_by is not None)
    networks = parse_networks(node_subnet, pod_cidr, service_cidr)
    require_path(paths, filename)
    given = [*(paths or ()), *(filename or ())]
    require_comparable(group_by, given, against, app.options.contexts, live=live)
    require_fixable(given, dry_run, fix=fix)

    how = {"recursive": recursive, "per_directory": group_by is not None}
    manifests = read_input(app, paths, filename, exclude=exclude, **how)
    judge, judged = _judge(
        app,
        manifests,
        read_existing(app, against, recursive=recursive, exclude=exclude),
        rules=selected.rules,
        networks=networks,
        nearly_full=nearly_full or app.config.nearly_full,
        # Only the cluster, only the files, or the files combined with it or with other files.
        from_cluster=not several and (live or not given),
        directories=given if group_by else None,
    )
    fixed: FileFixes | None = None
    if fix:
        manifests, judged, fixed = _fix(
            judge,
            manifests,
            judged,
            lambda texts: read_manifests(given, exclude=exclude or (), texts=texts, **how),
        )
        if dry_run == "none":
            fixed.write()
    app.presenter.note(*group_notes(judged.groups))
    return _result(
        app,
        _checked(judge, manifests, judged, fixed, threshold),
        manifests,
        selected.named_among(judged.report.skipped),
        from_files=bool(given),
        again=_same_input(given, exclude, ["--live"] if live else against, recursive=recursive),
        changes=fixed.changes if fixed and dry_run == "client" else None,
        max_findings=max_findings,
        require_all=require_all,
        require_pools=require_pools,
        reports=reports,
    )


def _fix(
    judge: Judge,
    manifests: Manifests,
    judged: Judged,
    read_again: Callable[[Mapping[str, str]], Manifests],
) -> "tuple[Manifests, Judged, FileFixes]":
    """The fixed manifests, the findings that are left, and the fixes; nothing is written yet.

    ``read_again`` reads the manifests with other texts of some files.
    """
    from ippoolctl.cli.files.fixes import fix_files

    def check_again(texts: Mapping[str, str]) -> tuple[Manifests, Judged]:
        changed = read_again(texts)
        return changed, judge.judge(changed)

    live_pools = {each.name: each for each in judge.there.pools} if judge.there else {}
    return fix_files(manifests, judged, live_pools, check_again)


def _same_input(
    given: Iterable[str],
    exclude: Iterable[str] | None,
    beside: Iterable[str] | None,
    *,
    recursive: bool,
) -> list[str]:
    """The arguments of another command that name the same input."""
    patterns = (f"--exclude={each}" for each in exclude or ())
    return [*given, *(["-R"] if recursive else []), *patterns, *(beside or ())]


def _judge(
    app: AppContext,
    manifests: Manifests,
    beside: Manifests | None,
    *,
    rules: "Sequence[Entry]",
    networks: "GivenNetworks",
    nearly_full: int,
    from_cluster: bool,
    directories: Sequence[str] | None,
) -> tuple[Judge, Judged]:
    """The findings, and the judge, which can judge other texts of the same files."""
    there, around = app.live_with(kinds_needed(rules)) if from_cluster else as_live(beside)
    with several_clusters(app) as clusters:
        judge = Judge(
            app=app,
            rules=rules,
            networks=networks,
            nearly_full=nearly_full,
            there=there,
            around=around,
            beside=beside,
            from_cluster=from_cluster,
            directories=directories,
            clusters=clusters,
        )
        judged = judge.judge(manifests)
    if directories and len(judged.groups) < 2 and not manifests.problems:
        message = "--group-by dir requires two directories"
        raise UsageError(message, "pass each directory, such as clusters/*/")
    app.presenter.note(*(error(str(each), each.hint) for each in judged.faulty))
    return judge, judged


def _checked(
    judge: Judge,
    manifests: Manifests,
    judged: Judged,
    fixed: "FileFixes | None",
    threshold: Severity | None,
) -> Checked:
    """What all forms of the result are written from."""
    return Checked(
        report=judged.report,
        places=judged.places,
        release=judged.release,
        counts=_counts(judge, manifests, judged),
        problems=manifests.problems,
        pools=judged.facts.pools,
        rules=judge.rules,
        threshold=threshold,
        fixes=None if fixed is None else fixed.fixes,
        groups=judged.groups,
    )


def _result(
    app: AppContext,
    checked: Checked,
    manifests: Manifests,
    named: Sequence[Skipped],
    *,
    from_files: bool,
    again: Sequence[str],
    changes: Mapping[str, tuple[str, str]] | None,
    max_findings: int,
    require_all: bool,
    require_pools: bool,
    reports: "tuple[tuple[Format, str], ...]",
) -> Result:
    """The exit code, and the findings in all forms.

    ``named`` are the skipped rules that were selected by name, ``again`` are the arguments that
    name the same input, ``changes`` are printed instead of the findings.
    """
    pools = manifests.pools if from_files else checked.pools
    missing = require_pools and not pools
    without_pools = missing or not (manifests.pools or checked.pools)
    shows_skipped = app.options.verbose or require_all or named
    remarks = (skipped_notes if shows_skipped else unread_notes)(checked.report)
    if without_pools and not (checked.problems or any(checked.unread)):
        where = "input" if from_files else "clusters" if checked.groups else "cluster"
        text = f"no ExternalIPPools in the {where}"
        remarks.append(error(text, "check the paths") if missing else warning(text))
    if checked.fixes is not None:
        remarks += not_fixed_notes(checked.fixes)
    if changes is not None:
        remarks.append(info(dry_run_summary(checked.fixes or (), len(changes))))
    return Result(
        code=worst(
            ExitCode.NO if checked.report.reaches(checked.threshold) else ExitCode.YES,
            _unknown(checked, named, require_all=require_all),
            ExitCode.USAGE if missing else input_code(manifests),
        ),
        document=lambda: check_document(checked),
        lines=lambda: (
            _lines(checked, again, max_findings, summary=not app.presenter.quiet)
            if changes is None
            else diff_lines(changes)
        ),
        checked=lambda: checked,
        reports=reports,
        remarks=tuple(remarks),
    )


def _unknown(checked: Checked, named: Sequence[Skipped], *, require_all: bool) -> ExitCode:
    """Whether something was not found out that counts."""
    skipped = any(not each.partly for each in named)
    skipped = skipped or (require_all and bool(checked.report.skipped))
    return ExitCode.UNKNOWN if skipped or any(checked.unread) else ExitCode.YES


def _lines(
    checked: Checked, again: Sequence[str], max_findings: int, *, summary: bool
) -> Iterator[Line]:
    """The findings, worst first, and the summary if there was something to judge."""
    if checked.fixes:
        yield from fixed_lines(checked.fixes)
    yield from report_lines(checked.report, checked.places, max_findings)
    none_read = checked.groups and len(list(checked.unread)) == len(checked.groups)
    if summary and not (checked.problems or none_read):
        if checked.report.findings:
            yield line()
        yield from summary_lines(checked, again)


def _counts(judge: Judge, manifests: Manifests, judged: Judged) -> dict[str, int]:
    """What was read, by the keys of the document."""
    facts, groups, beside = judged.facts, judged.groups, judge.beside
    counts = {
        "pools": len(facts.pools),
        "ranges": sum(len(pool.ranges) for pool in facts.pools),
        "otherObjects": manifests.others,
        "surroundings": sum(map(len, manifests.surroundings.values())),
        "files": manifests.files,
    }
    if manifests.foreign:
        counts["otherFiles"] = len({each.place.file for each in manifests.foreign})
    if manifests.patches:
        counts["patches"] = sum(manifests.patches.values())
    if judge.from_cluster and judge.there is not None:
        counts["livePools"] = len(judge.there.pools)
    if groups and groups[0].group.kind is GroupKind.DIRECTORY:
        counts["directories"] = len(groups)
    elif groups:
        unread = sum(each.error is not None for each in groups)
        counts |= {"livePools": len(facts.pools), "clusters": len(groups)}
        counts |= {"unreadableClusters": unread} if unread else {}
    if beside is not None:
        counts |= {"existingPools": len(beside.pools), "existingFiles": beside.files}
    return counts
