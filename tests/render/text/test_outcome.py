"""Lines about outcomes."""

from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import conflicts
from ippoolctl.errors import ExitCode
from ippoolctl.render.styles import paint
from ippoolctl.render.text.outcome import conflict_lines
from tests.builders import live_pool, pool


def test_a_conflict_has_both_ranges_their_common_addresses_and_the_state_of_the_other_pool() -> (
    None
):
    others = [
        live_pool("settled", "10.0.0.250-10.0.1.5"),
        live_pool("waiting", "10.0.0.7-10.0.0.7", pending=True),
    ]
    found = conflicts(pool("mine", "10.0.0.0/24").ranges, others, "mine")
    outcome = Outcome("mine", State.REFUSED, ExitCode.REFUSED, conflicts=found)

    assert paint(conflict_lines(outcome)) == (
        "    10.0.0.0/24 overlaps with 10.0.0.250-10.0.1.5 of pool settled"
        " (common addresses: 10.0.0.250-10.0.0.255)\n"
        "    10.0.0.0/24 overlaps with 10.0.0.7-10.0.0.7 of pool waiting (pending)"
        " (common addresses: 10.0.0.7)\n"
    )
