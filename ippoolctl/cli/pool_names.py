"""Arguments with names of pools, completed with those of the cluster."""

from typing import Annotated

import typer

from ippoolctl.cli import context as wiring
from ippoolctl.cli.options.global_options import GlobalOptions
from ippoolctl.cli.presenter import Presenter

COMPLETION_TIMEOUT = "1s"
"""Total time of one completion."""


def offer_pool_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names that start with this text; none, without a message, if the cluster does not respond."""
    # Names that are on the command line already.
    given = context.params.get("names")
    taken = given if isinstance(given, list | tuple) else ()
    try:
        gateway = wiring.connected(_options(context), Presenter(quiet=True))
        try:
            pools = gateway.list_pools(within=1.0).pools
        finally:
            gateway.close()
    except Exception:
        return []
    return [
        each.name for each in pools if each.name.startswith(incomplete) and each.name not in taken
    ]


def _options(context: typer.Context) -> GlobalOptions:
    """The global options before and after the command name."""
    options = GlobalOptions()
    for params in (context.find_root().params, context.params):
        known = {name: value for name, value in params.items() if name in GlobalOptions._fields}
        options = options.merged({**known, "verbose": 0})
    return options._replace(request_timeout=COMPLETION_TIMEOUT)


PoolName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the pool", autocompletion=offer_pool_names),
]
PoolNames = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Names of the pools", autocompletion=offer_pool_names),
]
