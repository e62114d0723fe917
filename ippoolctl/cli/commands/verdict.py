"""Predict offline what the API server and Antrea's webhook answer to manifests, with every reason.
Manifests are processed in order; an admitted pool exists for the next one. The manifest of an
existing pool (--against or --live) is an update. TOTAL is the predicted status.usage.total ("-" if
it never stabilizes), USABLE the number of addresses that Antrea can assign. The exit code is 0 if
all pools are admitted, otherwise 4.

With --live, --probe sends each admitted new pool to the webhook as a server-side dry run. It names
a deleted pool that the webhook cache still contains (exit code 5).

\b
Examples:
  ippoolctl verdict new-pool.yaml
  ippoolctl verdict new-pool.yaml --against exported-pools.yaml --antrea 2.4.2
  ippoolctl verdict new-pool.yaml --live --probe
  kubectl get eip -o yaml | ippoolctl verdict changed.yaml --against -
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_existing, read_input, require_path
from ippoolctl.cli.linting.prediction import predict
from ippoolctl.cli.options.pools import Against, ExcludePath, Files, Live, Paths, Recursive
from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import requested_object
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.explanation.probe import Probe, ProbeState
from ippoolctl.domain.lint.surroundings import release_in
from ippoolctl.errors import UsageError
from ippoolctl.render.notes import info

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests

ProbeOption = Annotated[
    bool,
    typer.Option(
        "--probe", help="Ask the webhook about new pools by server-side dry runs; requires --live"
    ),
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    exclude: ExcludePath = None,
    against: Against = None,
    live: Live = False,
    probe: ProbeOption = False,
) -> Result:
    """Answer for the manifests."""
    app: AppContext = context.obj
    require_path(paths, filename)
    if not paths and not filename:
        raise UsageError(
            "no files specified", "pass manifests: files, directories, or - for standard input"
        )
    asked = read_input(app, paths, filename, recursive=recursive, exclude=exclude)
    if live and against:
        raise UsageError("--live and --against cannot be used together", "remove one of the two")
    if probe and not live:
        raise UsageError("--probe requires --live", "use --live, or remove --probe")
    existing = read_existing(app, against, recursive=recursive, exclude=exclude)
    read = [each for each in (asked, existing) if each is not None]
    if not live:
        return predict(app, asked.pools, asked, existing.pools if existing else [], read)
    listed, objects = app.live_with(())
    release = app.assume(release_in(objects))
    existing_pools = list(listed.pools)
    if probe:
        return predict(
            app,
            asked.pools,
            asked,
            existing_pools,
            read,
            release=release,
            probe=lambda pools: _probes(app, asked, pools),
        )
    result = predict(app, asked.pools, asked, existing_pools, read, release=release)
    assumed = info(
        "assumes that the webhook cache is up to date; it may contain deleted pools (use --probe)"
    )
    return replace(result, remarks=(*result.remarks, assumed))


def _probes(app: AppContext, asked: "Manifests", pools: Sequence[Pool]) -> list[Probe]:
    """The server's answers to dry runs of these pools."""
    from ippoolctl.engine.probe import probe_pool
    from ippoolctl.manifests.read import object_of

    probes: list[Probe] = []
    with app.engine_session(seconds=None) as session:
        for pool in pools:
            probes.append(probe_pool(session, pool, requested_object(object_of(asked, pool))))
            if probes[-1].state is not ProbeState.UNKNOWN:
                session.renew()  # each pool has its own time, as long as the server answers
    return probes
