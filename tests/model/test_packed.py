"""States as integers stand for the states of the model, with the same transitions."""

import pytest

from tests.model.machine import Machine
from tests.model.moment import Event
from tests.model.packed import ENV, WROTE, PackedMachine
from tests.model.scopes import SMALL


@pytest.mark.parametrize(
    "name",
    [
        "a growing pool and a create",
        "a twin, forgotten revisions",
        "an extension of a pool that is held",
        "two creates, run again at once",
    ],
)
def test_packed_states_have_the_transitions_of_the_machine(name: str) -> None:
    machine, packed = Machine(SMALL[name]), PackedMachine(SMALL[name])
    known = {packed.start(): machine.start()}
    waiting = list(known)

    for number in waiting:  # which grows meanwhile
        state = packed.unpacked(number)
        assert state == known[number]
        found = [(packed.unpacked(each), kind) for each, kind in packed.edges(number)]
        assert found == [
            (each.after(state), ENV if isinstance(each, Event) else each.env + WROTE * each.wrote)
            for each in machine.edges(state)
        ]
        for (following, _), (after, _) in zip(packed.edges(number), found, strict=True):
            if following not in known:
                known[following] = after
                waiting.append(following)

    assert len(known) == len({*known.values()}) > 500
