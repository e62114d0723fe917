"""Compare manifests with the cluster, or with other manifests (--against). The output lists
addresses added and removed, respelled ranges, and a text diff. PATH is the new state. The
comparison is local: nothing is sent to the webhook. Pools of the cluster without a manifest are
ignored. The exit code is 0 if there are no differences, otherwise 1.

\b
Examples:
  ippoolctl diff manifests/
  ippoolctl diff manifests/ --against exported-pools.yaml
  git show HEAD:pools.yaml | ippoolctl diff pools.yaml --against -
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Paths, Recursive
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.lint.lookups import repeated
from ippoolctl.domain.lint.surroundings import release_in
from ippoolctl.errors import ExitCode, InputError, UsageError
from ippoolctl.render.documents.diff_report import diff_document
from ippoolctl.render.notes import info, warning
from ippoolctl.render.structured import as_yaml
from ippoolctl.render.text.diff import diff_lines, unified, unified_lines

ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with code 0 even if there are differences")
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    against: Against = None,
    exit_zero: ExitZero = False,
) -> Result:
    """Compare the manifests."""
    app: AppContext = context.obj
    app.require_path(paths, filename)
    if not paths and not filename:
        raise UsageError("no files were given", "pass the manifests to compare")
    wanted = app.complete(paths, filename, recursive=recursive, exclude=exclude)
    if not wanted.pools:
        raise InputError("no ExternalIPPools in the input", "check the paths")
    there = app.complete(against, None, recursive=recursive, exclude=exclude) if against else None
    existing, others, release = (
        (there.pools, [], app.release) if there else _live(app, wanted.pools)
    )
    twice = [
        warning(f"pool {later.name} is defined twice; the last one counts")
        for read in (existing, wanted.pools)
        for _, later in repeated(read)
    ]
    diffs = diff(existing, wanted.pools, release, others)
    text = unified(diffs, _dump)
    problems = [*(there.problems if there else ()), *wanted.problems]
    return Result(
        code=ExitCode.NO if diffs and not exit_zero else ExitCode.YES,
        document=lambda: diff_document(diffs, text, problems),
        lines=lambda: [*diff_lines(diffs), *unified_lines(text)],
        notes=tuple(twice),
        remarks=() if diffs else (info("no difference"),),
    )


def _live(app: AppContext, wanted: Sequence[Pool]) -> tuple[list[Pool], list[Pool], Release]:
    """Live pools with a manifest; the others, which are ignored; the release of the cluster."""
    listed, objects = app.live_with(())
    names = {each.name for each in wanted}
    return (
        [each for each in listed.pools if each.name in names],
        [each for each in listed.pools if each.name not in names],
        app.assume(release_in(objects)).release,
    )


def _dump(pool: Pool) -> str:
    return as_yaml(exported(pool) if pool.live else write_pool(pool))
