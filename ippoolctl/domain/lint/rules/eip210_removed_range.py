"""An update removes a range or writes it differently.

Antrea only ever lets ranges be added. It compares their text: `10.0.0.1/24` and `10.0.0.0/24` are
two ranges to it, and so are `10.0.0.0/24` and `10.0.0.0/16`. The order does not matter. The pool
has to be deleted and created again to lose a range.

Source: `validate.go`, every Antrea release; antrea-io/antrea issues 6874, 7143 and 7191.
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.messages import removed
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Written pools that lack ranges of the live pool of their name."""
    live = {each.name: each for each in inventory.live or ()}
    for pool in inventory.pools:
        old = live.get(pool.name)
        gone = [] if old is None else [text for text in old.texts if text not in pool.texts]
        if gone:
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.name} would lose {', '.join(sorted(set(gone)))}",
                Subject(pool, ("spec", "ipRanges")),
                hint="keep these texts as they are, or delete the pool and create it again",
                answer=removed(gone, release.line),
            )


RULE = Rule(
    "EIP210",
    "an update removes or rewrites a range",
    Severity.ERROR,
    __doc__,
    find,
    needs="files alone do not tell which pools exist",
)
