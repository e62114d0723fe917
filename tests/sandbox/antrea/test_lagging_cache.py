"""The lagging cache against a model that replays every change each time."""

from random import Random
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.sandbox.antrea.lagging_cache import Change, LaggingCache
from tests.builders import pool
from tests.examples import examples

POOLS = {(name, third): pool(name, f"10.0.{third}.0/24") for name in "abc" for third in range(3)}

steps = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(
            st.tuples(st.just("put"), st.sampled_from(sorted(POOLS))),
            st.tuples(st.just("discard"), st.sampled_from("abc")),
            st.tuples(st.just("lag"), st.integers(0, 6)),
            st.tuples(st.just("catch up"), st.none()),
            st.tuples(st.just("restart"), st.none()),
        ),
    ),
    max_size=30,
)


class Model:
    """All changes since the last restart, with the time at which each is seen."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lag = 0.0
        self.told: list[tuple[float, str, Pool | None]] = []

    def tell(self, name: str, told: Pool | None) -> None:
        self.told.append((self.now + self.lag, name, told))

    def state(self, until: float) -> dict[str, Pool]:
        seen: dict[str, Pool] = {}
        latest = 0.0
        for moment, name, told in self.told:
            latest = max(latest, moment)
            if latest <= until:
                seen.pop(name, None)
                seen |= {name: told} if told else {}
        return seen

    def do(self, action: str, value: object) -> None:
        match action, value:
            case "put", (str(name), int(third)):
                self.tell(name, POOLS[name, third])
            case "discard", str(name):
                self.tell(name, None)
            case "lag", int(lag):
                self.lag = float(lag)
            case "catch up", _:
                self.told = [(min(at, self.now), name, told) for at, name, told in self.told]
            case "restart", _:
                present = self.state(float("inf"))
                # The list comes one lag later, also an empty one, and no change overtakes it.
                self.told = [(self.now + self.lag, "", None)]
                for name, told in present.items():
                    self.tell(name, told)


def do(cache: LaggingCache, action: str, value: object) -> None:
    match action, value:
        case "put", (str(name), int(third)):
            cache.put(POOLS[name, third])
        case "discard", str(name):
            cache.discard(name)
        case "lag", int(lag):
            cache.lag = lag
        case "catch up", _:
            cache.catch_up()
        case "restart", _:
            cache.restart()


@examples(300)
@given(steps)
def test_the_cache_shows_the_pools_of_one_lag_ago(steps) -> None:
    model = Model()
    seen: list[Change] = []
    cache = LaggingCache(Random(1), clock=lambda: model.now, notice=seen.append)

    for seconds, (action, value) in steps:
        model.now += seconds
        do(cache, action, value)
        model.do(action, value)

        with cache.known() as known:
            assert {each.name: each for each in known} == model.state(model.now)

    assert [each.moment for each in seen] == sorted(each.moment for each in seen)
    assert all(each.moment <= model.now for each in seen)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers())
def test_a_random_lag_stays_in_its_bounds_and_keeps_the_order(pauses, seed) -> None:
    now = 0.0
    seen: list[Change] = []
    cache = LaggingCache(Random(seed), (1.0, 3.0), clock=lambda: now, notice=seen.append)
    told = []
    for number, pause in enumerate(pauses):
        now += pause
        told.append(now)
        cache.put(pool(f"p{number}", "10.0.0.0/24"))
    now += 3.0

    assert cache.at_rest
    assert [each.key for each in seen] == [f"p{number}" for number in range(len(pauses))]
    earliest = 0.0
    for change, moment in zip(seen, told, strict=True):
        earliest = max(earliest, moment + 1.0)
        assert earliest <= change.moment <= moment + 3.0


def test_a_restarted_cache_is_empty_for_one_lag() -> None:
    now = 0.0
    cache = LaggingCache(Random(1), 2.0, clock=lambda: now)
    cache.put(pool("a", "10.0.0.0/24"))
    cache.put(pool("b", "10.0.1.0/24"))
    now = 5.0
    cache.discard("b")
    cache.restart()

    with cache.known() as known:
        assert not list(known)

    now = 6.9
    cache.put(pool("c", "10.0.2.0/24"))

    with cache.known() as known:
        assert not list(known)

    now = 7.0
    with cache.known() as known:
        assert [each.name for each in known] == ["a"]


def test_the_cache_is_thread_safe() -> None:
    cache = LaggingCache(Random(1))

    def tell(base: int) -> None:
        for number in range(200):
            cache.put(pool(f"p{base}-{number}", f"10.{base}.{number}.0/24"))
            if number % 2:
                cache.discard(f"p{base}-{number}")
            with cache.known() as known:
                assert known.get(f"p{base}-0")

    threads = [Thread(target=tell, args=(base,)) for base in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    with cache.known() as known:
        assert len(known) == 400
