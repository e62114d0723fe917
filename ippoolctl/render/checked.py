"""Everything about one run of ``check`` that its reports contain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ippoolctl.domain.antrea.pool import Place, Places, Pool
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.lint.finding import Finding, Fix, GroupKind, PoolGroup, Severity, Subject
from ippoolctl.domain.lint.rules import Entry
from ippoolctl.domain.lint.runner import Report
from ippoolctl.errors import IppoolctlError
from ippoolctl.reading.sources import STDIN_NAME, Problem
from ippoolctl.render.quantities import counted


class CheckedGroup(NamedTuple):
    """One of several clusters or directories."""

    group: PoolGroup
    release: AssumedRelease | None = None
    """``None`` if it could not be read."""
    pools: Sequence[Pool] = ()
    error: IppoolctlError | None = None
    """Why it could not be read."""


def shared_pools(groups: Iterable[CheckedGroup]) -> Iterator[tuple[str, str, str]]:
    """Pairs of clusters with the same object, which are probably one: both labels and its name."""
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for each in groups:
        label = each.group.label
        for pool in each.pools:
            other = first.setdefault(pool.live.uid, label) if pool.live else label
            if other != label and (other, label) not in told:
                told.add((other, label))
                yield other, label, pool.name


class Checked(NamedTuple):
    """The input, the rules and the findings of a check."""

    report: Report
    places: Places
    release: AssumedRelease
    counts: Mapping[str, int]
    """What was read, by the keys of the document."""
    problems: Sequence[Problem]
    pools: Sequence[Pool]
    """The pools that were checked."""
    rules: Sequence[Entry]
    """The selected rules, those that were skipped included."""
    threshold: Severity | None
    """The lowest severity that fails the check; ``None`` if no finding does."""

    fixes: Sequence[Fix] | None = None
    """The fixes that were made and that were not; ``None`` if none were asked for."""
    groups: Sequence[CheckedGroup] = ()
    """The clusters or directories that were compared; empty for a check of only one."""

    @property
    def labeled_pools(self) -> Iterator[tuple[Pool, str, PoolGroup | None]]:
        """The pools that were checked, each with its label among all groups, and its group."""
        if not self.groups:
            yield from ((pool, pool.label, None) for pool in self.pools)
        for each in self.groups:
            yield from ((pool, each.group.qualify(pool.label), each.group) for pool in each.pools)

    @property
    def unread(self) -> Iterator[tuple[PoolGroup, IppoolctlError]]:
        """The clusters that could not be read, each with its fault."""
        return ((each.group, each.error) for each in self.groups if each.error is not None)

    def place(self, subject: Subject) -> Place | None:
        """The place of one side of a finding; ``None`` for an object of the cluster."""
        return self.places.get((id(subject.about), subject.path))

    def file(self, subject: Subject) -> str:
        """The file of one side of a finding, see :func:`relative`; empty if there is none."""
        place = self.place(subject)
        return relative(place.file) if place is not None else ""

    def counting(self, severity: Severity) -> list[Finding]:
        """The findings of a severity that are not accepted."""
        return [
            each for each in self.report.findings if each.severity is severity and not each.accepted
        ]

    def fails(self, finding: Finding) -> bool:
        """Whether the finding alone makes the check fail."""
        return (
            self.threshold is not None
            and finding.accepted is None
            and finding.severity.rank <= self.threshold.rank
        )


def unlisted_text(number: int) -> str:
    """That so many overlaps are not in a report."""
    pairs = counted(number, "more overlapping pair")
    return f"{pairs} {'is' if number == 1 else 'are'} not listed"


def message_of(finding: Finding) -> str:
    """The message, after the cluster if that is one of several and not in the message itself."""
    group = finding.group
    if group is None or group.kind is not GroupKind.CLUSTER:
        return finding.message
    return f"{group.label}: {finding.message}"


def relative(file: str) -> str:
    """A path relative to the working directory if it is below it; empty for standard input."""
    if file == STDIN_NAME:
        return ""
    path = Path(file)
    try:
        return str(path.relative_to(Path.cwd()) if path.is_absolute() else path)
    except (ValueError, OSError):  # outside, or the working directory was deleted
        return file


def fingerprint(finding: Finding) -> str:
    """A text that stays the same while lines move: the rule, both pools and both ranges."""
    sides = [side for side in (finding.subject, finding.other) if side is not None]
    parts = [finding.rule]
    parts += [part for side in sides for part in (side.label, side.text or side.field)]
    return hashed(*parts)


def hashed(*parts: str) -> str:
    """128 bits of a hash of these texts, in hexadecimal digits."""
    import hashlib  # most checks write no report: it loads OpenSSL

    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
