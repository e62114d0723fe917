"""Predicting the answers to pools, for ``verdict`` and for dry runs without a cluster."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import input_code
from ippoolctl.cli.result import Result
from ippoolctl.domain.antrea.admission import Operation
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.explanation.probe import ProbeState
from ippoolctl.domain.lint.simulation import simulate_admission
from ippoolctl.errors import ExitCode, worst
from ippoolctl.render.documents.verdict_list import verdict_document
from ippoolctl.render.notes import info
from ippoolctl.render.text.verdict import answer_lines, probe_lines

if TYPE_CHECKING:
    from ippoolctl.domain.explanation.probe import Probe
    from ippoolctl.manifests.read import Manifests


def predict(
    app: AppContext,
    pools: list[Pool],
    asked: "Manifests | None",
    existing: list[Pool],
    read: "Sequence[Manifests]",
    *,
    always_create: bool = False,
    release: AssumedRelease | None = None,
    probe: Callable[[Sequence[Pool]], Sequence["Probe"]] | None = None,
) -> Result:
    """The predicted answers to these pools, in order, if the ``existing`` pools exist.

    ``asked`` are the manifests of the pools, if there are any; ``read`` are all manifests, for the
    unreadable ones. With ``always_create`` no pool counts as an update. ``release`` is that of the
    cluster of the existing pools. ``probe`` asks it about the pools that it should create.
    """
    known = KnownPools(existing)
    assumed = release or app.assume(None)
    answers = list(simulate_admission(pools, known, assumed.release, always_create=always_create))
    places = asked.locate((pool, ()) for pool in pools) if asked else {}
    admitted = [each.pool for each in answers if each.admitted]
    problems = [problem for each in read for problem in each.problems]
    new = [each.pool for each in answers if each.admitted and each.operation is Operation.CREATE]
    probes = None if probe is None else probe(new)

    return Result(
        code=worst(
            ExitCode.YES if len(admitted) == len(answers) else ExitCode.REFUSED,
            *map(input_code, read),
            *(_CODES[each.state] for each in probes or ()),
        ),
        document=lambda: verdict_document(answers, places, assumed, problems, probes),
        lines=lambda: (
            [
                *answer_lines(
                    answers,
                    places,
                    assumed,
                    len(existing),
                    live=release is not None,
                    creates=always_create,
                ),
                *probe_lines(probes or ()),
            ]
            if answers
            else ()
        ),
        names=lambda: [each.name for each in admitted],
        ranges=lambda: [text for each in admitted for text in each.texts],
        remarks=() if answers or problems else (info("no ExternalIPPools in the input"),),
    )


_CODES: Final = {
    ProbeState.ADMITTED: ExitCode.YES,
    ProbeState.STALE: ExitCode.NOT_YET,
    ProbeState.TEMPORARY: ExitCode.NOT_YET,
    ProbeState.REFUSED: ExitCode.REFUSED,
    ProbeState.UNKNOWN: ExitCode.UNKNOWN,
}
