"""Predicted answers of Antrea, for people."""

from collections.abc import Iterator, Sequence
from typing import Final

from ippoolctl.domain.addresses.range_change import range_change
from ippoolctl.domain.antrea.admission import Refused
from ippoolctl.domain.antrea.messages import Reason, Stage, in_words
from ippoolctl.domain.antrea.pool import Places
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.explanation.probe import Probe, ProbeState
from ippoolctl.domain.lint.simulation import Prediction
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.styles import Line, Segment, Style, line, table
from ippoolctl.render.text.range_change import way_out
from ippoolctl.render.text.release import release_text


def answer_lines(
    answers: Sequence[Prediction],
    places: Places,
    release: AssumedRelease,
    existing: int,
    *,
    live: bool,
    creates: bool,
) -> Iterator[Line]:
    """A table of all answers, the reasons and hazards of each pool, and a summary.

    ``live``: the ``existing`` pools are those of a cluster. ``creates``: ``create`` asks.
    """
    yield from table(
        ("POOL", "OPERATION", "ANSWER", "TOTAL", "USABLE"), [_row(each) for each in answers]
    )
    for answer in answers:
        yield from _reasons(answer, places)
    admitted = sum(each.admitted for each in answers)
    given = counted(existing, "existing pool")
    others = f"with {given}" if existing else "without existing pools"
    if not existing and not live:
        more = "--against, or use --dry-run server" if creates else "--against or --live"
        others += f" (add them with {more})"
    yield line()
    yield line(
        f"{release_text(release, from_cluster=live)}{',' if live else ''} admits {admitted}"
        f" of {counted(len(answers), 'pool')} {others}",
        hanging=4,
    )


def _row(answer: Prediction) -> Sequence[str | Segment]:
    word = Segment("admitted", Style.GOOD) if answer.admitted else Segment("refused", Style.ERROR)
    total, usable = (
        "-" if number is None else str(number) for number in (answer.total, answer.usable)
    )
    return (answer.pool.label, answer.operation.value, word, total, usable)


def _reasons(answer: Prediction, places: Places) -> Iterator[Line]:
    place = places.get((id(answer.pool), ()))
    where = f" ({place})" if place else ""
    if isinstance(answer.result, Refused):
        webhook = answer.result.stage is Stage.WEBHOOK
        who = "denied by Antrea" if webhook else "rejected by the API server"
        yield line()
        yield line(
            Segment(f"{answer.pool.label}{where}", Style.STRONG),
            f": {who} (status {answer.result.code}):",
            hanging=4,
        )
        for reason in answer.result.reasons:
            yield _reason(reason)
            if reason.rule == "EIP210" and answer.old is not None:
                change = range_change(answer.old.ranges, answer.pool.ranges)
                yield line(f"        {way_out(answer.pool.name, change)}", hanging=8)
    for hazard in answer.hazards:
        yield line()
        yield line(
            Segment(f"{answer.pool.label}{where}", Style.STRONG),
            ": ",
            Segment("not detected by Antrea", Style.WARNING),
            f": {hazard.message} ({hazard.rule}); {hazard.hint}",
            hanging=4,
        )


def _reason(reason: Reason) -> Line:
    also = "" if reason.nameable else "also invalid, but not reported by this release: "
    return line(f"    {also}{in_words(reason.message)} ({reason.rule})", hanging=8)


_PROBED: Final = {
    ProbeState.ADMITTED: ("admitted", Style.GOOD),
    ProbeState.STALE: ("stale denial", Style.WARNING),
    ProbeState.TEMPORARY: ("denied for now", Style.WARNING),
    ProbeState.REFUSED: ("refused", Style.ERROR),
    ProbeState.UNKNOWN: ("no response", Style.ERROR),
}


def probe_lines(probes: Sequence[Probe]) -> Iterator[Line]:
    """The server's answers to dry runs."""
    for each in probes:
        word, style = _PROBED[each.state]
        cause = cause_text(each.cause) if each.cause is not None else each.message
        retry = "; retry, or use create --wait" if each.cause is not None else ""
        yield line(
            Segment(f"{each.pool.label}: ", Style.STRONG),
            "dry run: ",
            Segment(word, style),
            f": {cause}{retry}" if cause else "",
            hanging=4,
        )
