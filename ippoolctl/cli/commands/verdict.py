"""Say offline what the API server and Antrea's webhook will answer to these manifests: every
reason, in order. A pool that is admitted counts for the next one; a pool that exists (in --against,
or with --live in the cluster) makes its manifest an update. TOTAL is the status.usage.total to come
("-" if it never comes to rest), USABLE how many addresses can be handed out. Exit code 0 if all are
admitted, 4 if not.

\b
Examples:
  ippoolctl verdict new-pool.yaml
  ippoolctl verdict new-pool.yaml --against exported-pools.yaml --antrea 2.4.2
  kubectl get eip -o yaml | ippoolctl verdict changed.yaml --against -
"""

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.pools import Against, Files, Live, Paths, Recursive
from ippoolctl.cli.prediction import predict
from ippoolctl.cli.result import Result
from ippoolctl.errors import UsageError


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    against: Against = None,
    live: Live = False,
) -> Result:
    """Answer for the manifests."""
    app: AppContext = context.obj
    asked = app.required_manifests(paths, filename, recursive=recursive)
    if live and against:
        raise UsageError("--live and --against exclude each other", "take one of them")
    existing = app.complete(against, None, recursive=recursive) if against else None
    known = existing.pools if existing else app.live_pools() if live else []
    read = [each for each in (asked, existing) if each is not None]
    return predict(app, asked.pools, asked, known, read)
