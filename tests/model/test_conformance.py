"""The real engine against the model: each request it sends is one that the model's client sends."""

import random
from collections.abc import Callable

import pytest

from tests.examples import TIMES
from tests.model.engine_runs import SCOPES, at_random, follow, with_deviations

Note = Callable[[str, object], None]


@pytest.mark.parametrize("name", SCOPES)
def test_the_engine_follows_the_model_through_random_events(name: str) -> None:
    first = random.SystemRandom().randrange(1_000_000)
    for seed in range(first, first + 40 * TIMES):
        try:
            follow(SCOPES[name], at_random(seed))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.parametrize("name", SCOPES)
def test_the_engine_follows_the_model_through_each_single_deviation(
    name: str, record_property: Note
) -> None:
    runs = with_deviations(SCOPES[name], 1)

    record_property("shown at the end", f"conformance: {name}: {runs} runs")
    assert runs > 20
