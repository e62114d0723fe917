"""An answer in YAML, for those who would rather read that.

Source: Kubernetes v1.36 ``apimachinery/pkg/runtime/serializer/json``: keys in order, and texts
that could be read as something else in double quotes.
"""

from functools import cache
from typing import Any

import orjson

from ippoolctl.reading.yaml_scalars import resolve
from ippoolctl.sandbox.apiserver.negotiation import JSON, YAML
from ippoolctl.sandbox.apiserver.request import Answer


def in_yaml(answer: Answer) -> Answer:
    """The same answer, if it is one in JSON."""
    if answer.content_type != JSON:
        return answer
    import yaml

    text = yaml.dump(
        orjson.loads(answer.body), Dumper=_dumper(), allow_unicode=True, default_flow_style=False
    )
    return answer._replace(body=text.encode(), content_type=YAML)


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        looks_otherwise = not isinstance(resolve(value) if value else None, str)
        style = '"' if looks_otherwise or _is_date(value) else "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


def _is_date(text: str) -> bool:
    return text[:4].isdecimal() and text[4:5] == "-"
