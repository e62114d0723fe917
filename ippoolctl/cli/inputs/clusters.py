"""Several clusters in one command: one for each ``--context``, all read at the same time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from ippoolctl.cli import context as wiring
from ippoolctl.errors import ExitCode, IppoolctlError, UsageError

Read = TypeVar("Read")


class Cluster(NamedTuple):
    """One of several clusters."""

    name: str
    """The name of the context."""
    app: wiring.AppContext
    """The run of the command, with this context as the only one."""


@contextmanager
def several_clusters(app: wiring.AppContext) -> Iterator[Sequence[Cluster]]:
    """The clusters of several contexts; none if at most one is given. Nothing is sent yet.

    Raises :class:`UsageError` for a duplicate cluster, and what
    :func:`ippoolctl.cluster.kubeconfig.choose.connect` raises.
    """
    contexts = app.options.contexts if len(app.options.contexts) > 1 else ()
    servers: dict[str, str] = {}
    found: list[Cluster] = []
    for name in contexts:
        if name in servers.values():
            raise UsageError(f"duplicate context {name}", "remove one of the two")
        options = app.options._replace(contexts=(name,))
        server = options.connection().server
        other = servers.setdefault(server, name)
        if other != name:
            message = f"contexts {other} and {name} are the same cluster: {server}"
            raise UsageError(message, "remove one of the two")
        presenter = app.presenter._replace(about=name)
        found.append(Cluster(name, app.of_cluster(options, presenter)))
    try:
        yield found
    finally:
        for each in found:
            each.app.close()


def at_once(
    clusters: Sequence[Cluster], read: Callable[[wiring.AppContext], Read]
) -> list[Read | IppoolctlError]:
    """The result for each cluster, or why there is none; one does not wait for another.

    Raises what is no matter of one cluster, such as a bug.
    """
    found: dict[str, Read | BaseException] = {}

    def run(cluster: Cluster) -> None:
        try:
            found[cluster.name] = read(cluster.app)
        except BaseException as failure:  # the thread that asks for the results judges it
            found[cluster.name] = failure

    threads = [threading.Thread(target=run, args=(each,), daemon=True) for each in clusters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [_result(found[each.name]) for each in clusters]


def _result(found: Read | BaseException) -> Read | IppoolctlError:
    if not isinstance(found, BaseException):
        return found
    if isinstance(found, IppoolctlError) and found.exit_code is ExitCode.UNKNOWN:
        return found
    raise found
