"""Reading what has addresses, for commands that look for free ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.files.addresses import read_addresses
from ippoolctl.cli.inputs.manifests import read_complete_input, require_path
from ippoolctl.cli.options.declaration import split_values
from ippoolctl.cli.options.pools import is_range, parse_ranges
from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.free_space import FreeSpace, free_space
from ippoolctl.domain.space.reserved import KINDS, Reserved, reserved
from ippoolctl.domain.space.subnets import pool_subnets
from ippoolctl.domain.space.taken import taken_by
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.errors import UsageError
from ippoolctl.reading.files import file_mode
from ippoolctl.render.notes import info, warning
from ippoolctl.render.sentences.unread import unread_text

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests
    from ippoolctl.reading.sources import Problem


@dataclass(frozen=True)
class TakenSpace:
    """What has addresses, in the cluster, in files or in both."""

    pools: tuple[Pool, ...]
    reserved: tuple[Reserved, ...]
    """What anything else has."""
    problems: "tuple[Problem, ...]"

    @property
    def taken(self) -> Iterator[Reserved]:
        """What pools have, each under the name of its pool."""
        return (Reserved(span, pool.name) for pool in self.pools for span in taken_by(pool))

    def space(self, networks: Sequence[Network], excluded: Sequence[Span]) -> FreeSpace:
        """What is free in these networks, or in the subnets of the pools if there are none.

        Raises :class:`UsageError` without any network.
        """
        subnets = list(dict.fromkeys(each.network for each in pool_subnets(self.pools)))
        searched = networks or subnets
        if not searched:
            raise UsageError(
                "no network to search", "use --within CIDR, or set supernets in .ippoolctl.yaml"
            )
        taken = [*excluded, *(each.span for each in self.reserved)]
        for pool in self.pools:
            taken += taken_by(pool)
        return free_space(searched, taken, subnets)


def read_taken_space(
    app: AppContext,
    paths: Sequence[str] | None,
    files: Sequence[str] | None,
    excluded: Sequence[str] | None,
    *,
    recursive: bool,
    live: bool,
) -> TakenSpace:
    """What has addresses in these paths and files; in the cluster without them, and with ``live``.

    ``excluded`` are the files of exclusions: one of them may be standard input.
    """
    for each in paths or ():
        if "/" in each and is_range(each) and not file_mode(each):
            raise UsageError(f"{each}: no such file or directory", f"use --within {each}")
    given = [*(paths or ()), *(files or ())]
    require_path(given, [each for each in excluded or () if each == STDIN])
    manifests = read_complete_input(app, paths, files, recursive=recursive)
    from_cluster = live or not given
    if not (from_cluster or manifests.pools):
        app.presenter.note(warning("no ExternalIPPools in the input"))
    pools = (*manifests.pools, *(app.live().pools if from_cluster else ()))
    return TakenSpace(
        pools,
        read_reserved(app, manifests, live=from_cluster),
        tuple(manifests.problems),
    )


def excluded_spans(
    app: AppContext, exclude: list[str] | None, files: Sequence[str] | None
) -> tuple[Span, ...]:
    """The ranges to avoid: those of ``--exclude``, of the configuration and of these files.

    Raises :class:`~ippoolctl.errors.InputError` for one that cannot be read.
    """
    ranges = parse_ranges([*split_values(exclude), *app.config.exclude])
    spans = [each.span for each in ranges]
    for file in files or ():
        if file == STDIN:
            app.take_standard_input()
        spans += (span for _, span in read_addresses(file))
    return tuple(spans)


def read_reserved(
    app: AppContext, manifests: "Manifests | None", *, live: bool
) -> tuple[Reserved, ...]:
    """What has addresses in manifests and, with ``live``, in the cluster: one list for each kind,
    all at the same time.

    What cannot be read is told with ``-v`` and is no error. A kind that the cluster does not serve
    has no objects.
    """
    from ippoolctl.cluster.surroundings import SurroundingsReading
    from ippoolctl.domain.lint.surroundings import after_apply, known_objects

    around = SurroundingsReading(app.gateway, KINDS).result() if live else {}
    for _, found in sorted(around.items()) if app.options.verbose else ():
        if isinstance(found, Unknown) and found.hides_objects:
            app.presenter.note(info(f"{unread_text(found)}; their addresses are not avoided"))
    written = manifests.surroundings if manifests is not None else {}
    return reserved(known_objects(after_apply(written, around)))
