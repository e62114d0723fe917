"""Explanations, for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from ippoolctl.domain.explanation.advice import rules_for
from ippoolctl.domain.explanation.live import LiveAnswer
from ippoolctl.domain.explanation.recognition import Message
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.render.sentences.explanation import meaning, next_step, now, retry_now, retry_text
from ippoolctl.render.styles import Line, Segment, Style, line


def rule_lines(rule: Rule, width: int | None) -> Iterator[Line]:
    """The page of a rule; ``width`` is that of the terminal, to which prose is fitted."""
    yield line(
        Segment(f"{rule.id} {rule.name}", Style.STRONG),
        f" ({rule.severity.value}): {rule.title}",
        hanging=4,
    )
    yield line()
    for each in _fitted(rule.page.strip(), width):
        yield line(each)


def _fitted(page: str, width: int | None) -> list[str]:
    """The rows of a page: its paragraphs are wrapped again if the width is too small for them;
    indented examples stay.
    """
    rows = page.splitlines()
    if width is None or all(len(each) <= width for each in rows):
        return rows
    fitted: list[str] = []
    for is_prose, group in groupby(rows, key=lambda row: row[:1].strip() != ""):
        if is_prose:
            text = " ".join(group)
            fitted += wrap(text, width, break_long_words=False, break_on_hyphens=False)
        else:
            fitted += group
    return fitted


def explanation_lines(found: Sequence[tuple[Message, LiveAnswer | None]]) -> Iterator[Line]:
    """Each message with its line in a log, its meaning, what is true now, and what to do."""
    in_log = any(message.count > 1 or message.line > 1 for message, _ in found)
    for number, (message, live) in enumerate(found):
        if number:
            yield line()
        yield from _explanation(message, live, in_log=in_log)


def _explanation(message: Message, live: LiveAnswer | None, *, in_log: bool) -> Iterator[Line]:
    where = f"line {message.line}" if in_log else ""
    times = f" and {message.count - 1} more" if message.count > 1 else ""
    yield line(
        Segment(f"{where}{times}: " if where else "", Style.DIM),
        Segment(message.text, Style.STRONG),
        hanging=4,
    )
    yield _detail("meaning", meaning(message))
    if live is not None:
        yield _detail("now", now(message, live))
    yield _detail("retry", retry_text(retry_now(message, live)))
    yield _detail("next", next_step(message, live))
    if rules := rules_for(message):
        more = f"ippoolctl explain {rules[0]}"
        yield _detail("rules", ", ".join(rules) + f" (see: {more})")


def _detail(label: str, text: str) -> Line:
    return line("    ", Segment(f"{label}: ", Style.DIM), text, hanging=8)
