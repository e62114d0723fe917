"""In which form and in which language a client wants its answers.

Source: Kubernetes v1.36 ``apiserver/pkg/endpoints/handlers/negotiation/negotiate.go`` and
``endpoints/handlers/rest.go``.
"""

from functools import lru_cache
from typing import Any, Final, NamedTuple

JSON: Final = "application/json"
YAML: Final = "application/yaml"
_GROUP: Final = "meta.k8s.io"
_VERSIONS: Final = ("v1", "v1beta1")

TABLE: Final = "Table"
METADATA: Final = "PartialObjectMetadata"
METADATA_LIST: Final = "PartialObjectMetadataList"


class Form(NamedTuple):
    """What an answer shall be."""

    media_type: str
    kind: str = ""
    """Of what objects are shown as; empty for themselves."""
    version: str = ""

    def named(self, kind: str = "") -> dict[str, Any]:
        """Kind and version of what an object is shown as."""
        return {"kind": kind or self.kind, "apiVersion": f"{_GROUP}/{self.version}"}


@lru_cache
def negotiated(accept: str) -> Form | None:
    """The form that the header asks for; ``None`` if none of those that there are."""
    if not accept:
        return Form(JSON)
    clauses = [_Clause.read(each) for each in accept.split(",")]
    for clause in sorted(clauses, key=_Clause.rank):
        for media_type in (JSON, YAML):
            if clause.name in (media_type, "application/*", "*/*") and clause.is_possible:
                word = clause.parameters.get
                return Form(media_type, word("as", ""), word("v", "") if word("as") else "")
    return None


def knows(accept: str) -> bool:
    """Whether one of the types is known, whatever its parameters."""
    names = {_Clause.read(each).name for each in accept.split(",")}
    return bool(names & {JSON, YAML, "application/*", "*/*"})


class _Clause(NamedTuple):
    name: str
    parameters: dict[str, str]

    @classmethod
    def read(cls, text: str) -> "_Clause":
        name, *parameters = (each.strip() for each in text.split(";"))
        return cls(name, {key: value for key, _, value in (p.partition("=") for p in parameters)})

    def rank(self) -> tuple[float, bool, bool]:
        """Whoever is first is tried first."""
        try:
            quality = float(self.parameters.get("q", "1"))
        except ValueError:
            quality = 1.0
        return -quality, self.name.startswith("*"), self.name.endswith("*")

    @property
    def is_possible(self) -> bool:
        word = self.parameters.get
        if word("stream", "watch") != "watch":
            return False
        if "as" not in self.parameters:
            return True
        known = word("as") in (TABLE, METADATA, METADATA_LIST)
        return known and word("g") == _GROUP and word("v") in _VERSIONS
