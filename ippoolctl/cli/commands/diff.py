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
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.lint.lookups import repeated
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
    existing, others = (there.pools, []) if there else _live(app, wanted.pools)
    twice = [
        warning(f"pool {later.name} is defined twice; the last one counts")
        for read in (existing, wanted.pools)
        for _, later in repeated(read)
    ]
    diffs = diff(existing, wanted.pools, app.release, others)
    text = unified(diffs, _dump)
    problems = [*(there.problems if there else ()), *wanted.problems]
    return Result(
        code=ExitCode.NO if diffs and not exit_zero else ExitCode.YES,
        document=lambda: diff_document(diffs, text, problems),
        lines=lambda: [*diff_lines(diffs), *unified_lines(text)],
        notes=tuple(twice),
        remarks=() if diffs else (info("no difference"),),
    )


def _live(app: AppContext, wanted: Sequence[Pool]) -> tuple[list[Pool], list[Pool]]:
    """Live pools with a manifest, and the others, which are ignored."""
    names, pools = {each.name for each in wanted}, app.live().pools
    return (
        [each for each in pools if each.name in names],
        [each for each in pools if each.name not in names],
    )


def _dump(pool: Pool) -> str:
    return as_yaml(exported(pool) if pool.live else write_pool(pool))
