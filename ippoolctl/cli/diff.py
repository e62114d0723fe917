"""Show what differs between two sets of manifests: in addresses (gained, lost, the same in other
words) and in text. PATH is what is wanted, --against is what there is. Computed locally. Exit code
0 if nothing differs, 1 if something does.

\b
Examples:
  ippoolctl diff manifests/ --against exported-pools.yaml
  git show HEAD:pools.yaml | ippoolctl diff pools.yaml --against -
"""

from typing import Annotated

import typer

from ippoolctl.cli.context import AppContext, problem_documents
from ippoolctl.cli.options import Against, Files, Paths, Recursive
from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.diff import diff
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.pool import Pool
from ippoolctl.errors import ExitCode, NothingToAskError

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
    wanted = app.complete(paths, filename, recursive=recursive)
    if not against:
        raise NothingToAskError(
            "nothing to compare with, and reading a cluster is not built in yet",
            "add --against PATH",
        )
    existing = app.complete(against, None, recursive=recursive)
    for read in (existing, wanted):
        for _, later in Inventory(read.pools).repeated:
            app.emitter.warning(f"pool {later.name} is defined twice; the last one counts")
    diffs = diff(existing.pools, wanted.pools, app.release)
    from ippoolctl.render.text_diff import diff_lines, unified, unified_lines

    text = unified(diffs, _dump)
    if app.emitter.for_machines:
        from ippoolctl.render.documents import diff_document

        problems = problem_documents(existing, wanted)
        app.emitter.document(diff_document(diffs, text, problems))
    elif diffs:
        app.emitter.lines(diff_lines(diffs))
        app.emitter.lines(unified_lines(text))
    else:
        app.emitter.talk("no difference")
    return ExitCode.NO if diffs and not exit_zero else ExitCode.YES


def _dump(pool: Pool) -> str:
    from ippoolctl.render.structured import as_yaml

    return as_yaml(write_pool(pool))
