"""Who holds addresses, and who waits for one, for people."""

from collections.abc import Iterable, Iterator

from ippoolctl.domain.space.holders import HeldAddress
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.service import Service
from ippoolctl.domain.surroundings.waiting import Waiting
from ippoolctl.render.sentences.waiting import waiting_text
from ippoolctl.render.styles import Line, Segment, Style, table


def held_lines(held: Iterable[HeldAddress]) -> Iterator[Line]:
    """A table of addresses, with a row for each holder."""
    rows = [
        (each.text, holder.reference.label, node_text(holder), status_cell(each, holder))
        for each in held
        for holder in each.holders
    ]
    yield from table(("ADDRESS", "HOLDER", "NODE", "STATUS"), rows)


def node_text(holder: Egress | Service) -> str:
    """The Node with the address of an Egress; that of a Service only its agent knows."""
    return (isinstance(holder, Egress) and holder.node) or "-"


def status_cell(held: HeldAddress, holder: Egress | Service) -> Segment:
    """The conditions of an Egress, with the message of one that is not True; whether a Service
    shares the address.
    """
    if not isinstance(holder, Egress):
        return Segment("shared" if held.is_shared else "-")
    parts = [
        each.type if each.status == "True" else f"{each.type}={each.status}: {each.message}"
        for each in holder.conditions
    ]
    bad = any(each.status != "True" for each in holder.conditions)
    return Segment(", ".join(parts) or "-", Style.WARNING if bad else Style.PLAIN)


def waiting_lines(waiting: Iterable[Waiting], *, with_pool: bool) -> Iterator[Line]:
    """A table of consumers without an address; ``with_pool`` if they are of several pools."""
    rows = []
    for each in waiting:
        pool = (each.request.pool or "-",) if with_pool else ()
        requested = each.request.requested_text or "any"
        rows.append((each.request.by.label, *pool, requested, waiting_text(each)))
    column = ("POOL",) if with_pool else ()
    yield from table(("WAITING", *column, "REQUESTED", "REASON"), rows)
