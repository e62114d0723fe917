"""What a rule is. Everything that other code has to know of a rule is a field of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.fact import AnyFact
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, IdleAcceptance, Severity, Subject

if TYPE_CHECKING:
    from ippoolctl.domain.lint.edit import Edit


class Rule(NamedTuple):
    """One entry of the catalogue."""

    id: str
    """``EIP`` and three digits; the first digit is the group."""
    name: str
    """The name in kebab case, as in the name of its file."""
    severity: Severity
    """The usual severity; a finding has another one if the release does not enforce the rule."""
    title: str
    page: str
    """The docstring of its module: what it means, why it matters, what to do, and the source."""
    find: Callable[[Facts], Iterator[Finding]]
    needs: tuple[AnyFact, ...] = ()
    """Facts beside the pools and the release; the rule is skipped if one of them is unknown."""
    needs_one: tuple[AnyFact, ...] = ()
    """Facts of which one is enough; the rule is skipped if all of them are unknown, and in part if
    one of them is.
    """
    in_part: tuple[AnyFact, ...] = ()
    """Facts that only a part of the rule needs, which is skipped if one of them is unknown."""
    left_open: Callable[[Facts], bool] = lambda facts: True
    """Whether there is anything that the skipped part is about."""
    uses: tuple[AnyFact, ...] = ()
    """Facts that make its findings more exact where they are known."""
    read_twice: bool = False
    """Whether a finding counts only if it stays when the cluster is read again a moment later."""
    from_admission: bool = False
    """Whether the API server or the webhook refuses the pool with this rule as the reason."""
    undetected: bool = False
    """Whether it is about a hazard that Antrea does not detect; ``verdict`` lists those."""
    warns_create: bool = False
    """Whether ``create`` prints its findings as warnings, as far as it knows what they need."""
    spares_create: Callable[[Finding], bool] = lambda finding: False
    """Whether ``create`` does not print that one."""
    blocks_create: bool = False
    """Whether ``create`` refuses a pool with this finding unless it is allowed."""
    unstable_total: bool = False
    """Whether ``status.usage.total`` of a pool with this finding never stays the same."""
    lists_overlaps: bool = False
    """Whether its findings are pairs of overlapping ranges; pairs beyond the limit then count."""
    between_groups: bool = False
    """Whether its findings are pairs of overlapping ranges of two groups; pairs beyond the limit
    then count."""
    solved_by_free_range: bool = False
    """Whether a free range solves it; ``check`` then prints how to find one."""
    can_be_accepted: bool = False
    """Whether the configuration can accept its findings, by the names of the two pools."""
    judge_acceptances: Callable[[Iterable[IdleAcceptance]], Iterator[Finding]] | None = None
    """Its findings about acceptances that accept no finding, once all rules have run."""
    concerns_every_pool: bool = False
    """Whether a finding about one pool concerns all others."""
    follows_from: tuple[str, ...] = ()
    """Rules whose findings list this rule as a consequence."""
    follows: Callable[[Finding, Release], bool] = lambda finding, release: True
    """Whether it is a consequence of one finding of those rules, for that release."""
    explained_by: tuple[str, ...] = ()
    """Rules that name the cause: a finding is dropped if one of them has a finding about the same
    object, or about the other side."""
    is_cause: bool = False
    """Whether it explains the findings of :attr:`follows_from` that list it, and is not a
    consequence of them."""
    only_follows: bool = False
    """Whether it has no findings of its own: it is ignored together with :attr:`follows_from`."""

    def finding(
        self,
        message: str,
        subject: Subject,
        other: Subject | None = None,
        intersection: Span | None = None,
        *,
        hint: str,
        answer: str = "",
        severity: Severity | None = None,
        edits: "tuple[Edit, ...]" = (),
    ) -> Finding:
        """A finding of this rule, with its usual severity if no other one is given."""
        return Finding(
            self.id,
            severity or self.severity,
            message,
            subject,
            other,
            intersection,
            hint,
            answer=answer,
            edits=edits,
        )
