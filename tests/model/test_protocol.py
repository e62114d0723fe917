"""The protocol of create and extend, explored: every interleaving of a few clients and faults.

The clients here decide by the very functions that the engine decides by. In no state do two pools
overlap that were both reported as done, nothing reported as done is canceled, nothing foreign
is changed, no mark or claim outlives its client, and some client can always finish.
"""

from collections.abc import Callable

import pytest

from tests.model.scopes import SMALL
from tests.model.switches import fine


@pytest.mark.parametrize("name", SMALL)
def test_a_scope_has_no_violation(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    found = fine(SMALL[name])

    record_property("shown at the end", f"model: {name}: {found.states:,} states")
    assert found.states > 20
