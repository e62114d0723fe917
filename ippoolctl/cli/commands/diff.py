"""Compare manifests with the cluster, or with other manifests (--against). The output lists added
and changed pools: addresses added and removed, respelled ranges, other fields, the Egresses and
Services that would lose their address, and a text diff. PATH is the new state. The comparison is
local: nothing is sent to the webhook.

As with kubectl, labels and annotations that others added to a live pool are not differences, nor
are status, fields that the server sets and annotations of ippoolctl. As Antrea only allows
appending ranges, a live pool can have two /26 for a /25 of its manifest; this is mentioned, but is
not a difference either. Pools of the cluster without a manifest are only mentioned; with --complete
they are differences. The exit code is 0 without differences, 1 with differences, and greater than 1
after an error.

\b
Examples:
  ippoolctl diff manifests/
  ippoolctl diff -R manifests/ --complete
  ippoolctl diff manifests/ --against exported-pools.yaml
  git show HEAD:pools.yaml | ippoolctl diff pools.yaml --against -
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.compared_pools import (
    ComparedPools,
    compared_with_cluster,
    compared_with_files,
)
from ippoolctl.cli.inputs.manifests import read_complete_input, read_existing, require_path
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Paths, Recursive
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import whole_object
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.diff import Change, PoolDiff
from ippoolctl.domain.lint.lookups import repeated
from ippoolctl.errors import ExitCode, InputError, UsageError
from ippoolctl.render.documents.diff_report import diff_document
from ippoolctl.render.notes import Note, info, warning
from ippoolctl.render.sentences.unread import unread_texts
from ippoolctl.render.structured import as_yaml
from ippoolctl.render.text.diff import (
    diff_lines,
    extras_text,
    summary_text,
    unified,
    unified_lines,
)
from ippoolctl.render.text.ignored import dropped_notes
from ippoolctl.render.text.range_change import pieces_text

ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with code 0 even if there are differences")
]
Complete = Annotated[
    bool,
    typer.Option(
        "--complete",
        help="The manifests are complete: pools of the cluster without a manifest are differences",
    ),
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    against: Against = None,
    complete: Complete = False,
    exit_zero: ExitZero = False,
) -> Result:
    """Compare the manifests."""
    app: AppContext = context.obj
    require_path(paths, filename)
    if not paths and not filename:
        raise UsageError("no files specified", "pass the manifests to compare")
    wanted = read_complete_input(app, paths, filename, recursive=recursive, exclude=exclude)
    if not wanted.pools:
        raise InputError("no ExternalIPPools in the input", "check the paths")
    there = read_existing(app, against, recursive=recursive, exclude=exclude)
    compared = (
        compared_with_files(app, wanted, there) if there else compared_with_cluster(app, wanted)
    )
    diffs = compared.diffs(complete=complete)
    losses = compared.losses(diffs)
    differing = [each for each in diffs if each.change is not Change.UNCHANGED]
    text = cache(lambda: unified(differing, _dump))
    problems = [*(there.problems if there else ()), *wanted.problems]
    return Result(
        code=ExitCode.NO if differing and not exit_zero else ExitCode.YES,
        document=lambda: diff_document(
            diffs, losses, compared.extras, compared.unread, text(), problems
        ),
        lines=lambda: [
            *diff_lines(diffs, losses, live=there is None, consumers_known=not compared.unread),
            *unified_lines(text()),
        ],
        notes=(*dropped_notes(compared.dropped), *_warnings(compared, diffs)),
        remarks=(
            *(info(pieces_text(each.name, each.in_pieces)) for each in diffs if each.in_pieces),
            *_remarks(compared, differing, live=there is None, complete=complete),
        ),
    )


def _warnings(compared: ComparedPools, diffs: Sequence[PoolDiff]) -> Iterator[Note]:
    for read in (compared.existing, compared.wanted):
        for _, later in repeated(read):
            yield warning(f"pool {later.name} is defined twice; the last one counts")
    for each in diffs:
        if each.new and each.old and each.old.live and each.old.live.deleted:
            yield warning(f"pool {each.label} is terminating; it is compared as it is now")
    if compared.unread and any(each.can_lose for each in diffs):
        unread = unread_texts(compared.unread)
        yield warning(f"{unread}; consumers that would lose their address can be missing")


def _remarks(
    compared: ComparedPools, diffs: Sequence[PoolDiff], *, live: bool, complete: bool
) -> Iterator[Note]:
    if len(diffs) != 1:
        yield info(summary_text(diffs, live=live))
    if compared.extras and not complete:
        names = [each.name for each in compared.extras]
        yield info(f"{extras_text(names)}; to compare all pools, use --complete")


def _dump(pool: Pool) -> str:
    """The manifest in a normal form: the order of keys means nothing."""
    document = whole_object(pool)
    for holder, field in (
        ("metadata", "labels"),
        ("metadata", "annotations"),
        ("spec", "nodeSelector"),
    ):
        if document[holder].get(field):
            document[holder][field] = _sorted(document[holder][field])
    return as_yaml(document)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
