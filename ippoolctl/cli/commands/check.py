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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext, input_code
from ippoolctl.cli.files.fixes import FileFixes, fix_files
from ippoolctl.cli.inputs.clusters import several_clusters
from ippoolctl.cli.linting.judge import Judge, Judged, as_live, shared_pools
from ippoolctl.cli.options.capacity import NearlyFull
from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    complete_from,
    require_one_of,
    split_values,
)
from ippoolctl.cli.options.fixing import Fix, FixDryRun, require_fixable
from ippoolctl.cli.options.groups import GroupBy, require_groupable
from ippoolctl.cli.options.networks import NodeSubnets, PodCidrs, ServiceCidrs, parse_networks
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Live, Paths, Recursive
from ippoolctl.cli.options.reports import Reports, parse_reports
from ippoolctl.cli.result import Result
from ippoolctl.domain.lint.catalogue import RULES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import GroupKind, Severity
from ippoolctl.domain.lint.runner import select
from ippoolctl.domain.lint.surroundings import kinds_needed
from ippoolctl.errors import ExitCode, UsageError, worst
from ippoolctl.manifests.read import Manifests, read_manifests
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.checked import Checked, CheckedGroup
from ippoolctl.render.documents.check_report import check_document
from ippoolctl.render.notes import error, info, warning
from ippoolctl.render.styles import Line, line
from ippoolctl.render.text.check import report_lines, skipped_notes, summary_lines
from ippoolctl.render.text.fixes import (
    diff_lines,
    dry_run_summary,
    fixed_lines,
    not_fixed_notes,
)

NEVER = "never"
MAX_FINDINGS = 50

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}SELECT",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Rules to run; EIP2 selects all EIP2xx; can be repeated or comma-separated"
        " (default: all)",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}IGNORE",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Rules to skip; same syntax as --select",
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        envvar=f"{ENVIRONMENT_PREFIX}FAIL_ON",
        autocompletion=complete_from(*Severity, NEVER),
        help="Lowest severity that causes exit code 1: error, warning, info or never",
    ),
]
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
    require_one_of(fail_on, [*Severity, NEVER], f"--fail-on {fail_on}")
    threshold = None if fail_on == NEVER else Severity(fail_on)
    selected = _known(split_values(select_))
    ignored = _known([*split_values(ignore), *app.config.ignore])
    _known(each.rule for each in app.config.accepted)
    rules = select(RULES, selected or _known(app.config.select), ignored)
    networks = parse_networks(node_subnet, pod_cidr, service_cidr)
    app.require_path(paths, filename)
    if against and live:
        raise UsageError("--live and --against cannot be used together", "remove one of the two")
    if against and not (paths or filename):
        raise UsageError("--against requires PATH", "pass the files to check")
    require_fixable(paths, filename, dry_run, fix=fix)
    given = [*(paths or ()), *(filename or ())]
    require_groupable(group_by, given, against, app.options.contexts, live=live)
    several = len(app.options.contexts) > 1
    alone = [each.id for each in rules if each.between_groups and each.id in selected]
    if alone and not (group_by or several):
        message = f"{alone[0]} compares several clusters"
        raise UsageError(message, "add another --context, or use --group-by dir")
    how = {"recursive": recursive, "per_directory": group_by is not None}
    manifests = app.manifests(paths, filename, exclude=exclude, **how)
    beside: Manifests | None = None
    if against:
        beside = app.complete(against, None, recursive=recursive, exclude=exclude)
    # Only the cluster, only the files, or the files combined with the cluster or with other files.
    from_cluster = not several and (live or not given)
    there, around = app.live_with(kinds_needed(rules)) if from_cluster else as_live(beside)
    with several_clusters(app) as clusters:
        judge = Judge(
            app=app,
            rules=rules,
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

    def check_again(texts: Mapping[str, str]) -> tuple[Manifests, Judged]:
        changed = read_manifests(given, exclude=exclude or (), texts=texts, **how)
        return changed, judge.judge(changed)

    if group_by and len(judged.groups) < 2 and not manifests.problems:
        message = "--group-by dir requires two directories"
        raise UsageError(message, "pass each directory, such as clusters/*/")
    for problem in judged.faulty:
        app.presenter.note(error(str(problem), problem.hint))
    fixes = FileFixes()
    if fix:
        live_pools = {each.name: each for each in there.pools} if there is not None else {}
        manifests, judged, fixes = fix_files(manifests, judged, live_pools, check_again)
        if dry_run == "none":
            fixes.write()
    facts, release, report, places, _, groups = judged
    named = [each for each in report.skipped if each.rule.id in selected]
    missed = any(not each.partly for each in named)
    counts = _counts(facts, manifests, there if from_cluster else None, beside, groups)
    unread = [(each.group, each.error) for each in groups if each.error is not None]
    for one, other, name in shared_pools(groups):
        text = f"{one} and {other} have the same pool {name} (equal UIDs); they may be one cluster"
        app.presenter.note(warning(text))
    for group, fault in unread:
        app.presenter.note(error(f"{group.label}: {fault.message}", fault.hint))
    again = [*given, *(["-R"] if recursive else [])]
    again += [f"--exclude={each}" for each in exclude or ()]
    again += ["--live"] if live else against or []
    problems = manifests.problems
    remarks = skipped_notes(report) if app.options.verbose or require_all or named else []
    required = manifests.pools if given else facts.pools
    missing = require_pools and not required
    if not (problems or unread or required) and (missing or not facts.pools):
        where = "input" if given else "clusters" if several else "cluster"
        text = f"no ExternalIPPools in the {where}"
        remarks.append(error(text, "check the paths") if missing else warning(text))
    remarks += not_fixed_notes(fixes.fixes)
    if dry_run == "client":
        remarks.append(info(dry_run_summary(fixes.fixes, len(fixes.texts))))

    checked = Checked(
        report=report,
        places=places,
        release=release,
        counts=counts,
        problems=problems,
        pools=facts.pools,
        rules=rules,
        threshold=threshold,
        fixes=fixes.fixes if fix else None,
        groups=groups,
    )

    def lines() -> Iterator[Line]:
        if dry_run == "client":
            yield from diff_lines(fixes.changes)
            return
        yield from fixed_lines(fixes.fixes)
        yield from report_lines(report, places, max_findings)
        if not (app.presenter.quiet or problems or (unread and len(unread) == len(groups))):
            if report.findings:
                yield line()
            yield from summary_lines(checked, again)

    return Result(
        code=worst(
            ExitCode.NO if report.reaches(threshold) else ExitCode.YES,
            ExitCode.UNKNOWN
            if unread or missed or (require_all and report.skipped)
            else ExitCode.YES,
            ExitCode.USAGE if missing else input_code(manifests),
        ),
        document=lambda: check_document(checked),
        lines=lines,
        checked=lambda: checked,
        reports=reports,
        remarks=tuple(remarks),
    )


def _counts(
    facts: Facts,
    manifests: Manifests,
    there: PoolList | None,
    beside: Manifests | None,
    groups: Sequence[CheckedGroup],
) -> dict[str, int]:
    """What was read, by the keys of the document."""
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


def _known(ids: Iterable[str]) -> list[str]:
    """The ids in upper case; raises :class:`UsageError` for one that no rule begins with."""
    found = [each.upper() for each in ids]
    for each in found:
        if not any(rule.id.startswith(each) for rule in RULES):
            close = get_close_matches(each, [rule.id for rule in RULES], n=1, cutoff=0.8)
            known = f"use one of {RULES[0].id} to {RULES[-1].id}"
            hint = f"did you mean {close[0]}?" if close else known
            raise UsageError(f"unknown rule: {each}", hint)
    return found
