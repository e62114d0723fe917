"""The cases of rules (rule_cases.yaml) as facts and expectations."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.kinds import kind_of, read_object
from ippoolctl.domain.addresses.parsers import prefix_span
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.pool import Origin, Pool
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.lint.fact import Others
from ippoolctl.domain.lint.facts import Facts, facts_after_apply
from ippoolctl.domain.lint.finding import Acceptance, GroupKind, PoolGroup
from ippoolctl.domain.lint.rules import RULES, Entry
from ippoolctl.domain.lint.runner import Report, lint, lint_groups, select
from ippoolctl.domain.lint.surroundings import Objects, after_apply, surrounding_facts
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.domain.surroundings.networks import GivenNetworks
from ippoolctl.domain.surroundings.reference import AddressField, Held, Reference
from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import pool_object

Case = dict[str, Any]
CASES = Path(__file__).with_name("rule_cases.yaml")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""When every live pool of a case was created."""
MANIFESTS = 1000
"""The number of the first document of the input that is no pool."""


def read_cases(path: Path = CASES) -> list[Case]:
    cases: list[Case] = read_yaml(path.read_text(encoding="utf-8"))[0]
    return cases


def report_of(case: Case) -> Report:
    """The findings of the selected rules in a case."""
    rules = select(RULES, case.get("select", ()), ())
    if "groups" in case:
        return _report_of_groups(case["groups"], rules)
    facts = facts_of(case)
    accepted = [
        Acceptance(
            frozenset({each["pool"]}), "why", each.get("expires"), each["rule"], one_pool=True
        )
        for each in case.get("accepted", ())
    ]
    return lint(facts, rules, accepted, CREATED.date()).with_idle_acceptances(facts, rules)


def _report_of_groups(groups: Case, rules: Sequence[Entry]) -> Report:
    reports = []
    for name, pools in groups.items():
        facts = facts_of({"pools": pools})
        reports.append((PoolGroup(GroupKind.DIRECTORY, name), facts, lint(facts, rules)))
    return lint_groups(reports, rules)[1]


def facts_of(case: Case) -> Facts:
    """The facts of a case: those of files, or those of a cluster if it has live pools."""
    release = parse_release(case.get("antrea", "2.7"))
    documents = case.get("documents") or list(case.get("pools", {}).items())
    version = case.get("version", "v1beta1")
    written = [
        _written(name, spec, number, version) for number, (name, spec) in enumerate(documents)
    ]
    surroundings = _surroundings(case)
    if "live" not in case:
        return Facts(written, release, surroundings)
    live = [_live(name, spec, number) for number, (name, spec) in enumerate(case["live"].items())]
    now = CREATED + timedelta(minutes=case.get("minutes", 0))
    return facts_after_apply(written, live, now, release, surroundings)


def _surroundings(case: Case) -> Others:
    """The facts of the objects of a case, and of networks that the user gave."""
    given = {
        key: tuple(_given(text) for text in texts) for key, texts in case.get("given", {}).items()
    }
    return surrounding_facts(objects_of(case), GivenNetworks(**given))


def objects_of(case: Case) -> Objects:
    """The objects of a case.

    In a case with live pools, ``objects`` are those of the cluster, with all kinds of ``read``, and
    ``manifests`` those of the input; in another one, ``objects`` are those of the input.
    """
    objects: dict[Kind, list[Any]] = {Kind(kind): [] for kind in case.get("read", ())}
    objects |= _read(case.get("objects", ()), from_input="live" not in case)
    live: Objects = {
        Kind(kind): Unknown(Why(reason), Kind(kind))
        for kind, reason in case.get("unread", {}).items()
    }
    written = objects
    if "live" in case:
        live = {**live, **{kind: Known(tuple(found)) for kind, found in objects.items()}}
        written = _read(case.get("manifests", ()), from_input=True)
    return after_apply(written, live)


def _read(documents: list[Any], *, from_input: bool = False) -> dict[Kind, list[Any]]:
    objects: dict[Kind, list[Any]] = {}
    for number, document in enumerate(documents):
        kind = kind_of(document)
        assert kind is not None
        origin = Origin(MANIFESTS + number) if from_input else None
        objects.setdefault(kind, []).append(read_object(kind, document, origin))
    return objects


def _given(text: str) -> Held:
    span = prefix_span(text)
    assert span is not None
    return Held(Reference("network", text), AddressField(Span(*span), text, ()))


def _written(name: str, spec: dict[str, Any], number: int, version: str) -> Pool:
    document = pool_object(name, f"192.168.{number}.0/24", version=version)
    document["spec"] |= spec
    return read_pool(document, Origin(number))


def _live(name: str, fields: dict[str, Any], number: int) -> Pool:
    document = pool_object(name, f"172.16.{number}.0/24")
    spec = dict(fields)
    annotations = spec.pop("annotations", {})
    usage = spec.pop("usage", {})
    deleted = spec.pop("deleted", None)
    document["spec"] |= spec
    if usage is not None:
        total = counts(read_pool(document).ranges).total
        document["status"] = {"usage": {"total": total, "used": 0, **usage}}
    created = CREATED.isoformat().replace("+00:00", "Z")
    document["metadata"] |= {"uid": name, "creationTimestamp": created, "annotations": annotations}
    if deleted:
        document["metadata"] |= {"deletionTimestamp": deleted, "finalizers": ["example.com/x"]}
    return read_live_pool(document)
