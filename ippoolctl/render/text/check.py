"""The findings of a check, for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.pool import Places, Pool
from ippoolctl.domain.lint.finding import GroupKind, Severity, Subject
from ippoolctl.domain.lint.rules import load_rule
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Why
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.render.checked import Checked, CheckedGroup, shared_pools
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.check import skip_text
from ippoolctl.render.sentences.unread import unread_texts
from ippoolctl.render.styles import Line, Segment, Style, detail, line
from ippoolctl.render.text.finding_groups import Entry, Group, first_entries, group_findings
from ippoolctl.render.text.release import release_text

STYLES: Final = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.INFO: Style.PLAIN,
}
_NOUNS: Final = {
    Severity.ERROR: ("error",),
    Severity.WARNING: ("warning",),
    Severity.INFO: ("info", "info"),
}
_INDENT: Final = "    "
_OTHER: Final = {
    (Pool, Pool): "other definition:",
    (Pool, Reference): "first of them:",
    (Reference, Pool): "pool:",
    (Reference, Reference): "other object:",
}
"""What names the other side of a finding without common addresses, by what both are about."""
_PLURALS: Final = {GroupKind.CLUSTER: "clusters", GroupKind.DIRECTORY: "directories"}
_OTHERS_SHOWN: Final = 3
"""How many of several overlaps of one range are listed."""


def report_lines(report: Report, places: Places, most: int = 0) -> Iterator[Line]:
    """The findings by pool, worst first, and how many more there are than the ``most`` printed.

    0 is no limit.
    """
    groups = group_findings(report.findings)
    shown = first_entries(groups, most) if most else groups
    for number, group in enumerate(shown):
        if number:
            yield line()
        about = group.about
        name = f"pool {about.label}" if isinstance(about, Pool) else about.label
        yield line(Segment(name + _in(group.entries[0].subject), Style.STRONG))
        for entry in group.entries:
            yield from _entry(entry, places, _OTHERS_SHOWN if most else None)
    hidden = _number_of_findings(groups) - _number_of_findings(shown)
    if hidden or report.unlisted:
        yield line()
    if hidden:
        more = counted(hidden, "more finding")
        yield line(f"and {more}, not listed; use --max-findings 0 for all", hanging=4)
    if report.unlisted:
        pairs = counted(report.unlisted, "more overlapping pair")
        yield line(f"and {pairs}, not listed", hanging=4)


def finding_lines(report: Report) -> Iterator[Line]:
    """The findings about one live pool, worst first."""
    for group in group_findings(report.findings):
        for entry in group.entries:
            yield from _entry(entry, {}, _OTHERS_SHOWN)


def _number_of_findings(groups: Iterable[Group]) -> int:
    return sum(len(entry.findings) for group in groups for entry in group.entries)


def _entry(entry: Entry, places: Places, most: int | None) -> Iterator[Line]:
    """A finding, or overlaps of one range, with its place, the other side and one remedy.

    Of several overlaps, ``most`` are listed.
    """
    finding = entry.findings[0]
    word = "accepted" if finding.accepted else finding.severity.value
    style = Style.DIM if finding.accepted else STYLES[finding.severity]
    where = _where(entry.subject, places)
    yield line(
        Segment(f"{where}: " if where else "", Style.STRONG),
        Segment(f"{word} {finding.rule}", style),
        f": {_message(entry)}",
        hanging=4,
    )
    if len(entry.findings) > 1:
        yield from _overlapping(entry, places, most)
    elif finding.other is not None:
        both = type(finding.subject.about), type(finding.other.about)
        label = "overlaps with:" if finding.intersection else _OTHER[both]
        side = finding.other.about.label + _in(finding.other, finding.subject)
        yield detail(label, _where(finding.other, places) or side)
        if finding.intersection is not None:
            span = finding.intersection
            size = counted(span.size, "address", "addresses")
            yield detail("common addresses:", f"{span_text(*span)} ({size})")
    if finding.answer:
        yield detail("predicted response:", finding.answer)
    for rule in map(load_rule, finding.consequences):
        yield detail("cause:" if rule.is_cause else "consequence:", f"{rule.title} ({rule.id})")
    if finding.accepted is not None:
        until = f", until {finding.accepted.expires}" if finding.accepted.expires else ""
        yield detail("accepted:", finding.accepted.reason + until)
    elif finding.hint:
        several = "for each overlap: " if len(entry.findings) > 1 else ""
        yield detail("fix:", several + finding.hint)


def _overlapping(entry: Entry, places: Places, most: int | None) -> Iterator[Line]:
    pairs = list(zip(entry.findings, entry.others, strict=True))
    for finding, other in pairs[:most]:
        assert finding.intersection is not None
        common = f"(common addresses: {span_text(*finding.intersection)})"
        place = _where(other, places)
        range_ = f"range {other.text} of pool {other.holder}{_in(other, entry.subject)} {common}"
        yield detail("overlaps with:", f"{place}: {range_}" if place else range_)
    if most is not None and len(pairs) > most:
        yield line(_INDENT, f"and {len(pairs) - most} more")


def _message(entry: Entry) -> str:
    if len(entry.findings) == 1:
        return entry.findings[0].message
    own = entry.subject
    others = {id(each.about): each.pool for each in entry.others}
    if list(others) == [id(own.about)]:
        pools = "the same pool"
    elif len(others) == 1:
        pools = f"pool {next(iter(others.values())).label}"
    else:
        pools = counted(len(others), "pool")
    noun = "more range" if entry.of > len(entry.findings) else "range"
    here = there = ""
    if entry.findings[0].group is None and own.group is not None:
        groups = {each.group for each in entry.others}
        several = counted(len(groups), own.group.kind, _PLURALS[own.group.kind])
        here, there = _in(own), f" in {several}" if len(groups) > 1 else _in(entry.others[0])
    return (
        f"range {own.text} of pool {own.holder}{here} overlaps with"
        f" {counted(len(entry.findings), noun)} of {pools}{there}"
    )


def _in(side: Subject, beside: Subject | None = None) -> str:
    """The group of one side, if there are several and the other side is not in it."""
    same = beside is not None and side.group == beside.group
    return "" if side.group is None or same else f" in {side.group.label}"


def _where(subject: Subject, places: Places) -> str:
    place = places.get((id(subject.about), subject.path))
    return str(place) if place else ""


def summary_lines(checked: Checked, inputs: Sequence[str]) -> Iterator[Line]:
    """The number of findings of each severity and of inputs, and as last line the next step.

    ``inputs`` are the arguments that name the same input.
    """
    report = checked.report
    found = report.counts()
    worst = next((each for each in Severity if found[each]), None)
    accepted = sum(each.accepted is not None for each in report.findings)
    whole = {each.rule for each in report.skipped if not each.partly}
    in_part = {each.rule for each in report.skipped if each.partly}
    parts = [counted(found[each], *_NOUNS[each]) for each in Severity if found[each]]
    parts += [f"{accepted} accepted"] if accepted else []
    yield line(
        Segment(", ".join(parts) or "no findings", STYLES[worst] if worst else Style.GOOD),
        f" in {_read(checked.counts)} ({_releases(checked)})",
        *(
            f"; {counted(len(rules), 'rule')} skipped{how}"
            for how, rules in (("", whole), (" in part", in_part))
            if rules
        ),
        hanging=4,
    )
    next_step = _next_step(checked, inputs)
    if next_step:
        yield line(Segment("next: ", Style.STRONG), next_step, hanging=4)


def _read(counts: Mapping[str, int]) -> str:
    others = counts["otherObjects"] - counts["surroundings"]
    foreign, patches = counts.get("otherFiles", 0), counts.get("patches", 0)
    parts = [f"{counted(others, 'object')} of other kinds"] if others else []
    parts += [f"{counted(foreign, 'file')} of other tools"] if foreign else []
    parts += [counted(patches, "kustomize patch", "kustomize patches")] if patches else []
    ignored = f", {' and '.join(parts)} ignored" if parts else ""
    pools, ranges = counted(counts["pools"], "pool"), counted(counts["ranges"], "range")
    files = counted(counts["files"], "file")
    if "directories" in counts:
        files += f" of {counted(counts['directories'], 'directory', 'directories')}"
    cluster = [_clusters(counts)] if "livePools" in counts else []
    if "existingFiles" in counts:
        cluster = [f"{counted(counts['existingFiles'], 'file')} of --against"]
    where = " and ".join([*([files] if counts["files"] or not cluster else []), *cluster])
    return f"{pools} with {ranges} in {where}{ignored}"


def _clusters(counts: Mapping[str, int]) -> str:
    if "clusters" not in counts:
        return "the cluster"
    every = counted(counts["clusters"], "cluster")
    unread = counts.get("unreadableClusters", 0)
    return f"{counts['clusters'] - unread} of {every}" if unread else every


def _releases(checked: Checked) -> str:
    """The release whose rules apply, or that of each cluster if they differ."""
    known = [(each.group.name, each.release) for each in checked.groups if each.release]
    if len({release for _, release in known}) < 2:
        return release_text(checked.release, from_cluster="livePools" in checked.counts)
    return f"Antrea {', '.join(f'{release.release} in {name}' for name, release in known)}"


def _next_step(checked: Checked, inputs: Sequence[str]) -> str:
    counting = [each for each in checked.report.findings if not each.accepted]
    overlap = next((each for each in counting if load_rule(each.rule).solved_by_free_range), None)
    if overlap is None:
        return "apply the fixes, then run check again" if counting else ""
    if any(each.group.kind is GroupKind.CLUSTER for each in checked.groups):
        # A range that is free in one cluster can be taken in another one.
        return "change one range of each overlapping pair, then run check again"
    found = overlap.subject.pool.ranges[int(overlap.subject.path[-1])]
    usable = capacity(found.spelling).usable
    import shlex

    length = (found.spelling.cidr or "/0").partition("/")[2]
    size = f"--ips {usable}" if usable else f"--prefix {length}"
    return (
        "change one range of each overlapping pair; find a free range for"
        f" {overlap.subject.pool.label}:"
        f" ippoolctl suggest {size} --within CIDR {shlex.join(inputs)}".rstrip()
    )


def group_notes(groups: Sequence[CheckedGroup]) -> Iterator[Note]:
    """Pools that two groups share, and the groups that could not be read."""
    for one, other, name in shared_pools(groups):
        text = f"{one} and {other} have the same pool {name} (equal UIDs); they may be one cluster"
        yield warning(text)
    for each in groups:
        if each.error is not None:
            yield error(f"{each.group.label}: {each.error.message}", each.error.hint)


def unread_notes(report: Report) -> list[Note]:
    """A warning of objects that could not be read: without it, a check that has lost a permission
    looks like one without findings.

    The keys of memberlist are in a Secret, for which the documented role has no permission.
    """
    reasons = (Why.FORBIDDEN, Why.FAILED)
    text = unread_texts(
        [
            unknown
            for unknown in dict.fromkeys(each.unknown for each in report.skipped)
            if unknown.reason in reasons and unknown.kind is not Kind.MEMBERLIST_KEYS
        ]
    )
    return [warning(f"{text}; rules were skipped", "use -v to list them")] if text else []


def skipped_notes(report: Report) -> list[Note]:
    """The rules that could not run."""
    return [info(f"skipped {skip_text(each)}") for each in report.skipped]
