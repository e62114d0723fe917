"""The ConfigMap of Antrea: two YAML files, of which only the feature gates are read."""

import re
from typing import Final

from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.surroundings.installation.components import AntreaConfig
from ippoolctl.domain.surroundings.reference import Reference

_SECTION: Final = re.compile(
    r"^featureGates[^\S\n]*:(.*\n(?:[^\S\n]+.*\n|[^\S\n]*#.*\n|\n)*)", re.MULTILINE
)
"""A mapping in lines or in braces: everything up to the next key."""
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_ENTRY_ENDS: Final = re.compile(r"[{},\n]+")
_GATE: Final = re.compile(
    r"""["']?(?P<name>[A-Za-z0-9]+)(?:["']\s*:|\s*:\s)\s*(?:(?P<on>true|yes|on)|false|no|off)""",
    re.IGNORECASE,
)
"""A gate and one of the booleans of YAML 1.1, which Antrea reads."""


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
    entries = _ENTRY_ENDS.split(_COMMENT.sub("", section[1])) if section else ()
    found = [match for each in entries if (match := _GATE.fullmatch(each.strip()))]
    return {each["name"]: bool(each["on"]) for each in found}
