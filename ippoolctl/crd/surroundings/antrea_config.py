"""The ConfigMap of Antrea: two YAML files, of which only the feature gates are read."""

import re
from typing import Final

from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.surroundings.antrea_installation import AntreaConfig
from ippoolctl.domain.surroundings.reference import Reference

_SECTION: Final = re.compile(
    r"^featureGates:[^\S\n]*(?:#.*)?\n((?:[^\S\n]+.*\n|[^\S\n]*#.*\n|\n)*)", re.MULTILINE
)
_GATE: Final = re.compile(r"^[^\S\n]+([A-Za-z0-9]+):[^\S\n]*(true|false)\b", re.MULTILINE)


def read_antrea_config(config: Object, reference: Reference) -> AntreaConfig:
    """The feature gates that are set; one that is commented out is not."""
    data = mapping(config.get("data"))
    return AntreaConfig(
        reference,
        _gates(text(data.get("antrea-controller.conf"))),
        _gates(text(data.get("antrea-agent.conf"))),
    )


def _gates(conf: str) -> dict[str, bool]:
    section = _SECTION.search(f"{conf}\n")
    found = _GATE.findall(section[1]) if section else ()
    return {name: value == "true" for name, value in found}
