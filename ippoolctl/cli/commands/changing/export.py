"""Export the pools of a cluster as manifests that create them again: without what only the server
sets, and without annotations of ippoolctl, except ippoolctl/full. Ranges keep their spelling, which
Antrea compares on update. The output is one stream of YAML documents; with --output-dir it is one
file for each pool, NAME.yaml, which replaces an earlier one. Other files in the directory stay. The
exit code is 1 if a NAME does not exist.

\b
Examples:
  ippoolctl export > pools.yaml
  ippoolctl export edge lab
  ippoolctl export -l team=net --output-dir pools/
  ippoolctl export | ippoolctl diff -f -
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.files.replaced_file import write_new_file
from ippoolctl.cli.options.pools import Selector, parse_pool_names
from ippoolctl.cli.pool_names import Selection, listed_names, not_found_notes
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import ExitCode
from ippoolctl.render.documents.export_list import export_document
from ippoolctl.render.notes import info
from ippoolctl.render.structured import as_yaml
from ippoolctl.render.styles import Line, Segment

_LONGEST_NAME: Final = 255
"""Bytes of a file's name on most file systems; a pool's name can have 253 without the suffix."""

Names = Annotated[list[str] | None, listed_names("Names of the pools to export (default: all)")]
OutputDir = Annotated[
    Path | None,
    typer.Option(
        "--output-dir", metavar="DIR", help="Write one file for each pool into this directory"
    ),
]


def run(
    context: typer.Context,
    names: Names = None,
    selector: Selector = None,
    output_dir: OutputDir = None,
) -> Result:
    """Export the pools."""
    app: AppContext = context.obj
    names = parse_pool_names(names or (), optional=True)
    live = app.live().pools
    chosen = Selection(app, names, selector).of(live, ())
    pools = [each for each in live if each.name in chosen]
    manifests = [exported(each) for each in pools]
    files: dict[str, str] = {}
    if output_dir is not None:
        for pool, manifest in zip(pools, manifests, strict=True):
            path = output_dir / _file_name(pool)
            write_new_file(path, as_yaml(manifest).encode())
            files[pool.name] = str(path)
    missing = [each for each in names if each not in {pool.name for pool in live}]

    def lines() -> list[Line]:
        rows = files.values() if output_dir else as_yaml(*manifests).splitlines() if pools else ()
        return [Line((Segment(each),), exact=output_dir is None) for each in rows]

    return Result(
        code=ExitCode.NO if missing else ExitCode.YES,
        document=lambda: export_document(manifests, files),
        lines=lines,
        names=lambda: [each.name for each in pools],
        objects=lambda: manifests,
        notes=tuple(not_found_notes(missing, [each.name for each in live])),
        remarks=() if pools or missing else (info("no ExternalIPPools found"),),
        summary=lambda: f"wrote {', '.join(files.values())}" if files else "",
    )


def _file_name(pool: Pool) -> str:
    """``NAME.yaml``; for a name that is too long, its beginning and a hash of it."""
    name = quote(pool.name, safe="")
    if len(f"{name}.yaml") > _LONGEST_NAME:
        name = f"{name[:200]}-{sha256(name.encode()).hexdigest()[:16]}"
    return f"{name}.yaml"
