"""What is done after a write without an answer: all four cases."""

import pytest

from ippoolctl.domain.protocol.unanswered_write import Unanswered, after_unanswered_write


@pytest.mark.parametrize(
    ("there", "over", "expected"),
    [
        (False, False, Unanswered.WAIT),
        (False, True, Unanswered.AGAIN),
        (True, False, Unanswered.LOOK),
        (True, True, Unanswered.LOOK),
    ],
)
def test_what_may_still_take_effect_is_not_sent_again(
    there: bool, over: bool, expected: Unanswered
) -> None:
    assert after_unanswered_write(there=there, over=over) is expected
