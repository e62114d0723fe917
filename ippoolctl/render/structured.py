"""Documents as JSON and YAML, and pools as manifests that ``kubectl apply -f -`` takes."""

import json
from collections.abc import Iterable
from typing import Any


def as_json(document: Any) -> str:
    """The document as JSON of ASCII characters only, so that no terminal is moved by it."""
    return json.dumps(document, indent=2) + "\n"


def as_yaml(*documents: Any) -> str:
    """The documents as YAML that kubectl reads back as the same values; ASCII characters only."""
    import yaml

    return yaml.dump_all(
        documents,
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=False,
        width=100,
        explicit_start=len(documents) > 1,
    )


def as_manifests(objects: Iterable[Any]) -> str:
    """Kubernetes objects as one YAML stream."""
    return as_yaml(*objects)


def _dumper() -> Any:
    import yaml

    from ippoolctl.crd.yaml_scalars import resolve

    class Dumper(yaml.CSafeDumper):
        """Quotes all text that kubectl would take for something else."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = '"' if value and not isinstance(resolve(value), str) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
