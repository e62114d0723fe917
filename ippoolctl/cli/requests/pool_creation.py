"""Creating one requested pool, and waiting for its state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ippoolctl.cli.requests.pool_request import PoolRequest
from ippoolctl.crd.created_object import pending_object, with_range
from ippoolctl.crd.externalippool import JsonObject
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.session import Session

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.until import Until


@dataclass(frozen=True)
class CreateOptions:
    """How to create every pool of a command."""

    until: "Until | None"
    """What to wait for after the creation."""
    dry_run: bool
    """Send the requests as server-side dry runs."""
    if_not_exists: bool
    request_id: str | None
    """The value of the option; ``None`` to derive the ID from the arguments."""
    several: bool
    """Whether the name of each pool is appended to the given ID."""
    release: Release | None


def create_pool(
    session: Session, wanted: PoolRequest, options: CreateOptions, before: Sequence[Outcome]
) -> Outcome:
    """Create one pool and wait for its state; ``before`` are the outcomes of earlier pools."""
    pool, id_, search = wanted.pool, options.request_id, wanted.search
    if id_ is None:
        id_ = marks.request_id(pool.name, wanted.arguments)
    elif options.several:
        id_ = f"{id_}/{pool.name}"
    given_id = options.request_id is not None
    request = Request(pool, id_, options.release, options.if_not_exists, given_id)
    if search is None:
        manifest = pending_object(wanted.document, id_)
        create_it = partial(create, session, request, manifest, dry_run=options.dry_run)
    else:
        from ippoolctl.domain.space.taken import taken_by
        from ippoolctl.engine.any_range import allocate

        if options.dry_run:  # pools of the same command that do not exist
            taken = [span for each in before if each.live for span in taken_by(each.live)]
            search = replace(search, excluded=(*search.excluded, *taken))

        def manifest_with(spelling: Spelling) -> JsonObject:
            return pending_object(with_range(wanted.document, spelling), id_)

        dry_run = options.dry_run
        create_it = partial(allocate, session, request, search, manifest_with, dry_run=dry_run)
    if options.until is None:
        return create_it()
    from ippoolctl.engine.await_state import Subject, change_and_await

    subject = Subject(pool.name, release=options.release)
    return change_and_await(session, options.until, subject, create_it)
