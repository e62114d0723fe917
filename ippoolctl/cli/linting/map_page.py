"""The page of a map: beside the picture, what a check of the same pools finds."""

from collections.abc import Container, Sequence

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.inputs.inventory import Inventory
from ippoolctl.cli.linting.judge import Judge
from ippoolctl.cluster.surroundings import SurroundingsReading
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import select
from ippoolctl.domain.lint.surroundings import kinds_needed
from ippoolctl.domain.space.charts import SpaceMap
from ippoolctl.domain.space.listing import PoolRow, pool_rows
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.space.reserved import KINDS
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.manifests.read import Manifests
from ippoolctl.render.drawing.map_page import MapPage
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.unread import unread_text


def read_page(
    app: AppContext,
    inventory: Inventory,
    manifests: Manifests,
    shown: SpaceMap,
    names: Sequence[str],
) -> MapPage:
    """The page about everything that was read, or about pools of these names only.

    The rules need some more kinds of objects, which are read now.
    """
    selected, ignored = (
        [rule.upper() for rule in listed] for listed in (app.config.select, app.config.ignore)
    )
    rules = select(RULES, selected, ignored)
    live = inventory.there is not None
    more = kinds_needed(rules) - set(KINDS) if live else ()
    around = {**inventory.around, **SurroundingsReading(app.gateway, more).result()} if live else {}
    judge = Judge(
        app=app,
        rules=rules,
        networks=GivenNetworks(),
        nearly_full=app.config.nearly_full,
        there=inventory.there,
        around=around,
        from_cluster=live,
        everything=True,
    )
    judged = judge.judge(manifests)
    report = judged.report
    consumers = inventory.consumers
    found = consumers.found
    if names:
        report = report.about({id(each) for each in judged.facts.pools if each.name in names})
        held = {name: each for name, each in found.held.items() if name in names}
        waiting = {name: each for name, each in found.waiting.items() if name in names}
        found = found._replace(held=held, waiting=waiting)
    named = {each.name: each for each in inventory.pools}
    faulty = judged.report.faulty
    percent = app.config.nearly_full
    rows = pool_rows(list(named.values()), judged.release.release, faulty, percent, consumers)
    return MapPage(
        shown=shown,
        rows=[
            each if each.pool.live else _written(each, faulty)
            for each in rows
            if not names or each.pool.name in names
        ],
        consumers=found,
        report=report,
        places=judged.places,
        release=judged.release,
        source=_source(inventory, manifests),
        made=app.now(),
        unread=_unread(inventory, manifests),
    )


def _written(row: PoolRow, faulty: Container[str]) -> PoolRow:
    """A pool that is only written has no status, which is no state of it."""
    states = tuple(each for each in row.states if each is not PoolState.NO_STATUS)
    own = PoolState.HAZARD if row.pool.name in faulty else PoolState.OK
    return row._replace(states=states or (own,))


def _source(inventory: Inventory, manifests: Manifests) -> str:
    files = counted(manifests.files, "file")
    if inventory.there is None:
        return files
    return f"cluster and {files}" if manifests.files else "cluster"


def _unread(inventory: Inventory, manifests: Manifests) -> Sequence[str]:
    problems = [str(each) for each in manifests.problems]
    return [*map(unread_text, inventory.unread(KINDS)), *problems]
