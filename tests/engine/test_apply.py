"""Carrying out an approved plan: the result of each write, and plans that no longer apply."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ippoolctl.cli.signals import stoppable
from ippoolctl.crd.created_object import pending_object, requested_object
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.steps import Action, Plan
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.engine.apply import Application, Approved
from ippoolctl.engine.session import Session
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool, pool_object
from tests.domain.change.test_plan import planned
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"
SILENCE, AWAY = UnansweredFault("reset"), UnreachableFault("connection refused")


@dataclass
class Applying:
    """Manifests that are applied to a cluster."""

    world: World
    wanted: Sequence[Pool]
    complete: bool = False
    ordered: bool = False
    planned: list[Plan] = field(default_factory=list)
    application: Application = field(init=False)
    session: Session = field(init=False)

    def plan(self, pools: Sequence[Pool]) -> Plan:
        made = planned(pools, self.wanted, complete=self.complete, ordered=self.ordered)
        self.planned.append(made)
        return made

    def approve(
        self, *, seconds: float = 60.0, patient: bool = True, dry_run: bool = False
    ) -> tuple[Action, ...]:
        steps = self.plan(self.world.gateway.list_pools().pools).steps
        names = {each.pool: f"{each.pool}/1" for each in steps}
        objects = {
            each.name: pending_object(
                requested_object(pool_object(each.name, *each.texts)), names[each.name]
            )
            for each in self.wanted
            if each.name in names
        }
        approved = Approved(steps, self.plan, objects, names, names, LATEST, dry_run)
        self.session, self.world.recorder = run_of(self.world.gateway, seconds, patient=patient)
        self.application = Application(self.session, approved)
        return tuple(each.action for each in steps)

    def labels(self, name: str = "a") -> dict[str, Any]:
        document = self.world.cluster.document(name)
        assert document is not None
        found: dict[str, Any] = document["metadata"].get("labels", {})
        return found


def labelled(name: str = "a", *ranges: str, **labels: str) -> Pool:
    return pool(name, *(ranges or (RANGE,)))._replace(labels=labels)


@pytest.fixture
def applying(world: World) -> Applying:
    """A label is added to the pool a."""
    world.store("a", RANGE)
    return Applying(world, [labelled(team="net")])


def relabel(applying: Applying, **labels: str) -> None:
    """As another writer does."""
    document = dict(applying.world.cluster.document("a") or {})
    applying.world.cluster.store(
        {**document, "metadata": {**document["metadata"], "labels": labels}}
    )


def kind_of(outcome: Outcome) -> ReportKind | None:
    return outcome.report.kind if outcome.report is not None else None


def patches(world: World) -> int:
    return [method for _, method in world.gateway.requests].count("patch")


def test_a_change_is_written_once(applying: Applying, world: World) -> None:
    assert applying.approve() == (Action.CHANGE,)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.CHANGED, ExitCode.YES)
    assert applying.labels()["team"] == "net"
    assert (patches(world), len(applying.planned)) == (1, 1)


def test_a_dry_run_of_a_change_writes_nothing(applying: Applying) -> None:
    applying.approve(dry_run=True)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.DRY_RUN, ExitCode.YES)
    assert applying.labels() == {}


@pytest.mark.parametrize(
    ("dry_run", "state", "names"), [(False, State.CREATED, ["b"]), (True, State.DRY_RUN, [])]
)
def test_a_pool_is_created(world: World, state: State, names: list[str], *, dry_run: bool) -> None:
    applying = Applying(world, [pool("b", RANGE)])
    assert applying.approve(dry_run=dry_run) == (Action.CREATE,)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code, world.cluster.names) == (state, ExitCode.YES, names)
    assert outcome.request_id == "b/1"


def test_a_dry_run_leaves_out_a_step_that_takes_addresses_of_an_earlier_one(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [pool("b", RANGE)], complete=True, ordered=True)
    assert applying.approve(dry_run=True) == (Action.DELETE, Action.CREATE)

    outcomes = [applying.application.carry_out(each) for each in range(2)]

    assert [each.state for each in outcomes] == [State.DRY_RUN, State.SKIPPED]
    assert world.cluster.names == ["a"]


def test_a_dry_run_leaves_out_a_step_that_depends_on_an_earlier_one(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [labelled("a", RANGE, "10.1.0.0/24", team="net")])
    assert applying.approve(dry_run=True) == (Action.CHANGE, Action.APPEND)

    outcomes = [applying.application.carry_out(each) for each in range(2)]

    assert [each.state for each in outcomes] == [State.DRY_RUN, State.SKIPPED]
    assert kind_of(outcomes[1]) is ReportKind.PLANNED


def test_a_change_after_an_append_is_written_to_the_pool_as_it_is_then(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [labelled("a", RANGE, "10.1.0.0/24", team="net")])
    applying.approve()

    outcomes = [applying.application.carry_out(each) for each in range(2)]

    assert [each.state for each in outcomes] == [State.CHANGED, State.EXTENDED]
    assert applying.labels()["team"] == "net"


def test_ranges_are_put_in_order_in_the_pool_to_which_the_run_has_appended(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [pool("a", "10.1.0.0/24", RANGE)])
    assert applying.approve() == (Action.APPEND, Action.REORDER)

    outcomes = [applying.application.carry_out(each) for each in range(2)]

    assert [each.state for each in outcomes] == [State.EXTENDED, State.CHANGED]
    assert outcomes[1].live is not None
    assert outcomes[1].live.texts == ("10.1.0.0/24", RANGE)
    # The claim, the append and the new order: the last one is written to the pool as it is.
    assert (patches(world), len(applying.planned)) == (3, 1)


def test_a_stale_denial_of_a_change_is_waited_out(applying: Applying, world: World) -> None:
    applying.approve()
    world.store("old", "10.0.0.0/16")
    world.cluster.remove_but_for_the_cache("old", lag=3)

    outcome = applying.application.carry_out(0)

    assert outcome.state is State.CHANGED
    assert world.clock.now() >= 1003
    assert {each.cause.kind for each in world.recorder.events} == {CauseKind.STALE_DENIAL}


def test_a_change_of_a_pool_that_overlaps_is_refused(applying: Applying, world: World) -> None:
    applying.approve()
    world.store("b", "10.0.0.0/16")
    world.cluster.cache.catch_up()

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert kind_of(outcome) is ReportKind.CHANGE_REFUSED
    assert [each.pool.name for each in outcome.conflicts] == ["b"]


def test_a_change_that_a_policy_denies_is_refused_in_its_words(applying: Applying) -> None:
    applying.approve()
    applying.world.gateway.fail("patch", RejectedFault(422, "a policy denied the request: no"))

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert outcome.report is not None
    message = "a policy denied the request: no"
    assert outcome.report.causes == (Cause(CauseKind.VERBATIM, text=message),)


def test_a_change_that_needs_the_same_step_after_another_write_is_written(
    applying: Applying,
) -> None:
    applying.approve()
    applying.world.gateway.before("patch", lambda: applying.world.cluster.write_status("a", 254, 0))

    assert applying.application.carry_out(0).state is State.CHANGED
    assert applying.labels()["team"] == "net"


def test_a_later_change_that_needs_the_same_step_after_another_write_is_written(
    world: World,
) -> None:
    world.store("a", RANGE)
    world.store("b", "10.1.0.0/24")
    applying = Applying(world, [labelled(team="net"), labelled("b", "10.1.0.0/24", team="net")])
    assert applying.approve() == (Action.CHANGE, Action.CHANGE)
    applying.application.carry_out(0)
    world.gateway.before("patch", lambda: world.cluster.write_status("b", 254, 0))

    assert applying.application.carry_out(1).state is State.CHANGED
    assert applying.labels("b")["team"] == "net"


def test_the_order_of_ranges_is_written_after_a_change_that_another_run_has_written(
    world: World,
) -> None:
    more = "10.1.0.0/24"
    world.store("a", RANGE, more)
    applying = Applying(world, [labelled("a", more, RANGE, team="net")])
    assert applying.approve() == (Action.CHANGE, Action.REORDER)
    other = Applying(world, applying.wanted)
    other.approve()
    other.application.carry_out(0)

    outcomes = [applying.application.carry_out(each) for each in range(2)]

    assert [each.state for each in outcomes] == [State.UNCHANGED, State.CHANGED]
    assert outcomes[1].live is not None
    assert outcomes[1].live.texts == (more, RANGE)


@pytest.mark.parametrize("written", [True, False])
def test_a_plan_does_not_hold_if_another_pool_can_no_longer_become_what_it_should(
    world: World, *, written: bool
) -> None:
    world.store("a", RANGE)
    world.store("b", "10.1.0.0/24")
    applying = Applying(world, [labelled(team="net"), pool("b", "10.1.0.0/24")])
    assert applying.approve() == (Action.CHANGE,)

    def change() -> None:
        world.store("b", "10.2.0.0/24")
        if written:
            relabel(applying, team="net")
        else:
            world.cluster.write_status("a", 254, 0)

    world.gateway.before("patch", change)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.LOST_RACE)
    assert applying.application.is_outdated


def test_a_change_that_another_run_has_written_is_done(applying: Applying) -> None:
    applying.approve()
    other = Applying(applying.world, applying.wanted)
    other.approve()
    other.application.carry_out(0)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.UNCHANGED, ExitCode.YES)
    assert not applying.application.is_outdated


def test_a_plan_does_not_hold_for_a_pool_that_others_changed(applying: Applying) -> None:
    applying.approve()
    relabel(applying, team="other")

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.LOST_RACE)
    assert kind_of(outcome) is ReportKind.PLAN_OUTDATED
    assert applying.application.is_outdated
    assert applying.labels() == {"team": "other"}


@pytest.mark.parametrize(("after", "state"), [(True, State.UNCHANGED), (False, State.CHANGED)])
def test_a_change_without_an_answer_is_looked_for(
    applying: Applying, after: bool, state: State
) -> None:
    applying.approve()
    applying.world.gateway.fail("patch", SILENCE, after=after)

    assert applying.application.carry_out(0).state is state
    assert applying.labels()["team"] == "net"


def test_a_plan_does_not_hold_after_a_failure_that_nothing_of_ours_explains(
    applying: Applying,
) -> None:
    applying.approve()
    applying.world.gateway.fail("patch", AWAY)
    applying.world.gateway.before("patch", lambda: relabel(applying, team="net"))

    assert applying.application.carry_out(0).code is ExitCode.LOST_RACE


@pytest.mark.parametrize(
    ("fault", "state", "kind"),
    [
        (AWAY, State.FAILED, ReportKind.CHANGE_NOT_YET),
        (SILENCE, State.UNKNOWN, ReportKind.CHANGE_UNKNOWN),
    ],
)
def test_at_the_end_of_the_time_a_change_is_not_made_or_unknown(
    applying: Applying, fault: Any, state: State, kind: ReportKind
) -> None:
    applying.approve(seconds=5.0)
    applying.world.gateway.fail("patch", fault, times=1_000)

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code, kind_of(outcome)) == (state, ExitCode.NOT_YET, kind)
    assert outcome.report is not None
    assert outcome.report.limit is not None


def test_a_change_of_a_pool_that_keeps_changing_is_not_made(applying: Applying) -> None:
    applying.approve(seconds=5.0)

    def change() -> None:
        applying.world.cluster.write_status("a", 254, 0)
        applying.world.gateway.before("patch", change)

    change()

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)
    assert outcome.report is not None
    assert outcome.report.cause is not None
    assert outcome.report.cause.kind is CauseKind.KEEPS_CHANGING


def test_a_change_without_the_right_to_it_is_a_fault(applying: Applying) -> None:
    applying.approve()
    forbidden = RejectedFault(403, "cannot patch", reason="Forbidden")
    applying.world.gateway.fail("patch", forbidden)

    with pytest.raises(RejectedFault, match="cannot patch"):
        applying.application.carry_out(0)


def test_a_server_that_never_answers_is_a_fault(applying: Applying) -> None:
    applying.approve(seconds=5.0)
    for method in ("patch", "list"):
        applying.world.gateway.fail(method, AWAY, times=1_000)

    with pytest.raises(UnreachableFault):
        applying.application.carry_out(0)


def test_after_a_signal_a_dry_run_of_a_change_has_changed_nothing(applying: Applying) -> None:
    applying.approve(dry_run=True)
    with stoppable() as hold:
        applying.session.shield = hold
        applying.world.gateway.before("patch", lambda: os.kill(os.getpid(), signal.SIGTERM))

        with pytest.raises(StoppedError) as end:
            applying.application.carry_out(0)

    assert end.value.report == Report(ReportKind.NOT_CHANGED)
    assert applying.labels() == {}


@pytest.mark.parametrize(
    ("unanswered", "kind"),
    [(True, ReportKind.CHANGE_MAY_COME), (False, ReportKind.NOT_CHANGED)],
)
def test_after_a_signal_an_unanswered_change_may_still_commit(
    applying: Applying, unanswered: bool, kind: ReportKind
) -> None:
    applying.approve()
    gateway = applying.world.gateway

    def stop() -> None:
        raise StoppedError(signal.SIGINT)

    if unanswered:
        gateway.fail("patch", SILENCE)
        gateway.before("list", stop)
    else:
        gateway.before("patch", stop)

    with pytest.raises(StoppedError) as end:
        applying.application.carry_out(0)

    assert end.value.report is not None
    assert getattr(end.value.report, "kind", None) is kind


def test_a_signal_during_a_change_that_is_applied_reports_the_change(applying: Applying) -> None:
    applying.approve()
    world = applying.world
    with stoppable() as hold:
        applying.session.shield = hold
        world.gateway.before("patch", lambda: os.kill(os.getpid(), signal.SIGTERM))

        outcome = applying.application.carry_out(0)

    assert applying.labels()["team"] == "net"
    assert (outcome.state, outcome.code) == (State.CHANGED, ExitCode.TERMINATED)
    assert message_of(outcome) == "stopped: pool a was changed"


def test_a_dry_run_of_a_later_step_is_retried_after_a_failure(world: World) -> None:
    world.store("a", RANGE)
    world.store("b", "10.1.0.0/24")
    applying = Applying(world, [labelled(team="net"), labelled("b", "10.1.0.0/24", team="net")])
    assert applying.approve(dry_run=True) == (Action.CHANGE, Action.CHANGE)

    first = applying.application.carry_out(0)
    world.gateway.fail("patch", AWAY)
    second = applying.application.carry_out(1)

    assert (first.state, second.state) == (State.DRY_RUN, State.DRY_RUN)
    assert not applying.application.is_outdated


def test_ranges_are_appended_only_to_the_pool_that_was_approved(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [labelled("a", RANGE, "10.1.0.0/24")])
    assert applying.approve() == (Action.APPEND,)
    world.store("a", RANGE, "10.2.0.0/24")

    outcome = applying.application.carry_out(0)

    assert (outcome.code, kind_of(outcome)) == (ExitCode.LOST_RACE, ReportKind.PLAN_OUTDATED)
    assert applying.application.is_outdated
    assert len(applying.planned) == 2


def test_an_append_that_overlaps_a_new_pool_is_refused(world: World) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [labelled("a", RANGE, "10.1.0.0/24")])
    assert applying.approve() == (Action.APPEND,)
    world.store("b", "10.1.0.0/24")

    outcome = applying.application.carry_out(0)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert [each.pool.name for each in outcome.conflicts] == ["b"]
    assert not applying.application.is_outdated


@pytest.mark.parametrize("changed", [False, True])
def test_only_the_pool_that_was_approved_is_deleted(world: World, *, changed: bool) -> None:
    world.store("a", RANGE)
    applying = Applying(world, [], complete=True)
    assert applying.approve() == (Action.DELETE,)
    if changed:
        world.store("a", RANGE, "10.2.0.0/24")

    outcome = applying.application.carry_out(0)

    assert outcome.state is (State.FAILED if changed else State.DELETED)
    assert world.cluster.names == (["a"] if changed else [])
    assert applying.application.is_outdated is changed
    assert len(applying.planned) == (2 if changed else 1)


@pytest.mark.parametrize(
    ("complete", "forbidden", "verbs"),
    [
        (False, "patch", "list, patch"),
        (True, "get", "delete, get, list"),
        (True, "delete, get", "delete, get, list"),
    ],
)
def test_missing_permissions_are_named_with_those_that_the_plan_requires(
    world: World, complete: bool, forbidden: str, verbs: str
) -> None:
    world.store("a", RANGE)
    world.cluster.forbidden = set(forbidden.split(", "))
    applying = Applying(world, [] if complete else [labelled(team="net")], complete)
    applying.approve()

    with pytest.raises(RejectedFault, match=f"no permission to {forbidden} ") as fault:
        applying.application.require_rights()

    assert fault.value.hint == f"this plan requires the verbs {verbs}"
    applying.approve(dry_run=True)
    applying.application.require_rights()
