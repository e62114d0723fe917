"""The cases of rules (rule_cases.yaml) as facts and expectations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.antrea.pool import Origin, Pool
from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.domain.lint.facts import Facts, facts_after_apply
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import Report, lint, select
from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import pool_object

Case = dict[str, Any]
CASES = Path(__file__).with_name("rule_cases.yaml")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""When every live pool of a case was created."""


def read_cases(path: Path = CASES) -> list[Case]:
    cases: list[Case] = read_yaml(path.read_text(encoding="utf-8"))[0]
    return cases


def report_of(case: Case) -> Report:
    """What the selected rules find in a case."""
    return lint(facts_of(case), select(RULES, case.get("select", ()), ()))


def facts_of(case: Case) -> Facts:
    """The facts of a case: those of files, or those of a cluster if it has live pools."""
    release = parse_release(case.get("antrea", "2.7"))
    documents = case.get("documents") or list(case.get("pools", {}).items())
    version = case.get("version", "v1beta1")
    written = [
        _written(name, spec, number, version) for number, (name, spec) in enumerate(documents)
    ]
    if "live" not in case:
        return Facts(written, release)
    live = [_live(name, spec, number) for number, (name, spec) in enumerate(case["live"].items())]
    now = CREATED + timedelta(minutes=case.get("minutes", 0))
    return facts_after_apply(written, live, now, release)


def _written(name: str, spec: dict[str, Any], number: int, version: str) -> Pool:
    document = pool_object(name, f"192.168.{number}.0/24", version=version)
    document["spec"] |= spec
    return read_pool(document, Origin(number))


def _live(name: str, fields: dict[str, Any], number: int) -> Pool:
    document = pool_object(name, f"172.16.{number}.0/24")
    spec = dict(fields)
    annotations = spec.pop("annotations", {})
    document["spec"] |= spec
    created = CREATED.isoformat().replace("+00:00", "Z")
    document["metadata"] |= {"uid": name, "creationTimestamp": created, "annotations": annotations}
    return read_live_pool(document)
