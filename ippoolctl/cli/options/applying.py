"""Options of commands that carry out a plan."""

from typing import Annotated

import typer

Complete = Annotated[
    bool,
    typer.Option(
        "--complete",
        help="The manifests are complete: delete unused pools of the cluster without a manifest",
    ),
]
Ordered = Annotated[
    bool,
    typer.Option(
        "--ordered",
        help="Let a pool take addresses of another one that is deleted in the same change",
    ),
]
Replace = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="Delete and create pools that cannot be changed; consumers keep their addresses",
    ),
]
PlanFile = Annotated[
    str | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Carry out the plan that -o plan=FILE saved, unless the cluster has changed",
    ),
]
