"""Names of live pools, offered where a shell completes one."""

from typing import Any

import typer

from ippoolctl.cli.emit import Emitter
from ippoolctl.cli.options.global_options import GlobalOptions

PATIENCE = "1s"
"""How long whoever presses the tabulator is kept waiting."""


def offer_pool_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names that begin like this; none if the cluster cannot be asked, and never a word of why."""
    from ippoolctl.cli.cluster import connected

    taken = _typed(context.params)
    try:
        gateway = connected(_options(context), Emitter(quiet=True))
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
    """The global options of both sides, as far as they are typed."""
    options = GlobalOptions()
    for params in (context.find_root().params, context.params):
        known = {name: value for name, value in params.items() if name in GlobalOptions._fields}
        options = options.merged({**known, "verbose": 0})
    return options._replace(request_timeout=PATIENCE)


def _typed(params: dict[str, Any]) -> set[str]:
    """Names that stand there already."""
    names = params.get("names")
    return set(names) if isinstance(names, list | tuple) else set()
