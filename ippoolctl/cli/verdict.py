"""Say offline what the API server and Antrea's webhook will answer to these manifests: every
reason, in order. A pool that is admitted counts for the next one; a pool that exists (--against)
makes its manifest an update. Exit code 0 if all are admitted, 4 if not.

\b
Examples:
  ippoolctl verdict new-pool.yaml
  ippoolctl verdict new-pool.yaml --against exported-pools.yaml --antrea 2.4.2
  kubectl get eip -o yaml | ippoolctl verdict changed.yaml --against -
"""

from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.context import AppContext, input_code, problem_documents
from ippoolctl.cli.options import Against, Files, Paths, Recursive
from ippoolctl.domain.known_pools import KnownPools
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.rehearsal import rehearse
from ippoolctl.domain.rules import RULES
from ippoolctl.errors import ExitCode, worst

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests

FORMATS = ("table", "json", "yaml")


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    against: Against = None,
) -> ExitCode:
    """Answer for the manifests."""
    app: AppContext = context.obj
    manifests = app.manifests(paths, filename, recursive=recursive)
    known, code = known_pools(app, against, recursive=recursive)
    return worst(answer(app, manifests.pools, known, manifests), code, input_code(manifests))


def known_pools(
    app: AppContext, against: list[str] | None, *, recursive: bool
) -> tuple[KnownPools, ExitCode]:
    """The pools that exist, by ``--against``, and what reading them adds to the exit code."""
    if not against:
        return KnownPools(), ExitCode.YES
    existing = app.manifests(against, None, recursive=recursive)
    return KnownPools(existing.pools), input_code(existing)


def answer(
    app: AppContext, pools: list[Pool], known: KnownPools, manifests: "Manifests | None" = None
) -> ExitCode:
    """Emit the answers to these pools."""
    answers = list(rehearse(pools, known, app.release, RULES))
    places = manifests.locate((pool, ()) for pool in pools) if manifests else {}
    if app.emitter.for_machines:
        from ippoolctl.render.documents import verdict_document

        problems = problem_documents(manifests) if manifests else []
        app.emitter.document(verdict_document(answers, places, app.release, problems))
    elif answers:
        from ippoolctl.render.text_verdict import answer_lines

        app.emitter.lines(answer_lines(answers, places))
    else:
        app.emitter.talk("no ExternalIPPools in the input")
    admitted = all(each.admitted for each in answers)
    return ExitCode.YES if admitted else ExitCode.REFUSED
