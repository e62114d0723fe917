"""Why ``check`` did not run a rule, or did not make a fix, in words."""

from typing import Final

from ippoolctl.domain.lint.edit import NotFixed
from ippoolctl.domain.lint.fact import POD_CIDRS, SERVICE_CIDRS, Source
from ippoolctl.domain.lint.finding import Fix
from ippoolctl.domain.lint.runner import Skipped
from ippoolctl.domain.surroundings.known import Why
from ippoolctl.render.sentences.unread import unread_text

_OPTIONS: Final = {POD_CIDRS: "--pod-cidr", SERVICE_CIDRS: "--service-cidr"}
"""The options that give a fact which the cluster has as well."""


def skip_text(skipped: Skipped) -> str:
    """The rule that could not run, where, and why."""
    where = f" in {skipped.group.label}" if skipped.group else ""
    return f"{skipped.rule}{where}: {skip_reason(skipped)}"


def skip_reason(skipped: Skipped) -> str:
    """Why a rule, or a part of it, could not run, and how to supply the missing fact."""
    return f"in part: {_reason(skipped)}" if skipped.partly else _reason(skipped)


def _reason(skipped: Skipped) -> str:
    fact = skipped.fact
    unknown = skipped.unknown
    given = _OPTIONS.get(fact, "")
    otherwise = f"; use {given}" if given else ""
    match unknown.reason:
        case Why.NOT_REPORTED:
            return fact.not_reported + otherwise
        case Why.FORBIDDEN | Why.NOT_SERVED | Why.FAILED:
            return unread_text(unknown) + otherwise
        case Why.NOT_READ:
            option = f"--{fact.name}" if fact.source is Source.OPTION else "--live"
            return f"{fact.plural} are unknown; use {option}{f' or {given}' if given else ''}"


def why_not_fixed(fix: Fix) -> str:
    """Why an edit was not made."""
    if fix.why_not is NotFixed.LIVE:
        return (
            f"the live pool {fix.finding.subject.about.name} has this range; an update cannot"
            " change its text (EIP210)"
        )
    if fix.why_not is NotFixed.OTHER:
        return "conflicts with another fix, or a field of this name exists; edit the file manually"
    return (
        "the text cannot be changed in one place (an alias, an anchor, several lines, or a byte"
        " order mark inside the file)"
    )
