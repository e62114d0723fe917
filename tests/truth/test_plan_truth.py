"""Plans against every recorded update: refused with the recorded sentence, or a legal step."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import Live, Pool
from ippoolctl.domain.antrea.releases import Release, parse_release
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.change.plan import plan
from ippoolctl.domain.change.steps import Plan
from ippoolctl.domain.change.stored_fields import StoredFields, without_dropped
from tests.builders import json_lines
from tests.truth.test_admission_truth import HERE, as_pool


def planned(case: dict[str, Any], release: Release) -> Plan | None:
    """The plan for the recorded update; ``None`` if nothing differs, so that nothing is sent."""
    existing = [
        live(each["name"], {"ipRanges": each["ipRanges"], "nodeSelector": {}})
        for each in case["existing"]
    ]
    old = live("new", case["old"])
    stored = StoredFields(None, release, ())  # the server has dropped the others
    (old, new), _ = without_dropped([old, as_pool("new", case["new"])], stored)
    diffs = diff([old], [new], release, existing)
    return plan(diffs, [*existing, old], release) if diffs else None


def live(name: str, spec: dict[str, Any]) -> Pool:
    return as_pool(name, spec)._replace(live=Live(name, "1"))


def difference(case: dict[str, Any], made: Plan) -> str:
    """The differences of the plan from Antrea's answer; empty if there are none."""
    if case["code"] == 200:
        return "" if made.is_legal and not made.in_pieces else f"refused: {made.refusals}"
    if made.in_pieces:
        # Refused as it is; the plan leads to the same addresses.
        return "" if case["sentence"] in made.in_pieces[0].sentences else "another sentence"
    if made.is_legal:
        return "legal"
    (refusal,) = made.refusals
    if case["code"] != 400:
        return "" if refusal.stage is Stage.SCHEMA else f"stage {refusal.stage}"
    return "" if case["sentence"] in refusal.sentences else f"sentences {refusal.sentences}"


@pytest.mark.parametrize("recorded", ["1.15.1", "2.4.2", "2.7.0"])
def test_every_recorded_update_is_refused_or_planned(
    recorded: str, record_property: Callable[[str, object], None]
) -> None:
    release, seen, wrong = parse_release(recorded), Counter[str](), {}
    for case in json_lines(HERE / f"antrea-{recorded}.jsonl"):
        if case["op"] != "update":
            continue
        made = planned(case, release)
        if made is None:
            seen["no difference"] += 1
            continue
        seen["refused" if made.refusals else "in pieces" if made.in_pieces else "legal"] += 1
        if said := difference(case, made):
            wrong[case["id"]] = said

    record_property("shown at the end", f"recorded updates of Antrea {recorded}: {dict(seen)}")
    assert not wrong
    assert seen["legal"] >= 40
    assert seen["refused"] > 100
