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

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from ippoolctl.cli.context import AppContext, input_code, problem_documents
from ippoolctl.cli.options.pools import Against, Files, Live, Paths, Recursive
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.simulation import simulate_admission
from ippoolctl.errors import ExitCode, UsageError, worst

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests

FORMATS = ("table", "json", "yaml")


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    against: Against = None,
    live: Live = False,
) -> ExitCode:
    """Answer for the manifests."""
    app: AppContext = context.obj
    asked = app.required_manifests(paths, filename, recursive=recursive)
    if live and against:
        raise UsageError("--live and --against exclude each other", "take one of them")
    existing = app.complete(against, None, recursive=recursive) if against else None
    known = existing.pools if existing else app.live_pools() if live else []
    read = [each for each in (asked, existing) if each is not None]
    return answer(app, asked.pools, asked, known, read)


def answer(
    app: AppContext,
    pools: list[Pool],
    asked: "Manifests | None",
    existing: list[Pool],
    read: "Sequence[Manifests]",
    *,
    always_create: bool = False,
) -> ExitCode:
    """Emit the answers to these pools, which were ``asked`` about, beside the existing ones.

    ``read`` is all that was read, for what could not be.
    """
    known = KnownPools(existing)
    answers = list(
        simulate_admission(pools, known, app.release, RULES, always_create=always_create)
    )
    places = asked.locate((pool, ()) for pool in pools) if asked else {}
    if app.emitter.for_machines:
        from ippoolctl.render.documents import verdict_document

        problems = problem_documents(*read)
        app.emitter.document(verdict_document(answers, places, app.release, problems))
    elif answers:
        from ippoolctl.render.text_verdict import answer_lines

        app.emitter.lines(answer_lines(answers, places, app.release, len(existing)))
    else:
        app.emitter.talk("no ExternalIPPools in the input")
    admitted = all(each.admitted for each in answers)
    return worst(ExitCode.YES if admitted else ExitCode.REFUSED, *map(input_code, read))
