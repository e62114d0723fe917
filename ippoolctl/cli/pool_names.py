"""Names of pools: arguments, completed with those of the cluster, and the selection of pools."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from ippoolctl.cli import context as wiring
from ippoolctl.cli.options.global_options import GlobalOptions
from ippoolctl.cli.options.pools import LIST_HINT, not_found_hint
from ippoolctl.cli.presenter import Presenter
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import UsageError
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.render.notes import Note, error

_BAD_REQUEST: Final = 400
COMPLETION_TIMEOUT = 1.0
"""Seconds for one completion."""


def offer_pool_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names that start with this text; none, without a message, if the cluster does not respond."""
    # Names that are on the command line already.
    given = context.params.get("names")
    taken = given if isinstance(given, list | tuple) else ()
    try:
        gateway = wiring.connected(_options(context), Presenter(quiet=True), COMPLETION_TIMEOUT)
        try:
            pools = gateway.list_pools(within=COMPLETION_TIMEOUT).pools
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
    return options


PoolName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of the pool", autocompletion=offer_pool_names),
]


def listed_names(help_: str) -> Any:
    """The argument for any number of names, none for all pools."""
    return typer.Argument(metavar="[NAME]...", help=help_, autocompletion=offer_pool_names)


PoolNames = Annotated[
    list[str] | None, listed_names("Names of the pools, or quoted patterns such as 'e2e-*'")
]


def not_found_notes(
    names: Iterable[str], known: Collection[str], where: str = LIST_HINT
) -> list[Note]:
    """An error for each of these names, which none of the ``known`` pools has; see
    :func:`~ippoolctl.cli.options.pools.not_found_hint`.
    """
    return [error(f"pool {each} not found", not_found_hint(each, known, where)) for each in names]


class Selection:
    """The selected pools; the server evaluates selectors."""

    def __init__(self, app: wiring.AppContext, names: Sequence[str], selector: str | None) -> None:
        self._app, self._names, self._selector = app, frozenset(names), selector
        self._labels: Mapping[str, object] | None = None
        """Of all pools, when the server was last asked."""
        self._matching: frozenset[str] = frozenset()

    def of(self, pools: Sequence[Pool], deleted: Sequence[Pool]) -> frozenset[str]:
        """The names of the selected ones of these pools."""
        chosen = self._names or frozenset(each.name for each in (*pools, *deleted))
        if self._selector is None:
            return chosen
        labels = {each.name: each.labels for each in pools}
        gone = self._matching & {each.name for each in deleted}
        if labels != self._labels:
            try:
                self._matching = frozenset(self._ask(self._selector))
                self._labels = labels
            except Fault:
                # A watch goes on with what was selected, and asks again after the next change.
                if self._labels is None:
                    raise
        return chosen & (self._matching | gone)

    def _ask(self, selector: str) -> list[str]:
        with selector_checked(selector):
            return [each.name for each in self._app.gateway.list_pools(selector=selector).pools]


@contextmanager
def selector_checked(selector: str) -> Iterator[None]:
    """Turn the server's rejection of a selector into a :class:`UsageError`."""
    try:
        yield
    except UnicodeEncodeError:  # a command line can have any bytes
        raise UsageError(f"invalid --selector: {selector!r}", "use key=value") from None
    except RejectedFault as fault:
        if fault.status != _BAD_REQUEST:
            raise
        raise UsageError(f"--selector {selector}: {fault.message}", "use key=value") from None
