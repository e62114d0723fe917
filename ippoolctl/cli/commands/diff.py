"""Show what differs between manifests and the cluster, or other manifests (--against): in addresses
(gained, lost, the same in other words) and in text. PATH is what is wanted. Computed here, nothing
is sent to admission; pools of the cluster that no manifest is about are left out. Exit code 0 if
nothing differs, 1 if something does.

\b
Examples:
  ippoolctl diff manifests/
  ippoolctl diff manifests/ --against exported-pools.yaml
  git show HEAD:pools.yaml | ippoolctl diff pools.yaml --against -
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext, problem_documents
from ippoolctl.cli.options.pools import Against, Files, Paths, Recursive
from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.errors import ExitCode, InputError, UsageError

FORMATS = ("table", "json", "yaml")

ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 also if something differs.")
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    against: Against = None,
    exit_zero: ExitZero = False,
) -> ExitCode:
    """Compare the manifests."""
    app: AppContext = context.obj
    if not paths and not filename:
        raise UsageError("no files were given", "name the manifests that say what is wanted")
    wanted = app.complete(paths, filename, recursive=recursive)
    if not wanted.pools:
        raise InputError("there are no ExternalIPPools in the input", "check what is compared")
    there = app.complete(against, None, recursive=recursive) if against else None
    existing, beside = (there.pools, []) if there else _live(app, wanted.pools)
    for read in (existing, wanted.pools):
        for _, later in Inventory(read).repeated:
            app.emitter.warning(f"pool {later.name} is defined twice; the last one counts")
    diffs = diff(existing, wanted.pools, app.release, beside)
    from ippoolctl.render.text_diff import diff_lines, unified, unified_lines

    text = unified(diffs, _dump)
    if app.emitter.for_machines:
        from ippoolctl.render.documents import diff_document

        problems = problem_documents(*filter(None, (there, wanted)))
        app.emitter.document(diff_document(diffs, text, problems))
    elif diffs:
        app.emitter.lines(diff_lines(diffs))
        app.emitter.lines(unified_lines(text))
    else:
        app.emitter.talk("no difference")
    return ExitCode.NO if diffs and not exit_zero else ExitCode.YES


def _live(app: AppContext, wanted: Sequence[Pool]) -> tuple[list[Pool], list[Pool]]:
    """Live pools that a manifest is about, and the others, which are none of its business."""
    names, pools = {each.name for each in wanted}, app.live_pools()
    return (
        [each for each in pools if each.name in names],
        [each for each in pools if each.name not in names],
    )


def _dump(pool: Pool) -> str:
    from ippoolctl.crd.created_object import exported
    from ippoolctl.render.structured import as_yaml

    return as_yaml(exported(pool) if pool.live else write_pool(pool))
