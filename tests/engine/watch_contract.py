"""The contract of every gateway that can watch; see :mod:`tests.engine.gateway_contract`."""

from ippoolctl.ports.gateway import EventKind, PoolEvent, Watcher
from tests.builders import pool_object
from tests.engine.gateway_contract import pending, revision


def _watched(gateway: Watcher, since: str, seconds: int = 1) -> list[PoolEvent]:
    """The changes of pools in a whole watch."""
    events = [each for each in gateway.watch_pools(since, seconds=seconds) if each is not None]
    return [each for each in events if each.kind is not EventKind.BOOKMARK]


def test_a_watch_yields_the_events_since_a_revision(gateway: Watcher) -> None:
    gateway.create_pool(pool_object("before", "10.9.0.0/24"))
    since = gateway.list_pools().resource_version
    made, patch = pending(gateway)
    settled = gateway.patch_pool("a", patch)
    gateway.delete_pool(settled)

    added, *others, deleted = _watched(gateway, since)

    assert (added.kind, added.pool) == (EventKind.ADDED, made)
    assert added.resource_version == revision(made)
    assert others[-1].pool is not None
    assert others[-1].resource_version == revision(settled)
    assert {each.kind for each in others} == {EventKind.MODIFIED}
    assert deleted.kind is EventKind.DELETED
    assert deleted.pool is not None
    assert (deleted.pool.name, deleted.pool.texts) == ("a", settled.texts)
    assert int(deleted.resource_version) > int(revision(settled))
    assert [each.kind for each in _watched(gateway, revision(settled))] == [EventKind.DELETED]


def test_a_quiet_watch_yields_between_events_and_ends(gateway: Watcher) -> None:
    events = list(gateway.watch_pools(gateway.list_pools().resource_version, seconds=2))

    assert None in events
    assert {each.kind for each in events if each} <= {EventKind.BOOKMARK}


def test_a_watch_yields_new_events_and_can_be_closed(gateway: Watcher) -> None:
    events = gateway.watch_pools(gateway.list_pools().resource_version, seconds=10)
    assert next(events) is None

    made = gateway.create_pool(pool_object("a", "10.0.0.0/24"))

    found = next(each for each in events if each is not None)
    assert (found.kind, found.pool) == (EventKind.ADDED, made)
    events.close()
    assert gateway.get_pool("a") is not None
