"""Options of ``check`` that select rules, and say which findings fail it."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from ippoolctl.cli.options.declaration import (
    ENVIRONMENT_PREFIX,
    complete_from,
    require_one_of,
    split_values,
)
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rules import RULES, Entry, Group
from ippoolctl.domain.lint.runner import Skipped, select
from ippoolctl.errors import UsageError

if TYPE_CHECKING:
    from ippoolctl.cli.config import Config

NEVER: Final = "never"

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}SELECT",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Rules to run; EIP2 selects all EIP2xx; can be repeated or comma-separated"
        " (default: all)",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        envvar=f"{ENVIRONMENT_PREFIX}IGNORE",
        autocompletion=complete_from(*(rule.id for rule in RULES)),
        help="Rules to skip; same syntax as --select",
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        envvar=f"{ENVIRONMENT_PREFIX}FAIL_ON",
        autocompletion=complete_from(*Severity, NEVER),
        help="Lowest severity that causes exit code 1: error, warning, info or never",
    ),
]


class SelectedRules(NamedTuple):
    """The rules of one check."""

    rules: Sequence[Entry]
    named: Sequence[str]
    """The ids, or their beginnings, that ``--select`` names."""

    def named_among(self, skipped: Iterable[Skipped]) -> list[Skipped]:
        """Those of the skipped rules that are named by their whole id."""
        return [each for each in skipped if each.rule in self.named]


def parse_rules(
    select_: list[str] | None, ignore: list[str] | None, config: "Config", *, groups: bool
) -> SelectedRules:
    """The rules by options and configuration; ``groups`` if several clusters or directories are
    compared.

    Raises :class:`UsageError` for an id that no rule begins with, and for a named rule that has
    nothing to compare.
    """
    named = _known(split_values(select_))
    ignored = _known([*split_values(ignore), *config.ignore])
    _known(each.rule for each in config.accepted)
    rules = select(RULES, named or _known(config.select), ignored)
    alone = [each.id for each in rules if Group.BETWEEN_GROUPS in each.groups and each.id in named]
    if alone and not groups:
        message = f"{alone[0]} compares several clusters"
        raise UsageError(message, "add another --context, or use --group-by dir")
    return SelectedRules(rules, named)


def parse_fail_on(value: str) -> Severity | None:
    """The lowest severity that fails the check, ``None`` for none of them."""
    require_one_of(value, [*Severity, NEVER], f"--fail-on {value}")
    return None if value == NEVER else Severity(value)


def _known(ids: Iterable[str]) -> list[str]:
    """The ids in upper case; raises :class:`UsageError` for one that no rule begins with."""
    given = list(ids)
    for each in given:
        if not any(rule.id.startswith(each.upper()) for rule in RULES):
            raise UsageError(f"unknown rule: {each}", _rule_hint(each))
    return [each.upper() for each in given]


def _rule_hint(text: str) -> str:
    named = next((rule.id for rule in RULES if rule.name == text.lower()), None)
    if named:
        return f"use {named}"
    close = get_close_matches(text.upper(), [rule.id for rule in RULES], n=1, cutoff=0.8)
    return f"did you mean {close[0]}?" if close else f"use one of {RULES[0].id} to {RULES[-1].id}"
