"""Objects of any kind, with their places."""

from pathlib import Path

from ippoolctl.manifests.objects import read_objects
from ippoolctl.reading.sources import Problem

TEXT = """\
# nothing yet
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: one}
- {kind: Node, metadata: {name: two}}
---
replicas: 3
---
- 5
---
{apiVersion: v1, kind: Service, metadata: {name: three}}
---
a: [
"""


def test_objects_are_in_order_and_problems_have_places(tmp_path: Path) -> None:
    path = tmp_path / "objects.yaml"
    path.write_text(TEXT, encoding="utf-8")

    found = read_objects([str(path), str(tmp_path / "nowhere")])

    seen = [
        (each.place.line, each.message if isinstance(each, Problem) else each.value["metadata"])
        for each in found
    ]
    assert seen[:4] == [
        (6, {"name": "one"}),
        (9, "missing apiVersion"),
        (13, "not a Kubernetes object"),
        (15, {"name": "three"}),
    ]
    assert [line for line, _ in seen[4:]] == [18, 0]
