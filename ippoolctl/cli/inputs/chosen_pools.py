"""The pools that a command changes: by names and patterns, by labels, or as in manifests."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import NamedTuple

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.manifests import read_complete_input
from ippoolctl.cli.options.pools import is_pattern, parse_pool_names
from ippoolctl.cli.pool_names import selector_checked
from ippoolctl.engine.session import Session, timeout_as_fault
from ippoolctl.errors import InputError, UsageError
from ippoolctl.render.quantities import counted


class ChosenPools(NamedTuple):
    """What the command line says; the cluster tells which pools match a pattern or a selector."""

    names: tuple[str, ...] = ()
    """Names and patterns."""
    selector: str | None = None

    @timeout_as_fault()
    def matching(self, session: Session) -> tuple[list[str], list[str]]:
        """The names of the chosen pools, each once, and the patterns that no pool matches.

        Raises a :class:`~ippoolctl.ports.faults.Fault` if the pools cannot be listed.
        """
        if self.selector is not None:
            with selector_checked(self.selector):
                list_pools = partial(session.gateway.list_pools, selector=self.selector)
                found = [each.name for each in session.ask(list_pools).pools]
            return found, [] if found else [f"--selector {self.selector}"]
        if not any(map(is_pattern, self.names)):
            return list(self.names), []
        live = [each.name for each in session.list_pools().pools]
        chosen: dict[str, None] = {}
        unmatched = []
        for each in self.names:
            found = [name for name in live if fnmatchcase(name, each)]
            unmatched += [] if found or not is_pattern(each) else [each]
            chosen |= dict.fromkeys(found if is_pattern(each) else [each])
        return list(chosen), unmatched


def chosen_pools(
    app: AppContext,
    names: Sequence[str] | None,
    selector: str | None,
    files: Sequence[str] | None,
    *,
    recursive: bool,
) -> ChosenPools:
    """The pools of a command line, which has exactly one of the three.

    Raises :class:`UsageError` otherwise, and :class:`InputError` for files without pools, or with
    one whose name is unknown.
    """
    if sum(each is not None for each in (names or None, selector, files or None)) != 1:
        if not (names or selector is not None or files):
            raise UsageError("no pools specified", "pass NAME, --selector or --filename")
        raise UsageError(
            "NAME, --selector and --filename cannot be used together", "use one of them"
        )
    if selector is not None:
        if not selector.strip():
            raise UsageError("the selector is empty, so it would match all pools", "use key=value")
        return ChosenPools(selector=selector)
    if names:
        parsed = parse_pool_names(names, patterns=True)
        if len(set(parsed)) < len(parsed):
            raise UsageError("duplicate pool name", "use each name once")
        return ChosenPools(tuple(parsed))
    manifests = read_complete_input(app, None, files, recursive=recursive, ignores_invalid=False)
    if not manifests.pools:
        raise InputError("no ExternalIPPools in the input", "check the paths")
    nameless = [each for each in manifests.pools if each.generated or not each.name]
    if nameless:
        count = counted(len(nameless), "pool")
        raise InputError(f"{count} in the input without a name", "pass the names as arguments")
    return ChosenPools(tuple(dict.fromkeys(each.name for each in manifests.pools)))


def numbered(name: str, live: Iterable[str]) -> tuple[str, ...]:
    """The pools that ``create NAME --count N`` has made in place of one of that name, in order."""
    ends = {each: each.removeprefix(f"{name}-") for each in live if each.startswith(f"{name}-")}
    return tuple(
        sorted((each for each in ends if ends[each].isdecimal()), key=lambda each: int(ends[each]))
    )
