"""The ranges that a command is to append to a pool, from its options, and the append."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.own_networks import own_networks
from ippoolctl.cli.options.pools import LIST_HINT, parse_pool, parse_pool_name
from ippoolctl.cli.options.sizes import (
    RANDOM,
    SEVERAL_APPENDS,
    parse_search,
    parse_size,
    parse_within,
)
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.extended import appended_by
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.errors import ExitCode, NotFoundError, UsageError

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.outcome import Outcome
    from ippoolctl.domain.protocol.until import Until
    from ippoolctl.domain.space.search import Search
    from ippoolctl.engine.session import Session


@dataclass(frozen=True)
class AppendOptions:
    """What the options of a command say about an append."""

    name: str
    ranges: list[str]
    ips: int | None
    prefix: int | None
    within: list[str]
    exclude: list[str]
    near: str | None
    request_id: str | None


@dataclass(frozen=True)
class AppendRequest:
    """Ranges to append to a pool."""

    more: Pool
    """The name of the pool and the ranges; none if there is a ``search``."""
    search: "Search | None"
    """Which ranges satisfy the request, if none are given."""
    id: str
    given_id: bool = False
    """Whether the ID of a ``search`` is that of ``--request-id``."""

    def avoiding(self, reserved: Sequence[Reserved]) -> "AppendRequest":
        """The request for a range without reserved addresses."""
        search = self.search.without(reserved) if self.search is not None else None
        return replace(self, search=search)


def requested_append(
    app: AppContext, options: AppendOptions, get_pool: Callable[[str], Pool | None]
) -> AppendRequest:
    """The append of the options; ``get_pool`` returns the pools that they name.

    Raises :class:`UsageError` and :class:`~ippoolctl.errors.InputError` for invalid options, and
    :class:`NotFoundError` if a pool that they name does not exist.
    """
    name = options.name
    if options.ips is None and options.prefix is None:
        more, _ = parse_pool(name, options.ranges)
        texts = more.texts
        if len(set(texts)) < len(texts):
            raise UsageError("duplicate range", "use each range once")
        id_ = options.request_id or marks.request_id(name, {"extend": list(texts)})
        return AppendRequest(more, None, id_)
    size = parse_size(options.ips, options.prefix, SEVERAL_APPENDS)
    networks = parse_within(options.within, app.config.supernets, required=False)
    asked = bool(networks)
    if not networks:
        networks = own_networks(app, _named(name, get_pool), size)
    search = parse_search(size, networks, [*options.exclude, *app.config.exclude], RANDOM)
    search = replace(search, binding=asked)
    if options.near is not None:
        from ippoolctl.domain.space.taken import taken_in

        address = parse_addr(options.near)
        near = (
            (Span(address, address),)
            if address is not None
            else tuple(taken_in(_named(parse_pool_name(options.near), get_pool).ranges))
        )
        search = replace(search, near=near)
    arguments: dict[str, Any] = {"ips": options.ips, "prefix": options.prefix}
    arguments |= {"within": options.within, "exclude": options.exclude, "near": options.near}
    id_ = options.request_id or marks.request_id(name, {"extend": arguments})
    return AppendRequest(Pool(name, ()), search, id_, options.request_id is not None)


def _named(name: str, get_pool: Callable[[str], Pool | None]) -> Pool:
    found = get_pool(name)
    if found is None:
        raise NotFoundError(f"pool {name} not found", LIST_HINT)
    return found


def append_ranges(
    session: "Session",
    request: AppendRequest,
    release: Release | None,
    until: "Until | None",
    *,
    dry_run: bool,
) -> "Outcome":
    """Append the ranges and wait for the state of the pool."""
    if until is None:
        return _append(session, request, release, dry_run=dry_run)
    from ippoolctl.domain.protocol.until import Until
    from ippoolctl.engine.await_state import Subject, change_and_await

    def append() -> "Outcome":
        if until is Until.SEEN:
            # After the append, which cannot be undone, it would be too late to ask.
            why = "--until seen requires the verb create, for dry-run requests to the webhook"
            session.require_rights(["create"], why)
        return _append(session, request, release, dry_run=dry_run)

    subject = Subject(request.more.name, ranges=request.more.ranges, release=release)
    return change_and_await(session, until, subject, append)


def _append(
    session: "Session", request: AppendRequest, release: Release | None, *, dry_run: bool
) -> "Outcome":
    from ippoolctl.domain.protocol.extension import Extension
    from ippoolctl.engine.range_claim import extend

    more, search = request.more, request.search
    sized = search is not None
    extension = Extension(more.name, more.ranges, request.id, release, sized, request.given_id)
    if search is None:
        return extend(session, extension, dry_run=dry_run)
    from ippoolctl.engine.any_range import extend_by_size

    outcome = extend_by_size(session, extension, search, dry_run=dry_run)
    live = outcome.live
    if outcome.code is not ExitCode.YES or live is None:
        return outcome
    appended = live.texts[-1:] if dry_run else appended_by(live, request.id)
    return replace(outcome, appended=appended)
