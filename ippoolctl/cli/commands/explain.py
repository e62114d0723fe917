"""Explain a rule, an error message, or every known message in a log: what it means, whether a retry
helps, and what to run next. The messages are those of Antrea 1.2 to 2.7, its webhooks, and the API
server.

If a cluster is configured, the live pools are read to decide whether a denial is stale. The exit
code is 1 if the text contains no known message.

\b
Examples:
  ippoolctl explain EIP302
  ippoolctl explain "range [fd::/64] overlaps with range [fd::/64] of pool a"
  kubectl apply -f pool.yaml 2>&1 | ippoolctl explain -
  ippoolctl explain --offline - < build.log
"""

import stat
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ippoolctl.cli.context import STDIN, AppContext
from ippoolctl.cli.options.declaration import complete_from
from ippoolctl.cli.result import Result
from ippoolctl.domain.explanation.live import LiveAnswer, compare, needs_pools
from ippoolctl.domain.explanation.recognition import Message, find_messages
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.errors import BugError, ExitCode, IppoolctlError, NotFoundError, UsageError
from ippoolctl.reading.files import file_mode
from ippoolctl.render.documents.explanation import explanation_document, rule_document
from ippoolctl.render.notes import Note, info
from ippoolctl.render.text.explain import explanation_lines, rule_lines

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.pool import Pool

LONGEST_LINE: Final = 1024 * 1024
"""Characters of a line of a log that are read at once."""

LONGEST_READ: Final = 5.0
"""Seconds that the cluster may take."""

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[RULE|TEXT|-]",
        help="Rule, error message, or - for a log on standard input",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Do not read the cluster")]


def run(context: typer.Context, words: Words = None, offline: Offline = False) -> Result:
    """Explain it."""
    app: AppContext = context.obj
    if not words:
        raise UsageError(
            "no text specified", "pass a rule, an error message, or - for standard input"
        )
    if len(words) == 1 and (rule := _rule(words[0])):
        width = app.presenter.columns if app.presenter.terminal else None
        return Result(document=lambda: rule_document(rule), lines=lambda: rule_lines(rule, width))
    if words == [STDIN]:
        app.take_standard_input()
        messages = find_messages(_lines())
    else:
        messages = find_messages(" ".join(words).splitlines())
    if not messages:
        raise NotFoundError("the text contains no known message", _hint(words))
    pools, notes = (None, ()) if offline else _pools(app, messages)
    answers = [compare(each, pools) if pools is not None else None for each in messages]
    found = list(zip(messages, _with_consumers(app, answers), strict=True))
    return Result(
        code=ExitCode.YES,
        document=lambda: explanation_document(found),
        lines=lambda: explanation_lines(found),
        remarks=notes,
    )


def _rule(word: str) -> Rule | None:
    """The rule of this id or name. Raises :class:`UsageError` for an id that no rule has."""
    found = next((each for each in RULES if word.upper() == each.id or word == each.name), None)
    if found is None and word[:3].upper() == "EIP" and word[3:].isdecimal():
        close = get_close_matches(word.upper(), [each.id for each in RULES], n=1, cutoff=0.8)
        known = f"use one of {RULES[0].id} to {RULES[-1].id}"
        raise UsageError(f"unknown rule: {word}", f"did you mean {close[0]}?" if close else known)
    return found and found.rule


def _lines() -> Iterator[str]:
    """Standard input by lines; bytes that are not UTF-8 are replaced."""
    if sys.stdin is None:
        return
    for line in iter(lambda: sys.stdin.buffer.readline(LONGEST_LINE), b""):
        yield line.decode(errors="replace")


def _hint(words: Sequence[str]) -> str:
    if len(words) == 1 and stat.S_ISREG(file_mode(words[0])):
        return f"to explain a file, run: ippoolctl explain - < {words[0]}"
    return "pass the whole message of Antrea, kubectl or the API server, or the log with it"


def _pools(
    app: AppContext, messages: Sequence[Message]
) -> tuple[Sequence["Pool"] | None, tuple[Note, ...]]:
    """The live pools if they say more about a message; ``None`` if they cannot be read."""
    if not any(map(needs_pools, messages)):
        return None, ()
    try:
        return app.gateway.list_pools(within=LONGEST_READ).pools, ()
    except BugError:
        raise
    except IppoolctlError as error:
        return None, (info(f"the live pools are unknown: {error.message}"),)


def _with_consumers(
    app: AppContext, answers: Sequence[LiveAnswer | None]
) -> list[LiveAnswer | None]:
    """The answers, with the consumers of pools that a conflict suggests to delete: a pool with an
    Egress that only waits for an address has no used ones, but is not deleted either.
    """
    if not any(each is not None and each.deletable for each in answers):
        return list(answers)
    try:
        known = app.gateway.consumers(within=LONGEST_READ).known
    except BugError:
        raise
    except IppoolctlError:
        return list(answers)
    number = Counter(each.pool for each in known)
    return [
        replace(each, consumers=number[pool.name])
        if each is not None and (pool := each.deletable)
        else each
        for each in answers
    ]
