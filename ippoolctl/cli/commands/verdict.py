"""Predict offline what the API server and Antrea's webhook answer to manifests, with every reason.
Manifests are processed in order; an admitted pool exists for the next one. The manifest of an
existing pool (--against or --live) is an update. TOTAL is the predicted status.usage.total ("-" if
it never stabilizes), USABLE the number of addresses that Antrea can assign. The exit code is 0 if
all pools are admitted, otherwise 4.

\b
Examples:
  ippoolctl verdict new-pool.yaml
  ippoolctl verdict new-pool.yaml --against exported-pools.yaml --antrea 2.4.2
  kubectl get eip -o yaml | ippoolctl verdict changed.yaml --against -
"""

from dataclasses import replace

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Live, Paths, Recursive
from ippoolctl.cli.prediction import predict
from ippoolctl.cli.result import Result
from ippoolctl.domain.lint.surroundings import release_in
from ippoolctl.errors import UsageError
from ippoolctl.render.notes import info


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    against: Against = None,
    live: Live = False,
) -> Result:
    """Answer for the manifests."""
    app: AppContext = context.obj
    app.require_path(paths, filename)
    if not paths and not filename:
        raise UsageError(
            "no files were given", "pass manifests: files, directories, or - for standard input"
        )
    asked = app.manifests(paths, filename, recursive=recursive, exclude=exclude)
    if live and against:
        raise UsageError("--live and --against cannot be used together", "remove one of the two")
    existing = (
        app.complete(against, None, recursive=recursive, exclude=exclude) if against else None
    )
    read = [each for each in (asked, existing) if each is not None]
    if not live:
        return predict(app, asked.pools, asked, existing.pools if existing else [], read)
    listed, objects = app.live_with(())
    release = app.assume(release_in(objects))
    result = predict(app, asked.pools, asked, list(listed.pools), read, release=release)
    assumed = info("assumes that the webhook cache is up to date; it may contain deleted pools")
    return replace(result, remarks=(*result.remarks, assumed))
