"""Differences and plans of the cases in plan_cases.yaml as text (plans.txt); run as a module it
writes them.

``make findings`` after a deliberate change, and read the difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.pool import Live, Origin, Pool, Usage
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.change.diff import comparable, diff
from ippoolctl.domain.change.plan import needs_consumers, plan
from ippoolctl.domain.change.steps import Plan
from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import pool_object, range_object

Case = dict[str, Any]
CASES = Path(__file__).with_name("plan_cases.yaml")
PLANS = Path(__file__).with_name("plans.txt")
_TITLE = "# "


def read_cases() -> list[Case]:
    cases: list[Case] = read_yaml(CASES.read_text(encoding="utf-8"))[0]
    return cases


def recorded() -> dict[str, str]:
    """The text of each case by its name."""
    sections = PLANS.read_text(encoding="utf-8").removeprefix(_TITLE).split(f"\n\n{_TITLE}")
    parts = (each.strip("\n").partition("\n") for each in sections)
    return {name: text for name, _, text in parts}


def text_of(case: Case) -> str:
    """The differences, the plan, and the plan that may delete and create pools again."""
    return "\n".join(_results(case))


def _results(case: Case) -> Iterator[str]:
    live = [_pool(name, spec or {}, live=True) for name, spec in case.get("live", {}).items()]
    wanted = [_pool(name, spec or {}, live=False) for name, spec in case["wanted"].items()]
    release = parse_release(case.get("antrea", "2.7"))
    consumers = Consumers(
        tuple(Consumer(*each) for each in case.get("consumers", ())), tuple(case.get("unseen", ()))
    )
    names = {each.name for each in wanted}
    complete = case.get("complete", False)
    before = [each for each in comparable(live, {}) if complete or each.name in names]
    beside = [each for each in live if not complete and each.name not in names]
    diffs = diff(before, wanted, release, beside)
    yield from _lines("diffs", diffs, "")
    yield f"needs consumers: {needs_consumers(diffs)}"
    manifests = {each.name: each for each in wanted} if case.get("record") else {}
    plans = [
        plan(
            diffs, live, release, consumers,
            manifests=manifests, ordered=case.get("ordered", False), replacing=replacing,
        )
        for replacing in (False, True)
    ]  # fmt: skip
    yield from _plan("plan", plans[0])
    if plans[1] != plans[0]:
        yield from _plan("plan by replacement", plans[1])


def _plan(title: str, made: Plan) -> Iterator[str]:
    yield from _lines(title, made, "")
    for step in made.steps:
        yield f"writes {step.pool} {step.uid}".rstrip()
    for refusal in made.refusals:
        yield f"refuses {refusal.pool}: {refusal.label}"
    yield f"legal: {made.is_legal}, valid: {made.has_valid_pools}"


def _pool(name: str, spec: Mapping[str, Any], *, live: bool) -> Pool:
    document = pool_object(name)
    ranges = [each if isinstance(each, dict) else range_object(each) for each in spec["ranges"]]
    document["spec"] |= {"ipRanges": ranges, **spec.get("spec", {})}
    for key in ("labels", "annotations"):
        if key in spec:
            document["metadata"][key] = spec[key]
    made = read_pool(document, None if live else Origin(0))
    if not live:
        return made
    usage = Usage(256, spec["used"]) if "used" in spec else None
    return made._replace(live=Live(f"uid-{name}", "7", spec.get("created", ""), usage=usage))


def _lines(title: str, value: Any, indent: str) -> Iterator[str]:
    """A value under its title, without what is empty."""
    start = f"{indent}{title}" if title == "-" else f"{indent}{title}:"
    if (text := _text(value)) is not None:
        yield f"{start} {text}".rstrip()
        return
    yield start
    inner: list[tuple[str, Any]]
    if isinstance(value, Mapping):
        inner = [(str(key), value[key]) for key in value]
    elif is_dataclass(value):
        inner = [(each.name, getattr(value, each.name)) for each in fields(value)]
    elif hasattr(value, "_asdict"):
        inner = list(value._asdict().items())
    else:
        inner = [("-", each) for each in value]
    for name, each in inner:
        if name == "-" or not (each is None or each is False or each in ((), "", {})):
            yield from _lines(name, each, f"{indent}  ")


def _text(value: Any) -> str | None:
    """What fits a line; ``None`` for what does not."""
    match value:
        case Enum():
            return str(value.value)
        case Pool():
            marks = (value.labels, value.annotations, value.node_selector, value.subnet)
            beside = " ".join(str(each) for each in marks if each)
            return f"{value.name} [{', '.join(value.texts)}] {beside}"
        case IPRange() | BadRange():
            return value.text
        case Span():
            return span_text(*value)
        case Consumer():
            return f"{value.kind} {value.name}, {value.text}"
        case tuple() if not value or all(isinstance(each, str | int | None) for each in value):
            return None if hasattr(value, "_asdict") else f"[{' | '.join(map(str, value))}]"
        case None | str() | int():
            return str(value)
        case _:
            return None


def main() -> None:
    """Write the plans of all cases."""
    sections = [f"{_TITLE}{case['name']}\n{text_of(case)}" for case in read_cases()]
    PLANS.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
