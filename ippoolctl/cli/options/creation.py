"""Options of ``create``, of which ``extend`` takes some as well."""

from typing import Annotated

import typer

from ippoolctl.cli.options.shared import offering
from ippoolctl.cli.options.sizes import STRATEGIES
from ippoolctl.domain.space.suggest import MAX_CANDIDATES

DRY_RUNS = ("none", "client", "server")
STATES = ("ready", "seen")

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Name of the pool.")]
DryRun = Annotated[
    str,
    typer.Option(
        "--dry-run",
        metavar="WHERE",
        autocompletion=offering(*DRY_RUNS),
        help="none, client or server; client asks nobody, server writes nothing.",
    ),
]
UntilState = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="STATE",
        autocompletion=offering(*STATES),
        help="Wait further: ready (its status is written) or seen (the webhook knows it).",
    ),
]
Strategy = Annotated[
    str,
    typer.Option(
        "--strategy",
        metavar="ORDER",
        autocompletion=offering(*STRATEGIES),
        help="Which free range to try: random (of the lowest 1000) or first (lowest addresses).",
    ),
]
Count = Annotated[
    int | None,
    typer.Option(
        "--count", metavar="N", min=1, max=MAX_CANDIDATES, help="Make NAME-1 to NAME-N, disjoint."
    ),
]
IfNotExists = Annotated[
    bool,
    typer.Option(
        "--if-not-exists",
        help="A pool of that name that has all that is asked for will do, whoever made it.",
    ),
]
RequestId = Annotated[
    str | None,
    typer.Option(
        "--request-id",
        metavar="ID",
        help="Know the request again by this id, not by what is asked for.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="RULE",
        help="Create it in spite of this hazard, such as EIP305; may be repeated, takes commas.",
    ),
]
Ttl = Annotated[
    str | None,
    typer.Option(
        "--ttl",
        metavar="DURATION",
        help="Let ippoolctl sweep delete it that long after its creation, if nobody uses it.",
    ),
]
