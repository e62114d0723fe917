"""The content of a page about the address space: its tables and totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ippoolctl.domain.addresses.ranges import size
from ippoolctl.domain.antrea.pool import Places, Pool
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.space.charts import SpaceMap
from ippoolctl.domain.space.holders import HeldAddress, Holders
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.domain.space.occupancy import Occupation
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.waiting import Waiting
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.drawing.tables import Cell, Table, address_cell, number_cell
from ippoolctl.render.node_selector import selector_text
from ippoolctl.render.sentences.waiting import waiting_text

_SEVERITY_KINDS: Final = {Severity.ERROR: "bad", Severity.WARNING: "worry", Severity.INFO: ""}
_BAD_STATES: Final = {PoolState.OVERLAP, PoolState.FROZEN, PoolState.HAZARD}
_RANGES_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class MapPage:
    """What the page is about."""

    shown: SpaceMap
    rows: Sequence[PoolRow]
    """The pools with their numbers, those that are only written included."""
    consumers: Holders
    report: Report
    """The findings about all these pools."""
    places: Places
    release: AssumedRelease
    source: str
    """Where the pools were read, in a few words."""
    made: datetime
    unread: Sequence[str] = ()
    """What could not be read, each as a sentence without a period."""

    @property
    def totals(self) -> dict[str, str]:
        """The numbers at the top of the page, by their words."""
        used = sum(each.used or 0 for each in self.rows)
        findings = [each for each in self.report.findings if not each.accepted]
        errors = sum(each.severity is Severity.ERROR for each in findings)
        return {
            "Pools": f"{len(self.rows):,}",
            "Usable addresses": number_cell(sum(each.usable for each in self.rows)).text,
            "Used addresses": number_cell(used).text,
            "Waiting consumers": f"{sum(map(len, self.consumers.waiting.values())):,}",
            "Errors": f"{errors:,}",
            "Other findings": f"{len(findings) - errors:,}",
        }

    def tables(self) -> Iterator[Table]:
        """All tables, in the order of the page."""
        yield _pools(self.rows)
        held = (each for pool in self.consumers.held.values() for each in pool)
        yield _addresses(sorted(held, key=lambda each: (each.address, each.pool)))
        yield _waiting([each for pool in self.consumers.waiting.values() for each in pool])
        yield _findings(self.report.findings, self.places)
        yield _numbers(self.shown)


def _numbers(shown: SpaceMap) -> Table:
    """The map for those who do not see it."""
    kinds = (*(each for each in Occupation if each is not Occupation.FREE), Occupation.FREE)
    header = ["Network or pool", "Addresses", *(each.value.capitalize() for each in kinds)]
    rows = []
    for chart in shown.charts:
        areas = [(chart.label, chart.area)]
        areas += [(f"{each.pool.label} in {chart.label}", each.spans) for each in chart.pools]
        for label, spans in areas if chart.block else areas[:1]:
            numbers = shown.space.occupancy(spans)
            first = f"{spans[0].first:040}" if spans else ""
            cells = [number_cell(numbers.number(each)) for each in kinds]
            rows.append([Cell(label, f"{first} {label}"), number_cell(size(spans)), *cells])
    nothing = "No pools and no networks."
    return Table("numbers", "Map in numbers", header, rows, nothing, frozenset(header[1:]))


def _pools(rows: Sequence[PoolRow]) -> Table:
    header = ["Name", "Ranges", "Usable", "Used", "Free", "Used %", "Nodes", "State"]
    cells = [
        [
            Cell(each.pool.label),
            Cell(_ranges(each.pool)),
            number_cell(each.usable),
            number_cell(each.used),
            number_cell(each.free),
            number_cell(each.percent),
            Cell(selector_text(each.pool)),
            _states(each.states),
        ]
        for each in rows
    ]
    return Table("pools", "Pools", header, cells, "No ExternalIPPools.", frozenset(header[2:6]))


def _ranges(pool: Pool) -> str:
    return listed(pool.texts, _RANGES_SHOWN) or "none"


def _states(states: Sequence[PoolState]) -> Cell:
    if states == (PoolState.OK,):
        return Cell("ok", kind="good")
    kind = "bad" if _BAD_STATES & set(states) else "worry"
    return Cell(", ".join(states), kind=kind)


def _addresses(held: Sequence[HeldAddress]) -> Table:
    header = ["Address", "Pool", "Kind", "Name", "Node"]
    rows = [
        [
            address_cell(each.address),
            Cell(each.pool),
            Cell(holder.reference.kind),
            Cell(holder.reference.full_name),
            Cell((isinstance(holder, Egress) and holder.node) or "-"),
        ]
        for each in held
        for holder in each.holders
    ]
    nothing = "No known Egress or Service has an address of a pool."
    return Table("addresses", "Addresses in use", header, rows, nothing)


def _waiting(waiting: Sequence[Waiting]) -> Table:
    header = ["Name", "Kind", "Pool", "Reason"]
    rows = [
        [
            Cell(each.request.by.full_name),
            Cell(each.request.by.kind),
            Cell(each.request.pool or "-"),
            Cell(waiting_text(each)),
        ]
        for each in waiting
    ]
    nothing = "No known Egress or Service waits for an address."
    return Table("waiting", "Waiting consumers", header, rows, nothing)


def _findings(findings: Sequence[Finding], places: Places) -> Table:
    header = ["Severity", "Rule", "Object", "Finding", "Fix"]
    rows = [
        [
            _severity(each),
            Cell(each.rule),
            Cell(_object(each.subject, places)),
            Cell(each.message),
            Cell(each.accepted.reason if each.accepted else each.hint),
        ]
        for each in sorted(findings, key=lambda each: (bool(each.accepted), each.severity.rank))
    ]
    return Table("findings", "Findings", header, rows, "No finding.")


def _severity(finding: Finding) -> Cell:
    if finding.accepted:
        return Cell("accepted", "9")
    return Cell(
        finding.severity.value, str(finding.severity.rank), _SEVERITY_KINDS[finding.severity]
    )


def _object(subject: Subject, places: Places) -> str:
    about = subject.about
    name = f"pool {about.label}" if isinstance(about, Pool) else about.label
    place = places.get((id(about), subject.path))
    return f"{name} ({place})" if place else name
