"""The objects of a fresh cluster with Antrea."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from ippoolctl.crd.definition import definition
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.sandbox.apiserver.kinds import JsonObject
from ippoolctl.sandbox.stamps import now

_FILE: Final = Path(__file__).with_name("cluster.yaml")
_CONDITIONS: Final = (
    ("NamesAccepted", "NoConflicts", "no conflicts found"),
    ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
)


def initial_objects(release: Release) -> tuple[list[JsonObject], list[JsonObject]]:
    """The CustomResourceDefinitions of a fresh cluster with Antrea, and its other objects."""
    found = _documents(is_old=release.line is Line.V1_15)
    definitions = [_established(each) for each in found if "versions" in each.get("spec", {})]
    *others, info = (each for each in found if "versions" not in each.get("spec", {}))
    return definitions, [*others, {**info, "version": f"v{release}"}]


@cache
def _documents(*, is_old: bool) -> tuple[JsonObject, ...]:
    import yaml

    pools = definition(f"externalippools-{'1.15' if is_old else '2.0'}.yaml")
    text = _FILE.read_text(encoding="utf-8")
    egresses = definition("egresses-2.0.yaml")
    return (pools, egresses, *yaml.load_all(text, Loader=yaml.CSafeLoader))


def _established(document: JsonObject) -> JsonObject:
    time = now()
    conditions = [
        {"type": word, "status": "True", "lastTransitionTime": time}
        | {"reason": why, "message": text}
        for word, why, text in _CONDITIONS
    ]
    spec: dict[str, Any] = document["spec"]
    names = {"listKind": f"{spec['names']['kind']}List", **spec["names"]}
    stored = [each["name"] for each in spec["versions"] if each["storage"]]
    status = {"conditions": conditions, "acceptedNames": names, "storedVersions": stored}
    spec = {**spec, "names": names, "conversion": {"strategy": "None"}}
    return {**document, "spec": spec, "status": status}
