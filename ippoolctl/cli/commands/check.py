"""Check pools for overlaps, for errors that the API server or the webhook rejects, and for errors
that Antrea does not detect. Each overlap is listed with both places.

Without PATH, check reads the pools of the cluster. With PATH, it compares the files with each
other; with --live, also with the pools of the cluster; with --against, also with those of other
files, as if they were live. With --group-by dir, each directory is checked by itself, and then its
pools are compared with those of the other directories (EIP517); files belong to the innermost
directory in the arguments that contains them. Several --context do the same with clusters; one that
cannot be read is an error (exit code 3), and the others are checked all the same.

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

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext, input_code
from ippoolctl.cli.inputs.clusters import several_clusters
from ippoolctl.cli.linting.judge import Judge, Judged, as_live, shared_pools
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.fixing import Fix, FixDryRun, require_fixable
from ippoolctl.cli.options.groups import GroupBy, require_groupable
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
from ippoolctl.render.checked import Checked, CheckedGroup
from ippoolctl.render.documents.check_report import check_document
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.styles import Line, line
from ippoolctl.render.text.check import report_lines, skipped_notes, summary_lines
from ippoolctl.render.text.fixes import (
    diff_lines,
    dry_run_summary,
    fixed_lines,
    not_fixed_notes,
)

if TYPE_CHECKING:
    from ippoolctl.cli.files.fixes import FileFixes
    from ippoolctl.ports.gateway import PoolList

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
    reports = parse_reports(report_ or (), app.options.output)
    threshold = parse_fail_on(fail_on)
    several = len(app.options.contexts) > 1
    selected = parse_rules(select_, ignore, app.config, groups=several or group_by is not None)
    networks = parse_networks(node_subnet, pod_cidr, service_cidr)
    app.require_path(paths, filename)
    if against and live:
        raise UsageError("--live and --against cannot be used together", "remove one of the two")
    if against and not (paths or filename):
        raise UsageError("--against requires PATH", "pass the files to check")
    require_fixable(paths, filename, dry_run, fix=fix)
    given = [*(paths or ()), *(filename or ())]
    require_groupable(group_by, given, against, app.options.contexts, live=live)

    how = {"recursive": recursive, "per_directory": group_by is not None}
    manifests = app.manifests(paths, filename, exclude=exclude, **how)
    beside: Manifests | None = None
    if against:
        beside = app.complete(against, None, recursive=recursive, exclude=exclude)
    # Only the cluster, only the files, or the files combined with the cluster or with other files.
    from_cluster = not several and (live or not given)
    there, around = app.live_with(kinds_needed(selected.rules)) if from_cluster else as_live(beside)
    with several_clusters(app) as clusters:
        judge = Judge(
            app=app,
            rules=selected.rules,
            networks=networks,
            nearly_full=nearly_full or app.config.nearly_full,
            there=there,
            around=around,
            beside=beside,
            from_cluster=from_cluster,
            directories=given if group_by else None,
            clusters=clusters,
        )
        judged = judge.judge(manifests)
    if group_by and len(judged.groups) < 2 and not manifests.problems:
        message = "--group-by dir requires two directories"
        raise UsageError(message, "pass each directory, such as clusters/*/")
    app.presenter.note(*(error(str(each), each.hint) for each in judged.faulty))
    fixed: FileFixes | None = None
    if fix:
        from ippoolctl.cli.files.fixes import fix_files

        def check_again(texts: Mapping[str, str]) -> tuple[Manifests, Judged]:
            changed = read_manifests(given, exclude=exclude or (), texts=texts, **how)
            return changed, judge.judge(changed)

        live_pools = {each.name: each for each in there.pools} if there is not None else {}
        manifests, judged, fixed = fix_files(manifests, judged, live_pools, check_again)
        if dry_run == "none":
            fixed.write()
    fixes, changes = (fixed.fixes, fixed.changes) if fixed else ((), {})
    again = [*given, *(["-R"] if recursive else [])]
    again += [f"--exclude={each}" for each in exclude or ()]
    again += ["--live"] if live else against or []
    checked = Checked(
        report=judged.report,
        places=judged.places,
        release=judged.release,
        counts=_counts(judged, manifests, there if from_cluster else None, beside),
        problems=manifests.problems,
        pools=judged.facts.pools,
        rules=selected.rules,
        threshold=threshold,
        fixes=fixes if fix else None,
        groups=judged.groups,
    )
    app.presenter.note(*_group_notes(judged.groups))
    where = "input" if given else "clusters" if several else "cluster"
    missing = require_pools and not (manifests.pools if given else checked.pools)
    without_pools = missing or not (manifests.pools or checked.pools)
    named = selected.named_among(judged.report.skipped)
    shows_skipped = app.options.verbose or require_all or named
    remarks = skipped_notes(judged.report) if shows_skipped else []
    if without_pools and not (checked.problems or any(checked.unread)):
        text = f"no ExternalIPPools in the {where}"
        remarks.append(error(text, "check the paths") if missing else warning(text))
    remarks += not_fixed_notes(fixes)
    if dry_run == "client":
        remarks.append(info(dry_run_summary(fixes, len(changes))))
    return Result(
        code=worst(
            ExitCode.NO if checked.report.reaches(threshold) else ExitCode.YES,
            _unknown(checked, named, require_all=require_all),
            ExitCode.USAGE if missing else input_code(manifests),
        ),
        document=lambda: check_document(checked),
        lines=lambda: (
            diff_lines(changes)
            if dry_run == "client"
            else _lines(checked, again, max_findings, summary=not app.presenter.quiet)
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
    yield from fixed_lines(checked.fixes or ())
    yield from report_lines(checked.report, checked.places, max_findings)
    none_read = checked.groups and len(list(checked.unread)) == len(checked.groups)
    if summary and not (checked.problems or none_read):
        if checked.report.findings:
            yield line()
        yield from summary_lines(checked, again)


def _group_notes(groups: Sequence[CheckedGroup]) -> Iterator[Note]:
    """What is to be said about several clusters or directories beside their findings."""
    for one, other, name in shared_pools(groups):
        text = f"{one} and {other} have the same pool {name} (equal UIDs); they may be one cluster"
        yield warning(text)
    for each in groups:
        if each.error is not None:
            yield error(f"{each.group.label}: {each.error.message}", each.error.hint)


def _counts(
    judged: Judged, manifests: Manifests, there: "PoolList | None", beside: Manifests | None
) -> dict[str, int]:
    """What was read, by the keys of the document."""
    facts, groups = judged.facts, judged.groups
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
    if there is not None:
        counts["livePools"] = len(there.pools)
    if groups and groups[0].group.kind is GroupKind.DIRECTORY:
        counts["directories"] = len(groups)
    elif groups:
        unread = sum(each.error is not None for each in groups)
        counts |= {"livePools": len(facts.pools), "clusters": len(groups)}
        counts |= {"unreadableClusters": unread} if unread else {}
    if beside is not None:
        counts |= {"existingPools": len(beside.pools), "existingFiles": beside.files}
    return counts
