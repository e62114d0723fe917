"""An update removes a range or writes it differently.

Antrea only ever lets ranges be added. It compares their text: `10.0.0.1/24` and `10.0.0.0/24` are
two ranges to it, and so are `10.0.0.0/24` and `10.0.0.0/16`. The order does not matter. The pool
has to be deleted and created again to lose a range.

Source: `validate.go`, every Antrea release; antrea-io/antrea issues 6874, 7143 and 7191.
"""

from collections.abc import Iterator

from ippoolctl.domain.finding import Finding, Severity
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.releases import Release
from ippoolctl.domain.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Nothing without the live pools; ``verdict --against`` answers for given ones."""
    return iter(())


RULE = Rule(
    "EIP210",
    "an update removes or rewrites a range",
    Severity.ERROR,
    __doc__,
    find,
    needs="files alone do not tell which pools exist",
)
